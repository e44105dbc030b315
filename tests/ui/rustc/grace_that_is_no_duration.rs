#[rejoin::main(grace = 5)]
async fn main() {}
