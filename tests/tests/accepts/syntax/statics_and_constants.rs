use rejoin::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

static COUNT: AtomicU32 = AtomicU32::new(0);
const STEPS: [u32; 2] = [1, 2];

#[scoped]
pub async fn check() -> u32 {
    let group = task_group!();
    for step in STEPS {
        group.spawn(async move { COUNT.fetch_add(step, Ordering::Relaxed) });
    }
    group.join_all().await;
    COUNT.load(Ordering::Relaxed)
}
