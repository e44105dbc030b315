#[rejoin::root]
async fn handler(ids: Vec<u32>) -> Result<usize, std::io::Error> {
    ids.
}

fn main() {}
