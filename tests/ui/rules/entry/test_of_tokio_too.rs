#[rejoin::test]
#[tokio::test]
async fn check() {}

fn main() {}
