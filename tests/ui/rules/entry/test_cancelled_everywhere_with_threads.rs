#[rejoin::test(cancel_everywhere, multi_thread)]
async fn works() {}

fn main() {}
