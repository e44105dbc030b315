#[rejoin::test(allow(blocking_call))]
async fn check() {}

fn main() {}
