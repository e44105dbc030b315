#[rejoin::test]
async fn check() {
    let ids = vec![1];
    ids.
}

fn main() {}
