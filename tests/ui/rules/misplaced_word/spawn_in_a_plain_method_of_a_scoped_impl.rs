use rejoin::prelude::*;

struct Service;

#[scoped]
impl Service {
    fn check(&self) {
        let _task = spawn!(async { 1 });
    }
}

fn main() {}
