#[rejoin::main]
#[tokio::main]
async fn main() {}
