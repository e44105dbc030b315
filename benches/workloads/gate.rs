//! Where parked tasks are counted, so that a measurement begins when all of them are parked.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::yield_now;

/// Counts those that have arrived.
#[derive(Debug, Default)]
pub(crate) struct Gate(AtomicUsize);

impl Gate {
    /// Arrives, and waits for nothing.
    pub(crate) async fn park(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
        pending().await
    }

    /// Waits until so many have arrived.
    pub(crate) async fn wait_for(&self, tasks: usize) {
        while self.0.load(Ordering::Relaxed) < tasks {
            yield_now().await;
        }
    }
}
