//! B1: start N tasks that do nothing, and wait for all of them and their results.

use std::hint::black_box;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_benches::arguments::Arguments;
use rejoin_benches::contest::Contest;
use rejoin_benches::runtimes::Bench;
use rejoin_benches::stopwatch::Stopwatch;
use rejoin_benches::table::{Bar, Row};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How many tasks one measurement starts: one after the other, or all at once.
const TASKS: usize = 10_000;

pub(crate) fn run(arguments: &Arguments) -> Vec<Row> {
    let mut rows = Vec::new();
    for bench in Bench::both() {
        for n in [1, 10, 100, 10_000] {
            let times = TASKS / n;
            let workload = format!("spawn and join {n}, {bench}");
            let ours = || bench.run(ours(n, times));
            let outcome = Contest::new("B1", workload, ours)
                .against("hand-made", Bar::Ratio(0.5), || bench.run_plain(hand_made(n, times)))
                .against("JoinSet", Bar::Ratio(0.7), || bench.run_plain(join_set(n, times)))
                .against("TaskTracker, without results", Bar::Ratio(1.0), || {
                    bench.run_plain(task_tracker(n, times))
                })
                .against("tokio::spawn", Bar::Shown, || bench.run_plain(handles(n, times)))
                .run(arguments.rounds(101));
            rows.extend(outcome.per(TASKS));
        }
    }
    rows
}

#[scoped]
async fn task(n: usize) -> usize {
    black_box(n)
}

#[scoped]
async fn one() -> usize {
    let one = spawn!(task(0));
    one.await
}

#[scoped]
async fn many(n: usize) -> usize {
    let tasks = task_group!();
    for n in 0..n {
        tasks.spawn(task(n));
    }
    tasks.join_all().await.into_iter().sum()
}

#[scoped]
async fn ours(n: usize, times: usize) -> Duration {
    let began = Stopwatch::start();
    for _ in 0..times {
        black_box(if n == 1 { one().await } else { many(n).await });
    }
    began.elapsed()
}

async fn plain_task(n: usize) -> usize {
    black_box(n)
}

async fn handles(n: usize, times: usize) -> Duration {
    let began = Stopwatch::start();
    for _ in 0..times {
        let handles: Vec<JoinHandle<usize>> = (0..n).map(|n| tokio::spawn(plain_task(n))).collect();
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        black_box(sum);
    }
    began.elapsed()
}

async fn join_set(n: usize, times: usize) -> Duration {
    let began = Stopwatch::start();
    for _ in 0..times {
        let mut tasks = JoinSet::new();
        for n in 0..n {
            tasks.spawn(plain_task(n));
        }
        black_box(tasks.join_all().await.into_iter().sum::<usize>());
    }
    began.elapsed()
}

/// Nothing comes back: a tracker only counts.
async fn task_tracker(n: usize, times: usize) -> Duration {
    let began = Stopwatch::start();
    for _ in 0..times {
        let tasks = TaskTracker::new();
        for n in 0..n {
            tasks.spawn(plain_task(n));
        }
        tasks.close();
        tasks.wait().await;
    }
    began.elapsed()
}

/// What people build so that nothing outlives its function and everything can be told to stop.
async fn hand_made(n: usize, times: usize) -> Duration {
    let server = CancellationToken::new();
    let began = Stopwatch::start();
    for _ in 0..times {
        let token = server.child_token();
        let tasks = TaskTracker::new();
        let start = |n| {
            let token = token.clone();
            tasks.spawn(async move { token.run_until_cancelled(plain_task(n)).await })
        };
        let handles: Vec<JoinHandle<Option<usize>>> = (0..n).map(start).collect();
        tasks.close();
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap().unwrap_or(0);
        }
        tasks.wait().await;
        black_box(sum);
    }
    began.elapsed()
}
