pub async fn check() {
    tokio::spawn(async {});
}
