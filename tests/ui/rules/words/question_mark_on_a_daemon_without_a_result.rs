use rejoin::prelude::*;

#[scoped]
async fn drive() -> Result<(), String> {
    Ok(())
}

#[scoped]
async fn check() {
    daemon!(drive()?);
}

fn main() {}
