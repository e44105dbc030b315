//! B8: how many bytes and allocations a parked child takes, and how large the futures are.

use std::future::pending;
use std::sync::Arc;

use rejoin::prelude::*;
use rejoin_benches::arguments::Arguments;
use rejoin_benches::memory::Count;
use rejoin_benches::runtimes::Bench;
use rejoin_benches::table::{Bar, Row, Unit};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::gate::Gate;

const CHILDREN: usize = 10_000;
const BAR: Bar = Bar::Ratio(0.7);
const PEER: &str = "JoinSet, child token";

pub(crate) fn run(_: &Arguments) -> Vec<Row> {
    let bench = Bench::current_thread();
    let (ours, theirs) = (bench.run(children()), bench.run_plain(plain_children()));
    let (our_pairs, their_pairs) = (bench.run(pairs()), bench.run_plain(plain_pairs()));
    let token = CancellationToken::new();
    let row =
        |workload, unit, ours, peer, theirs, bar| Row::exact("B8", workload, unit, ours, (peer, theirs), bar);
    let size = |workload, ours: usize, peer, theirs: usize, bar| {
        row(workload, Unit::Bytes, ours as f64, peer, theirs as f64, bar)
    };
    vec![
        row("memory of a parked child", Unit::Bytes, ours.bytes, PEER, theirs.bytes, BAR),
        row(
            "allocations of a parked child",
            Unit::Pieces,
            ours.allocations,
            PEER,
            theirs.allocations,
            Bar::Shown,
        ),
        row(
            "memory of a parked child with two tasks",
            Unit::Bytes,
            our_pairs.bytes,
            PEER,
            their_pairs.bytes,
            BAR,
        ),
        row(
            "allocations of a parked child with two tasks",
            Unit::Pieces,
            our_pairs.allocations,
            PEER,
            their_pairs.allocations,
            Bar::Shown,
        ),
        size(
            "future of a function with one await",
            size_of_val(&waits()),
            "run_until_cancelled",
            size_of_val(&plain_waits(&token)),
            BAR,
        ),
        size(
            "future of a function with three awaits",
            size_of_val(&waits_thrice()),
            "run_until_cancelled",
            size_of_val(&plain_waits_thrice(&token)),
            BAR,
        ),
        // A `JoinSet` is a pointer to the heap, where the rows on memory find it.
        size(
            "future of a function with two tasks",
            size_of_val(&two_tasks(&Gate::default())),
            PEER,
            size_of_val(&plain_two_tasks(Arc::default(), token.clone())),
            Bar::Shown,
        ),
    ]
}

/// What one of the children takes, when all of them are parked.
struct Used {
    bytes: f64,
    allocations: f64,
}

impl Used {
    fn of(count: &Count) -> Self {
        let children = CHILDREN as f64;
        Self { bytes: count.bytes() as f64 / children, allocations: count.allocations() as f64 / children }
    }
}

#[scoped]
async fn children() -> Used {
    let gate = Gate::default();
    let children = task_group!();
    let count = Count::start();
    for _ in 0..CHILDREN {
        children.spawn(parks(&gate));
    }
    gate.wait_for(CHILDREN).await;
    let used = Used::of(&count);
    drop(count);
    children.stop().await;
    used
}

#[scoped]
async fn pairs() -> Used {
    let gate = Gate::default();
    let children = task_group!();
    let count = Count::start();
    for _ in 0..CHILDREN {
        children.spawn(two_tasks(&gate));
    }
    gate.wait_for(2 * CHILDREN).await;
    let used = Used::of(&count);
    drop(count);
    children.stop().await;
    used
}

async fn plain_children() -> Used {
    let gate = Arc::new(Gate::default());
    let server = CancellationToken::new();
    let mut children = JoinSet::new();
    let count = Count::start();
    for _ in 0..CHILDREN {
        children.spawn(plain_parks(gate.clone(), server.child_token()));
    }
    gate.wait_for(CHILDREN).await;
    let used = Used::of(&count);
    drop(count);
    server.cancel();
    while children.join_next().await.is_some() {}
    used
}

async fn plain_pairs() -> Used {
    let gate = Arc::new(Gate::default());
    let server = CancellationToken::new();
    let mut children = JoinSet::new();
    let count = Count::start();
    for _ in 0..CHILDREN {
        children.spawn(plain_two_tasks(gate.clone(), server.child_token()));
    }
    gate.wait_for(2 * CHILDREN).await;
    let used = Used::of(&count);
    drop(count);
    server.cancel();
    while children.join_next().await.is_some() {}
    used
}

#[scoped]
async fn parks(gate: &Gate) {
    gate.park().await;
}

async fn plain_parks(gate: Arc<Gate>, token: CancellationToken) {
    token.run_until_cancelled(gate.park()).await;
}

#[scoped]
async fn two_tasks(gate: &Gate) {
    let one = spawn!(parks(gate));
    let other = spawn!(parks(gate));
    one.await;
    other.await;
}

async fn plain_two_tasks(gate: Arc<Gate>, token: CancellationToken) {
    let mut tasks = JoinSet::new();
    for _ in 0..2 {
        tasks.spawn(plain_parks(gate.clone(), token.child_token()));
    }
    while tasks.join_next().await.is_some() {}
}

#[scoped]
async fn waits() {
    pending::<()>().await;
}

async fn plain_waits(token: &CancellationToken) {
    token.run_until_cancelled(pending::<()>()).await;
}

#[scoped]
async fn waits_thrice() {
    pending::<()>().await;
    pending::<()>().await;
    pending::<()>().await;
}

async fn plain_waits_thrice(token: &CancellationToken) {
    token.run_until_cancelled(pending::<()>()).await;
    token.run_until_cancelled(pending::<()>()).await;
    token.run_until_cancelled(pending::<()>()).await;
}
