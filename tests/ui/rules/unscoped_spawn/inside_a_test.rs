#[rejoin::test]
async fn check() {
    tokio::spawn(async {});
}

fn main() {}
