use rejoin::prelude::*;

#[rejoin::root]
async fn handler() -> Result<(), std::io::Error> {
    let task = spawn!(async { 1 });
    Ok(())
}

fn main() {}
