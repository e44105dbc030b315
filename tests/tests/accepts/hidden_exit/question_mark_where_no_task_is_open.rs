use rejoin::prelude::*;

macro_rules! show {
    ($value:expr) => {
        println!("{}", $value)
    };
}

#[scoped]
pub async fn check(text: &str) -> Result<u32, std::num::ParseIntError> {
    show!(text.parse::<u32>()?);
    let task = spawn!(async { 1 });
    Ok(task.await)
}
