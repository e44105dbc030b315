//! The roots that live, for whoever looks: those without a scope around them, below which everything
//! else is found.
//!
//! In shards by thread, so that two threads that start roots do not meet here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::context;
use crate::scope::unit::{NodeRef, Payload, Unit};

const SHARDS: usize = 16;

type Root = Weak<Unit<dyn Payload>>;

#[derive(Default)]
struct Shard {
    roots: Vec<Option<Root>>,
    free: Vec<usize>,
}

static ROOTS: [Mutex<Shard>; SHARDS] =
    [const { Mutex::new(Shard { roots: Vec::new(), free: Vec::new() }) }; SHARDS];

fn shard(number: usize) -> MutexGuard<'static, Shard> {
    ROOTS[number % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
}

/// A root's place among those that live; dropped when it has ended.
#[derive(Debug)]
pub(crate) struct Place {
    shard: usize,
    index: usize,
}

impl Place {
    /// For a root; `None` for one that is found below the scope it was made in.
    pub(crate) fn of(root: &NodeRef) -> Option<Self> {
        if root.node.parent().is_some() {
            return None;
        }
        let number = context::thread_number() as usize;
        let known = Some(Arc::downgrade(root));
        let mut shard = shard(number);
        let index = match shard.free.pop() {
            Some(index) => {
                shard.roots[index] = known;
                index
            }
            None => {
                shard.roots.push(known);
                shard.roots.len() - 1
            }
        };
        drop(shard);
        Some(Self { shard: number, index })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut shard = shard(self.shard);
        let known = shard.roots[self.index].take();
        shard.free.push(self.index);
        drop(shard);
        drop(known);
    }
}

/// The roots that live, those of one thread together.
pub(crate) fn roots() -> Vec<NodeRef> {
    let mut found = Vec::new();
    for number in 0..SHARDS {
        found.extend(shard(number).roots.iter().flatten().filter_map(Weak::upgrade));
    }
    found
}
