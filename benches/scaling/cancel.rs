//! Trees of parked tasks are cancelled and waited for.

use std::sync::Arc;
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
    let counts = arguments.counts(10, 1_000_000);
    let mut curves = Vec::new();
    for bench in Bench::both() {
        for (name, arms) in [("beside each other", usize::MAX), ("ten below each", 10)] {
            curves.push(series(format!("{name}, {bench}"), false, &counts, |n, times| {
                bench.run(ours(Tree { tasks: n, arms }, times))
            }));
        }
    }
    let bench = Bench::current_thread();
    curves.push(series(format!("JoinSet::shutdown, {bench}"), true, &counts, |n, times| {
        bench.run_plain(join_set(n, times))
    }));
    Plot { title: "Cancel parked tasks and join them", count: "tasks", cost: "ns per task", series: curves }
}

/// Tasks are numbered from 1, level by level; 0 is who starts the tree.
#[derive(Clone, Copy)]
struct Tree {
    tasks: usize,
    /// How many there are below each.
    arms: usize,
}

impl Tree {
    fn children(self, task: usize) -> std::ops::RangeInclusive<usize> {
        let first = task.saturating_mul(self.arms).saturating_add(1);
        first..=first.saturating_add(self.arms - 1).min(self.tasks)
    }
}

#[scoped]
async fn parked(gate: &Gate) {
    gate.park().await;
}

#[scoped]
async fn inner(tree: Tree, task: usize, gate: &Gate) {
    let children = task_group!();
    for child in tree.children(task) {
        if tree.children(child).is_empty() {
            children.spawn(parked(gate));
        } else {
            children.spawn(inner(tree, child, gate));
        }
    }
    if task == 0 {
        gate.wait_for(tree.tasks).await;
    } else {
        gate.park().await;
    }
    children.join_all().await;
}

#[scoped]
async fn stopped(tree: Tree, gate: &Gate) -> Duration {
    let top = spawn!(inner(tree, 0, gate));
    gate.wait_for(tree.tasks).await;
    let began = Stopwatch::start();
    top.stop().await;
    began.elapsed()
}

#[scoped]
async fn ours(tree: Tree, times: usize) -> Duration {
    let mut taken = Duration::ZERO;
    for _ in 0..times {
        let gate = Gate::default();
        taken += stopped(tree, &gate).await;
    }
    taken
}

async fn join_set(n: usize, times: usize) -> Duration {
    let mut taken = Duration::ZERO;
    for _ in 0..times {
        let gate: Arc<Gate> = Arc::default();
        let mut tasks = JoinSet::new();
        for _ in 0..n {
            let gate = gate.clone();
            tasks.spawn(async move { gate.park().await });
        }
        gate.wait_for(n).await;
        let began = Stopwatch::start();
        tasks.shutdown().await;
        taken += began.elapsed();
    }
    taken
}
