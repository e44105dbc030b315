//! What is told to `metrics` and `tracing`.
//!
//! A binary of its own: the numbers are those of the whole process.

mod metrics;
mod spans;

use std::sync::{Mutex, MutexGuard, PoisonError};

static ALONE: Mutex<()> = Mutex::new(());

/// One test at a time, so that the numbers of each are its own.
fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
