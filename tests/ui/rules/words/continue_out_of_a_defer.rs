use rejoin::prelude::*;

#[scoped]
async fn check() {
    'rounds: for _ in 0..3 {
        defer!({ continue 'rounds });
    }
}

fn main() {}
