use rejoin::prelude::*;

#[rejoin::test]
async fn check() {
    tokio::spawn(async {});
}

#[rejoin::root]
async fn handler() -> Result<(), std::io::Error> {
    tokio::spawn(async {});
    Ok(())
}

fn main() {}
