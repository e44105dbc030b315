use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!();
    group.spawn(async { 1 });
    while let Some(n) = group.next().await {
        println!("{n}");
    }
    group.spawn(async { 2 });
}

fn main() {}
