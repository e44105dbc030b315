use rejoin::prelude::*;

#[scoped]
async fn check() {
    let make = || {
        let group = task_group!();
        group.len()
    };
    make();
}

fn main() {}
