//! Looking while everything runs.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rejoin::observe::Tree;
use rejoin::prelude::*;
use rejoin_tests::on_both;
use tokio::task::yield_now;

/// A tree of tasks that start, wait, stop each other and end, as `seed` says.
#[scoped]
async fn grows(seed: u32, depth: u32, ended: &AtomicUsize) -> u32 {
    defer!({
        yield_now().await;
        ended.fetch_add(1, Ordering::Relaxed);
    });
    let dice = seed.wrapping_mul(2_654_435_761).rotate_left(depth);
    if depth == 0 {
        for _ in 0..dice % 7 {
            yield_now().await;
        }
        return 1;
    }
    let tasks = task_group!();
    for n in 0..dice % 3 {
        tasks.spawn(grows(seed + n + 1, depth - 1, ended));
    }
    let one = spawn!(grows(seed + 11, depth - 1, ended));
    let limited =
        grows(seed + 13, depth - 1, ended).timeout(Duration::from_micros(u64::from(dice % 300))).await;
    let sum: u32 = if dice.is_multiple_of(5) {
        one.cancel();
        0
    } else {
        one.await
    };
    tasks.join_all().await.into_iter().sum::<u32>() + sum + limited.unwrap_or(1)
}

const DEPTH: u32 = if cfg!(miri) { 3 } else { 6 };
const LOOKS: usize = if cfg!(miri) { 10 } else { 1000 };

#[test]
fn a_thousand_looks_at_random_trees_lose_nothing() {
    let over = AtomicBool::new(false);
    let (looks, seen) = std::thread::scope(|threads| {
        let looking = threads.spawn(|| {
            let (mut looks, mut seen) = (0, 0);
            while looks < LOOKS || !over.load(Ordering::Relaxed) {
                let tree = Tree::now();
                seen += tree.entries().len();
                for entry in tree.entries() {
                    assert!(entry.parent().is_none_or(|parent| parent < entry.index()));
                }
                assert!(tree.to_string().lines().count() > 0);
                looks += 1;
            }
            (looks, seen)
        });
        let rounds = if cfg!(miri) { 1 } else { 30 };
        for seed in 0..rounds {
            for values in on_both(move || {
                scope!(async move {
                    let started = AtomicUsize::new(0);
                    let value = grows(seed, DEPTH, &started).await;
                    (value, started.load(Ordering::Relaxed))
                })
            }) {
                assert!(values.0 > 0 && values.1 > 0);
            }
        }
        over.store(true, Ordering::Relaxed);
        looking.join().expect("no look fails")
    });
    assert!(looks >= LOOKS && seen > 0, "{looks} looks, {seen} entries");
}

#[scoped]
async fn parked() {
    std::future::pending::<()>().await
}

#[rejoin::test]
async fn ten_thousand_tasks_are_told_in_well_under_a_second() {
    const TASKS: usize = if cfg!(miri) { 50 } else { 10_000 };
    let tasks = task_group!();
    for _ in 0..TASKS {
        tasks.spawn(parked());
    }
    // The runtime polls some dozens between two polls of this function.
    for _ in 0..TASKS {
        yield_now().await;
    }
    let begun = Instant::now();
    let tree = rejoin::current().dump().await;
    let text = tree.to_string();
    let took = begun.elapsed();
    assert_eq!(tree.tasks().count(), TASKS + 1);
    assert!(text.contains(&format!("{TASKS} × task at ")), "{text}");
    assert!(cfg!(miri) || took < Duration::from_millis(500), "{took:?}");
    tasks.stop().await;
}

#[scoped]
async fn deeper(depth: usize) -> String {
    if depth == 0 {
        let tree = Tree::now();
        return tree.to_string() + &tree.mermaid();
    }
    let task = spawn!(deeper(depth - 1));
    task.await
}

#[test]
fn a_chain_of_tasks_of_any_length_is_told_without_recursion() {
    const LEVELS: usize = if cfg!(miri) { 20 } else { 5_000 };
    let text = rejoin::block_on(deeper(LEVELS)).expect("not cancelled");
    assert!(text.matches("deeper").count() > LEVELS);
}
