#[rejoin::test]
async fn check(id: u32) {}

fn main() {}
