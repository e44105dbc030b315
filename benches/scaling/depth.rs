//! Tasks below each other: each starts the next and waits for it.

use std::pin::Pin;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_benches::plot::Plot;
use rejoin_benches::runtimes::Bench;
use rejoin_benches::stopwatch::Stopwatch;
use tokio::task::JoinSet;

use crate::Arguments;
use crate::gate::Gate;
use crate::rounds::series;

pub(crate) fn plot(arguments: &Arguments) -> Plot {
    let counts = arguments.counts(1, 100_000);
    let mut curves = Vec::new();
    for bench in Bench::both() {
        curves.push(series(format!("start and join, {bench}"), false, &counts, |n, times| {
            bench.run(chains(n, times))
        }));
        curves.push(series(format!("cancel and join, {bench}"), false, &counts, |n, times| {
            bench.run(cancelled_chains(n, times))
        }));
    }
    let bench = Bench::current_thread();
    curves.push(series(format!("JoinSets, {bench}"), true, &counts, |n, times| {
        bench.run_plain(join_sets(n, times))
    }));
    Plot { title: "Tasks below each other", count: "levels", cost: "ns per level", series: curves }
}

#[scoped]
async fn link(below: usize) -> usize {
    if below == 0 {
        return 0;
    }
    let next = spawn!(link(below - 1));
    next.await + 1
}

#[scoped]
async fn chains(depth: usize, times: usize) -> Duration {
    let began = Stopwatch::start();
    for _ in 0..times {
        assert_eq!(link(depth).await, depth);
    }
    began.elapsed()
}

#[scoped]
async fn parked_link(below: usize, gate: &Gate) {
    if below == 0 {
        gate.park().await;
        return;
    }
    let next = spawn!(parked_link(below - 1, gate));
    next.await;
}

#[scoped]
async fn cancelled_chain(depth: usize) -> Duration {
    let gate = Gate::default();
    let top = spawn!(parked_link(depth - 1, &gate));
    gate.wait_for(1).await;
    let began = Stopwatch::start();
    top.stop().await;
    began.elapsed()
}

#[scoped]
async fn cancelled_chains(depth: usize, times: usize) -> Duration {
    let mut taken = Duration::ZERO;
    for _ in 0..times {
        taken += cancelled_chain(depth).await;
    }
    taken
}

fn plain_link(below: usize) -> Pin<Box<dyn Future<Output = usize> + Send>> {
    Box::pin(async move {
        if below == 0 {
            return 0;
        }
        let mut next = JoinSet::new();
        next.spawn(plain_link(below - 1));
        next.join_all().await[0] + 1
    })
}

async fn join_sets(depth: usize, times: usize) -> Duration {
    let began = Stopwatch::start();
    for _ in 0..times {
        assert_eq!(plain_link(depth).await, depth);
    }
    began.elapsed()
}
