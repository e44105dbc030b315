#[rejoin::main]
fn main() {}
