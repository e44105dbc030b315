use rejoin::prelude::*;

#[scoped]
async fn check() {
    let close = || {
        defer!({ println!("left") });
    };
    close();
}

fn main() {}
