//! Tasks beside each other that do nothing are started and joined.

use std::hint::black_box;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_benches::plot::Plot;
use rejoin_benches::runtimes::Bench;
use rejoin_benches::stopwatch::Stopwatch;
use tokio::task::JoinSet;

use crate::Arguments;
use crate::rounds::series;

pub(crate) fn plot(arguments: &Arguments) -> Plot {
    let counts = arguments.counts(1, 1_000_000);
    let mut curves = Vec::new();
    for bench in Bench::both() {
        curves.push(series(format!("rejoin, {bench}"), false, &counts, |n, times| bench.run(ours(n, times))));
        curves.push(series(format!("JoinSet, {bench}"), true, &counts, |n, times| {
            bench.run_plain(join_set(n, times))
        }));
    }
    Plot {
        title: "Start tasks and join them",
        count: "tasks in a group",
        cost: "ns per task",
        series: curves,
    }
}

#[scoped]
async fn task(n: usize) -> usize {
    black_box(n)
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
        black_box(many(n).await);
    }
    began.elapsed()
}

async fn plain_task(n: usize) -> usize {
    black_box(n)
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
