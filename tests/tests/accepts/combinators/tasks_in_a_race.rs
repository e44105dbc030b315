use rejoin::prelude::*;
use std::time::Duration;
use tokio::time::sleep;

#[scoped]
pub async fn taken() -> Option<u32> {
    let first = spawn!(async { 1 });
    let second = spawn!(async { 2 });
    race! {
        n = first => Some(n),
        n = second => Some(n),
        _ = sleep(Duration::from_secs(1)) => None,
    }
}

#[scoped]
pub async fn watched() -> u32 {
    let task = spawn!(async { 1 });
    let mut ticks = 0;
    loop {
        race! {
            _ = &task => break,
            _ = sleep(Duration::from_millis(1)) => ticks += 1,
        }
    }
    task.await + ticks
}

#[scoped]
pub async fn drained() -> u32 {
    let group = task_group!();
    for n in 0..3 {
        group.spawn(async move { n });
    }
    let mut sum = 0;
    loop {
        race! {
            Some(n) = group.next() => sum += n,
            else => break,
        }
    }
    sum
}

#[scoped]
pub async fn by_a_handle_below_a_defer() -> u32 {
    let task = spawn!(async { 3 });
    defer!({ println!("done") });
    race! {
        n = task => n,
        _ = sleep(Duration::from_secs(1)) => 0,
    }
}
