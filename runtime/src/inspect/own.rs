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

/// One tokio task of ours; dropped with it. Takes no room.
pub(crate) struct OwnTask(());

impl OwnTask {
    pub(crate) fn begin() -> Self {
        here().fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for OwnTask {
    fn drop(&mut self) {
        // Below zero in this shard, where more tasks end than begin: the sum is right all the same.
        here().fetch_sub(1, Ordering::Relaxed);
    }
}

fn here() -> &'static AtomicUsize {
    &ALIVE[context::thread_number() as usize % SHARDS].0
}

/// How many there are.
pub(super) fn alive() -> usize {
    let sum = ALIVE.iter().map(|shard| shard.0.load(Ordering::Relaxed)).fold(0, usize::wrapping_add);
    // Read one after the other while tasks move: for a moment it may look like fewer than none.
    usize::try_from(sum.cast_signed()).unwrap_or(0)
}
