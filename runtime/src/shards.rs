//! One value for a few threads each, so that two threads that are busy do not meet at one.

use crate::context;

/// How many there are.
pub(crate) const SHARDS: usize = 16;

/// Two lines of a cache apart from the next.
#[repr(align(128))]
#[derive(Debug)]
pub(crate) struct Shard<T>(T);

impl<T> Shard<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Shards<T>([Shard<T>; SHARDS]);

impl<T> Shards<T> {
    pub(crate) const fn new(all: [Shard<T>; SHARDS]) -> Self {
        Self(all)
    }

    /// That of the running thread.
    #[inline]
    pub(crate) fn here(&self) -> &T {
        &self.0[context::thread_number() as usize % SHARDS].0
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|shard| &shard.0)
    }
}
