#[rejoin::test(shuffle)]
async fn works() {}

fn main() {}
