use rejoin::prelude::*;
use std::io;

#[scoped]
async fn read() -> Result<u32, io::Error> {
    Ok(1)
}

#[scoped]
async fn parse() -> Result<u32, String> {
    Ok(2)
}

#[scoped]
async fn both() -> Result<u32, io::Error> {
    let (a, b) = try_join!(read(), parse())?;
    Ok(a + b)
}

fn main() {}
