//! Runs one hot path a number of times, for a tool that counts instructions: `hot_paths PATH TIMES`.
//! See `.ci/instructions`, which subtracts what the process does besides.

#[path = "../workloads/gate.rs"]
mod gate;
#[path = "../workloads/leaf.rs"]
mod leaf;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_benches::runtimes::Bench;

use gate::Gate;
use leaf::{Now, Once};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (path, times) = (arguments.next(), arguments.next().and_then(|times| times.parse().ok()));
    let (Some(path), Some(times)) = (path, times) else {
        eprintln!("usage: hot_paths PATH TIMES");
        return ExitCode::from(2);
    };
    let bench = Bench::current_thread();
    match path.as_str() {
        "leaf_call" => bench.run(leaf_calls(times)),
        "await_ready" => bench.run(awaits_ready(times)),
        "await_waiting" => bench.run(awaits_waiting(times)),
        "await_waiting_in_task" => bench.run(awaits_waiting_in_task(times)),
        "await_waiting_in_frame" => bench.run(awaits_waiting_in_frame(times)),
        "await_below_16_limits" => bench.run(awaits_below(16, times)),
        "spawn_join" => bench.run(spawns(times)),
        "group_of_100" => bench.run(groups(times)),
        "cancel_1000" => bench.run(cancels(times)),
        "cancel_chain_of_1000" => bench.run(chains(times)),
        unknown => {
            eprintln!("`{unknown}` is not a hot path");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

#[scoped]
async fn leaf(n: usize) -> usize {
    black_box(n)
}

/// A scoped function that starts nothing is called.
#[scoped]
async fn leaf_calls(times: usize) {
    for n in 0..times {
        black_box(leaf(n).await);
    }
}

/// An ordinary future that is ready is awaited.
#[scoped]
async fn awaits_ready(times: usize) {
    for _ in 0..times {
        black_box(Now.await);
    }
}

/// An ordinary future that waits once is awaited, in a root.
#[scoped]
async fn awaits_waiting(times: usize) {
    for _ in 0..times {
        black_box(Once::default().await);
    }
}

/// The same in a task.
#[scoped]
async fn awaits_waiting_in_task(times: usize) {
    let task = spawn!(awaits_waiting(times));
    task.await;
}

/// The same in a function with tasks.
#[scoped]
async fn awaits_waiting_in_frame(times: usize) {
    let tasks = task_group!();
    tasks.spawn(async {});
    for _ in 0..times {
        black_box(Once::default().await);
    }
    tasks.join_all().await;
}

const HOUR: Duration = Duration::from_secs(3600);

/// The same below so many limits.
#[scoped]
async fn awaits_below(limits: u32, times: usize) {
    if limits > 0 {
        return awaits_below(limits - 1, times).timeout(HOUR * limits).await.unwrap();
    }
    for _ in 0..times {
        black_box(Once::default().await);
    }
}

#[scoped]
async fn spawn_one(n: usize) -> usize {
    let task = spawn!(leaf(n));
    task.await
}

/// A scoped function that starts one task, and waits for it, is called.
#[scoped]
async fn spawns(times: usize) {
    for n in 0..times {
        black_box(spawn_one(n).await);
    }
}

#[scoped]
async fn group(n: usize) -> usize {
    let tasks = task_group!();
    for n in 0..n {
        tasks.spawn(leaf(n));
    }
    tasks.join_all().await.into_iter().sum()
}

/// A hundred tasks are started in a group and joined.
#[scoped]
async fn groups(times: usize) {
    for _ in 0..times {
        black_box(group(100).await);
    }
}

#[scoped]
async fn parked(gate: &Gate) {
    gate.park().await;
}

/// A thousand tasks are started, park, are cancelled and joined.
#[scoped]
async fn cancels(times: usize) {
    const TASKS: usize = 1000;
    for _ in 0..times {
        let gate = Gate::default();
        let tasks = task_group!();
        for _ in 0..TASKS {
            tasks.spawn(parked(&gate));
        }
        gate.wait_for(TASKS).await;
        tasks.stop().await;
    }
}

#[scoped]
async fn inner(below: usize, gate: &Gate) {
    let children = task_group!();
    if below > 1 {
        children.spawn(inner(below - 1, gate));
    } else {
        children.spawn(parked(gate));
    }
    gate.park().await;
    children.join_all().await;
}

/// A thousand tasks below each other are started, park, are cancelled and joined.
#[scoped]
async fn chains(times: usize) {
    const TASKS: usize = 1000;
    for _ in 0..times {
        let gate = Gate::default();
        let tasks = task_group!();
        tasks.spawn(inner(TASKS - 1, &gate));
        gate.wait_for(TASKS).await;
        tasks.stop().await;
    }
}
