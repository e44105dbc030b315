#![deny(dead_code)]
use rejoin::prelude::*;

#[scoped]
async fn never_called() -> u32 {
    1
}

struct Service;

impl Service {
    #[scoped]
    async fn never_called_either(&self) {}
}

#[scoped]
async fn called() -> u32 {
    let Service = Service;
    1
}

fn main() {
    let _ = rejoin::block_on(called());
}
