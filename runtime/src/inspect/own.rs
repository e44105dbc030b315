//! How many tokio tasks rejoin has started and that are not gone yet.
//!
//! In shards by thread, so that two threads that start tasks do not meet here. A task may end on another
//! thread than it began on, so that only the sum means anything.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::shards::{SHARDS, Shard, Shards};

static ALIVE: Shards<AtomicUsize> = Shards::new([const { Shard::new(AtomicUsize::new(0)) }; SHARDS]);

/// One tokio task of ours; dropped with it. Takes no room.
pub(crate) struct OwnTask(());

impl OwnTask {
    pub(crate) fn begin() -> Self {
        ALIVE.here().fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for OwnTask {
    fn drop(&mut self) {
        // Below zero in this shard, where more tasks end than begin: the sum is right all the same.
        ALIVE.here().fetch_sub(1, Ordering::Relaxed);
    }
}

/// How many there are.
pub(super) fn alive() -> usize {
    let sum = ALIVE.iter().map(|shard| shard.load(Ordering::Relaxed)).fold(0, usize::wrapping_add);
    // Read one after the other while tasks move: for a moment it may look like fewer than none.
    usize::try_from(sum.cast_signed()).unwrap_or(0)
}
