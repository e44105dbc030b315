use rejoin::prelude::*;

#[scoped]
mod service {
    pub async fn check() {}
}

fn main() {}
