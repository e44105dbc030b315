#[rejoin::root]
#[tokio::main]
async fn check() -> Result<(), std::io::Error> {
    Ok(())
}

fn main() {}
