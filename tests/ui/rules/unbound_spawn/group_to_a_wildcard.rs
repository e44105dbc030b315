use rejoin::prelude::*;

#[scoped]
async fn check() {
    let _ = task_group!();
}

fn main() {}
