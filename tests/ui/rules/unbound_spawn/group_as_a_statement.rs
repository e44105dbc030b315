use rejoin::prelude::*;

#[scoped]
async fn check() {
    task_group!();
}

fn main() {}
