use rejoin::prelude::*;

#[scoped]
async fn check() {
    defer!({
        tokio::spawn(async {});
    });
}

fn main() {}
