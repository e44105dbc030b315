use rejoin::prelude::*;

async fn check() {
    let _group = task_group!();
}

fn main() {}
