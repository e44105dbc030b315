#[rejoin::test]
async fn check() {
    let task = rejoin::spawn!(async { 1 });
}

fn main() {}
