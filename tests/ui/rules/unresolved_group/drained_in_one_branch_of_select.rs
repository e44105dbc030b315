use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let group = task_group!();
    group.spawn(async { 1 });
    tokio::select! {
        Some(n) = group.next() => n,
        () = tokio::task::yield_now() => 0,
    }
}

fn main() {}
