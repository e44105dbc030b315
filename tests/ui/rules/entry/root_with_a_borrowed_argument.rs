#[rejoin::root]
async fn handler(name: &str) -> Result<usize, std::io::Error> {
    Ok(name.len())
}

fn main() {}
