#[rejoin::root]
async fn handler() -> Result<(), std::io::Error> {
    tokio::spawn(async {});
    Ok(())
}

fn main() {}
