use rejoin::prelude::*;

#[rejoin::test]
async fn check() {
    let task = spawn!(async { 1 });
}

#[rejoin::root]
async fn handler() -> Result<(), std::io::Error> {
    let task = spawn!(async { 1 });
    Ok(())
}

fn main() {}
