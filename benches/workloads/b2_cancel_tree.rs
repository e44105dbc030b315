//! B2: cancel a tree of parked tasks, and wait until all of them are gone.
//!
//! Starting and parking them is not measured. What a peer lacks for the same work is given to it:
//! a `JoinSet` that is shut down aborts what its tasks have started, but waits for its own tasks
//! alone, so in trees the others are waited for by a tracker.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_benches::arguments::Arguments;
use rejoin_benches::contest::Contest;
use rejoin_benches::runtimes::Bench;
use rejoin_benches::stopwatch::Stopwatch;
use rejoin_benches::table::{Bar, Row};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::gate::Gate;
use crate::shape::Shape;

type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Of the best of the peers, and so of each.
const BAR: Bar = Bar::Ratio(0.7);

pub(crate) fn run(arguments: &Arguments) -> Vec<Row> {
    let mut rows = Vec::new();
    for bench in Bench::both() {
        for shape in Shape::ALL {
            let workload = format!("cancel {shape}, {bench}");
            let outcome = Contest::new("B2", workload, || bench.run(ours(shape)))
                .against("JoinSet::shutdown", BAR, || bench.run_plain(join_set(shape)))
                .against("one token, TaskTracker", BAR, || bench.run_plain(tokens(shape, Tokens::Shared)))
                .against("a child token each, TaskTracker", BAR, || {
                    bench.run_plain(tokens(shape, Tokens::Children))
                })
                .run(arguments.rounds(51));
            rows.extend(outcome.per(1));
        }
    }
    rows
}

#[scoped]
async fn parked(gate: &Gate) {
    gate.park().await;
}

#[scoped]
async fn inner(shape: Shape, task: usize, gate: &Gate) {
    let children = task_group!();
    for child in shape.children(task) {
        if shape.is_leaf(child) {
            children.spawn(parked(gate));
        } else {
            children.spawn(inner(shape, child, gate));
        }
    }
    gate.park().await;
    children.join_all().await;
}

#[scoped]
async fn ours(shape: Shape) -> Duration {
    let gate = Gate::default();
    let children = task_group!();
    for child in shape.children(0) {
        if shape.is_leaf(child) {
            children.spawn(parked(&gate));
        } else {
            children.spawn(inner(shape, child, &gate));
        }
    }
    gate.wait_for(shape.tasks()).await;
    let began = Stopwatch::start();
    children.stop().await;
    began.elapsed()
}

/// What the tasks of a tree of `JoinSet`s share.
#[derive(Clone)]
struct Sets {
    shape: Shape,
    gate: Arc<Gate>,
    /// Counts the tasks that no set waits for when the topmost is shut down.
    alive: Option<TaskTracker>,
}

impl Sets {
    fn start(&self, children: &mut JoinSet<()>, task: usize) {
        for child in self.shape.children(task) {
            let sets = self.clone();
            if self.shape.is_leaf(child) {
                children.spawn(sets.parked());
            } else {
                children.spawn(sets.inner(child));
            }
        }
    }

    async fn parked(self) {
        let _alive = self.alive.as_ref().map(TaskTracker::token);
        self.gate.park().await;
    }

    fn inner(self, task: usize) -> Boxed {
        Box::pin(async move {
            let mut children = JoinSet::new();
            self.start(&mut children, task);
            self.parked().await;
        })
    }
}

async fn join_set(shape: Shape) -> Duration {
    let alive = (shape != Shape::Flat).then(TaskTracker::new);
    let sets = Sets { shape, gate: Arc::default(), alive };
    let mut children = JoinSet::new();
    sets.start(&mut children, 0);
    sets.gate.wait_for(shape.tasks()).await;
    let began = Stopwatch::start();
    children.shutdown().await;
    if let Some(alive) = sets.alive {
        alive.close();
        alive.wait().await;
    }
    began.elapsed()
}

/// Which token a task looks at.
#[derive(Clone, Copy)]
enum Tokens {
    Shared,
    Children,
}

/// What the tasks of a tree with tokens share.
#[derive(Clone)]
struct Tracked {
    shape: Shape,
    gate: Arc<Gate>,
    tokens: Tokens,
    tracker: TaskTracker,
}

impl Tracked {
    fn start(&self, token: &CancellationToken, task: usize) {
        for child in self.shape.children(task) {
            let token = match self.tokens {
                Tokens::Shared => token.clone(),
                Tokens::Children => token.child_token(),
            };
            let tracked = self.clone();
            if self.shape.is_leaf(child) {
                self.tracker.spawn(tracked.parked(token));
            } else {
                self.tracker.spawn(tracked.inner(token, child));
            }
        }
    }

    async fn parked(self, token: CancellationToken) {
        token.run_until_cancelled(self.gate.park()).await;
    }

    fn inner(self, token: CancellationToken, task: usize) -> Boxed {
        Box::pin(async move {
            self.start(&token, task);
            self.parked(token).await;
        })
    }
}

async fn tokens(shape: Shape, tokens: Tokens) -> Duration {
    let token = CancellationToken::new();
    let tracked = Tracked { shape, gate: Arc::default(), tokens, tracker: TaskTracker::new() };
    tracked.start(&token, 0);
    tracked.gate.wait_for(shape.tasks()).await;
    let began = Stopwatch::start();
    token.cancel();
    tracked.tracker.close();
    tracked.tracker.wait().await;
    began.elapsed()
}
