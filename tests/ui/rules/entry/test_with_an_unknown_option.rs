#[rejoin::test(start_paused)]
async fn check() {}

fn main() {}
