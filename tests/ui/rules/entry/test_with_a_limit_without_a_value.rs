#[rejoin::test(limit)]
async fn check() {}

fn main() {}
