use rejoin::prelude::*;

#[scoped]
async fn check(ready: fn() -> bool) {
    loop {
        if !ready() {
            continue;
        }
    }
}

fn main() {}
