//! What the tests of other crates for tasks and cancellation ask of theirs, asked here. One file a peer;
//! each says which of its scenarios have no meaning here, and why.

mod affinitypool;
mod async_nursery;
mod async_rt;
mod async_scoped;
mod era_consensus;
mod futures_concurrency;
mod futures_scopes;
mod graceful_shutdown;
mod moro;
mod task_scope;
mod tokio;
mod tokio_scoped;
mod tokio_util;

use std::time::Duration;

/// A millisecond.
const MS: Duration = Duration::from_millis(1);
