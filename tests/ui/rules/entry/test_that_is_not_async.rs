#[rejoin::test]
fn check() {}

fn main() {}
