#[rejoin::test(paused = true)]
async fn check() {}

fn main() {}
