use rejoin::prelude::*;

#[scoped]
async fn check(text: &str) -> Result<u32, std::num::ParseIntError> {
    let task = spawn!(async { 1 });
    log::info!("{}", text.parse::<u32>()?);
    Ok(task.await)
}

mod log {
    #[allow(unused_imports)]
    pub use std::println as info;
}

fn main() {}
