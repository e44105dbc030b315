use rejoin::prelude::*;

#[scoped]
async fn check(ids: Vec<u32>) {
    ids.iter().for_each(|_| {
        tokio::spawn(async {});
    });
}

fn main() {}
