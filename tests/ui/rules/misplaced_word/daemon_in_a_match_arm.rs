use rejoin::prelude::*;

#[scoped]
async fn check(drive: bool) {
    match drive {
        true => daemon!(std::future::pending()),
        false => {}
    }
}

fn main() {}
