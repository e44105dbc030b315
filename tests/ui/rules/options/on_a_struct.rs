use rejoin::prelude::*;

#[scoped]
struct Service {
    name: String,
}

fn main() {}
