#[rejoin::test(paused, multi_thread)]
async fn check() {}

fn main() {}
