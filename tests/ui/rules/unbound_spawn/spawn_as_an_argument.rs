use rejoin::prelude::*;

fn keep<T>(_task: T) {}

#[scoped]
async fn check() {
    keep(spawn!(async { 1 }));
}

fn main() {}
