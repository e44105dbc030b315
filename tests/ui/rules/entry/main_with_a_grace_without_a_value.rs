#[rejoin::main(grace)]
async fn main() {}
