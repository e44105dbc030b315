use rejoin::prelude::*;

#[scoped]
async fn check() {
    let task = spawn!(async { 1 });
    log::info!("got {}", task.await);
}

mod log {
    #[allow(unused_imports)]
    pub use std::println as info;
}

fn main() {}
