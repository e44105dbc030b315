//! futures-scopes: scopes that are relayed to any executor, and dropped at any time while children run.
//!
//! Far more of this kind is in `random_trees`.

use std::sync::Arc;

use ::tokio::runtime::Builder;
use ::tokio::sync::{mpsc, watch};
use rejoin::prelude::*;

use crate::MS;

const CHILDREN: usize = 8;

#[scoped]
async fn relay(depth: u32, alive: Arc<()>) {
    let (open, gate) = watch::channel(false);
    let (tell, mut told) = mpsc::channel::<()>(1000);
    let group = task_group!();
    for child in 0..CHILDREN {
        let (mut gate, tell, alive) = (gate.clone(), tell.clone(), alive.clone());
        group.spawn(async move {
            let _ = gate.wait_for(|open| *open).await;
            if depth > 0 && child % 4 > 0 {
                relay(depth - 1, alive.clone()).await;
            }
            if child % 5 == 0 {
                for n in 0..1000 {
                    std::hint::black_box(n);
                }
            }
            if child % 2 == 0 {
                let _ = tell.send(()).await;
            }
        });
    }
    let _ = open.send(true);
    for _ in 0..CHILDREN / 2 {
        let _ = told.recv().await;
    }
    // Leaves while others still run.
    group.stop().await;
}

#[test]
fn children_are_dropped_at_random_while_others_run() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let alive = Arc::new(());
    let depth = if cfg!(miri) { 0 } else { 2 };
    runtime.block_on(runtime.spawn(rejoin::run(relay(depth, alive.clone())))).unwrap().unwrap();
    assert_eq!(Arc::strong_count(&alive), 1);
    for limit in 0..if cfg!(miri) { 2 } else { 10 } {
        let root = rejoin::run(relay(depth, alive.clone()).timeout(limit * MS));
        let _ = runtime.block_on(runtime.spawn(root)).unwrap().unwrap();
        assert_eq!(Arc::strong_count(&alive), 1, "limit {limit}");
    }
}
