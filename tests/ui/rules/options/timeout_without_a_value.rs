use rejoin::prelude::*;

#[scoped(timeout)]
async fn check() -> Result<(), std::io::Error> {
    Ok(())
}

fn main() {}
