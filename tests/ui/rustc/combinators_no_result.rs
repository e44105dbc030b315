use rejoin::prelude::*;

#[scoped]
async fn one() -> u32 {
    1
}

#[scoped]
async fn both() -> Result<u32, String> {
    let (a,) = try_join!(one())?;
    Ok(a)
}

fn main() {}
