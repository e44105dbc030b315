//! B10: say as text what each of 10 000 parked tasks waits for.
//!
//! One thread polls the tasks and asks, so none of them is polled while it is answered: the time it
//! takes is the time for which everything stands still.

use std::fmt::Write as _;
use std::future::pending;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use await_tree::{InstrumentAwait as _, Registry};
use rejoin::prelude::*;
use rejoin_benches::arguments::Arguments;
use rejoin_benches::contest::Contest;
use rejoin_benches::runtimes::Bench;
use rejoin_benches::stopwatch::Stopwatch;
use rejoin_benches::table::{Bar, Row};
use tokio::task::JoinSet;

use crate::gate::Gate;

const TASKS: usize = 10_000;

pub(crate) fn run(arguments: &Arguments) -> Vec<Row> {
    let bench = Bench::current_thread();
    let outcome = Contest::new("B10", "say what 10 000 tasks wait for", || bench.run(ours()))
        .against("await-tree", Bar::Ratio(0.5), || bench.run_plain(await_trees()))
        .against("async-backtrace", Bar::Ratio(0.5), || bench.run_plain(backtraces()))
        .run(arguments.rounds(31));
    outcome.per(1)
}

/// The time that `text` takes, which must not be empty.
fn told(text: impl FnOnce() -> String) -> Duration {
    let began = Stopwatch::start();
    let text = black_box(text());
    let taken = began.elapsed();
    assert!(text.contains("b10_dump.rs") || text.contains("handle"), "nothing was said: {text}");
    taken
}

#[scoped]
async fn wait(gate: &Gate) {
    gate.park().await;
}

#[scoped]
async fn handle(gate: &Gate) {
    wait(gate).await;
}

#[scoped]
async fn ours() -> Duration {
    let gate = Gate::default();
    let tasks = task_group!();
    for _ in 0..TASKS {
        tasks.spawn(handle(&gate));
    }
    gate.wait_for(TASKS).await;
    let taken = told(|| rejoin::observe::Tree::now().to_string());
    tasks.stop().await;
    taken
}

async fn await_trees() -> Duration {
    async fn wait(gate: &Gate) {
        gate.park().instrument_await("park").await;
    }

    async fn handle(gate: Arc<Gate>) {
        wait(&gate).instrument_await("wait").await;
    }

    let gate: Arc<Gate> = Arc::default();
    let registry = Registry::new(await_tree::Config::default());
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        tasks.spawn(registry.register(task, "handle").instrument(handle(gate.clone())));
    }
    gate.wait_for(TASKS).await;
    let taken = told(|| {
        let mut text = String::new();
        for (task, tree) in registry.collect::<usize>() {
            let _ = writeln!(text, "{task}: {tree}");
        }
        text
    });
    tasks.shutdown().await;
    taken
}

async fn backtraces() -> Duration {
    #[async_backtrace::framed]
    async fn wait(gate: &Gate) {
        gate.park().await;
    }

    #[async_backtrace::framed]
    async fn handle(gate: Arc<Gate>) {
        wait(&gate).await;
        pending().await
    }

    let gate: Arc<Gate> = Arc::default();
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        tasks.spawn(handle(gate.clone()));
    }
    gate.wait_for(TASKS).await;
    let taken = told(|| async_backtrace::taskdump_tree(false));
    tasks.shutdown().await;
    taken
}
