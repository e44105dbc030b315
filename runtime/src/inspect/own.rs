//! How many tokio tasks rejoin has started and that are not gone yet.
//!
//! In shards by thread, so that two threads that start tasks do not meet here. A task may end on another
//! thread than it began on, so that only the sum means anything.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::context;

const SHARDS: usize = 16;

/// On a cache line of its own.
#[repr(align(128))]
struct Shard(AtomicUsize);

static ALIVE: [Shard; SHARDS] = [const { Shard(AtomicUsize::new(0)) }; SHARDS];

/// One tokio task of ours; dropped with it.
pub(crate) struct OwnTask {
    shard: usize,
}

impl OwnTask {
    pub(crate) fn begin() -> Self {
        let shard = context::thread_number() as usize % SHARDS;
        ALIVE[shard].0.fetch_add(1, Ordering::Relaxed);
        Self { shard }
    }
}

impl Drop for OwnTask {
    fn drop(&mut self) {
        ALIVE[self.shard].0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How many there are.
pub(super) fn alive() -> usize {
    ALIVE.iter().map(|shard| shard.0.load(Ordering::Relaxed)).sum()
}
