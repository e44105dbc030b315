use rejoin::prelude::*;

#[scoped]
async fn check() {
    defer!(limit = std::time::Duration::from_secs(1), { println!("left") });
}

fn main() {}
