use rejoin::prelude::*;

#[scoped(timeout = 5)]
async fn check() -> Result<u32, Cancelled> {
    Ok(1)
}

fn main() {}
