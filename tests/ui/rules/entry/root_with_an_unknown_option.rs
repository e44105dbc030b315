#[rejoin::root(timeout = 5)]
async fn handler() -> Result<u32, std::io::Error> {
    Ok(1)
}

fn main() {}
