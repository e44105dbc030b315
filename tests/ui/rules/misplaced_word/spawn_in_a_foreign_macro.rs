use rejoin::prelude::*;

macro_rules! keep {
    ($value:expr) => {
        drop($value)
    };
}

#[scoped]
async fn check() {
    keep!(spawn!(async { 1 }));
}

fn main() {}
