use rejoin::prelude::*;

macro_rules! show {
    ($value:expr) => {
        println!("{}", $value)
    };
}

#[scoped]
pub async fn check(text: &str) -> Result<u32, std::num::ParseIntError> {
    defer!({ println!("left") });
    show!(text.parse::<u32>()?);
    Ok(1)
}
