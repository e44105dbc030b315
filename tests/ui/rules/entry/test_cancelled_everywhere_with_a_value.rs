#[rejoin::test(cancel_everywhere = 5)]
async fn works() {}

fn main() {}
