#[rejoin::test]
#[test]
async fn check() {}

fn main() {}
