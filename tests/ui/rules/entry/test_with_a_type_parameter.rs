#[rejoin::test]
async fn check<T>() {}

fn main() {}
