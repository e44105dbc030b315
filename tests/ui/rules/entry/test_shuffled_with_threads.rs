#[rejoin::test(multi_thread, shuffle = 10)]
async fn works() {}

fn main() {}
