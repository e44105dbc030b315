//! B6: one of N children fails; the others are parked. From its error until all are joined.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rejoin::prelude::*;
use rejoin_benches::arguments::Arguments;
use rejoin_benches::contest::Contest;
use rejoin_benches::runtimes::Bench;
use rejoin_benches::table::{Bar, Row};
use tokio::task::JoinSet;

use crate::gate::Gate;

pub(crate) fn run(arguments: &Arguments) -> Vec<Row> {
    let mut rows = Vec::new();
    for bench in Bench::both() {
        for n in [10, 100, 10_000] {
            let times = (1000 / n).max(1);
            let workload = format!("first error among {n}, {bench}");
            let outcome = Contest::new("B6", workload, || bench.run(ours(n, times)))
                .against("JoinSet", Bar::Ratio(0.8), || bench.run_plain(join_set(n, times)))
                .run(arguments.rounds(51));
            rows.extend(outcome.per(times));
        }
    }
    rows
}

/// When the failing child failed.
struct Failed(Instant);

/// Who parks, and who waits for that.
#[derive(Default)]
struct Scene {
    gate: Gate,
    failed: OnceLock<Instant>,
}

impl Scene {
    async fn fail(&self, n: usize) -> Result<(), Failed> {
        self.gate.wait_for(n - 1).await;
        Err(Failed(*self.failed.get_or_init(Instant::now)))
    }

    async fn park(&self) -> Result<(), Failed> {
        self.gate.park().await;
        Ok(())
    }
}

#[scoped]
async fn all(n: usize, scene: &Scene) -> Result<(), Failed> {
    let parked = task_group!();
    for _ in 1..n {
        parked.spawn(scene.park());
    }
    let failing = spawn!(scene.fail(n)?);
    parked.join_all().await;
    failing.await;
    Ok(())
}

#[scoped]
async fn ours(n: usize, times: usize) -> Duration {
    let mut took = Duration::ZERO;
    for _ in 0..times {
        let scene = Scene::default();
        if let Err(Failed(at)) = all(n, &scene).await {
            took += at.elapsed();
        }
    }
    took
}

async fn plain_all(n: usize, scene: &Arc<Scene>) -> Result<(), Failed> {
    let mut children = JoinSet::new();
    for _ in 1..n {
        let scene = scene.clone();
        children.spawn(async move { scene.park().await });
    }
    let failing = scene.clone();
    children.spawn(async move { failing.fail(n).await });
    while let Some(ended) = children.join_next().await {
        if let Err(failed) = ended.unwrap() {
            children.shutdown().await;
            return Err(failed);
        }
    }
    Ok(())
}

async fn join_set(n: usize, times: usize) -> Duration {
    let mut took = Duration::ZERO;
    for _ in 0..times {
        let scene = Arc::default();
        if let Err(Failed(at)) = plain_all(n, &scene).await {
            took += at.elapsed();
        }
    }
    took
}
