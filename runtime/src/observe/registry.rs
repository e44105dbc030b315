//! The roots that live, for whoever looks: those without a scope around them, below which everything
//! else is found.
//!
//! In shards by thread, so that two threads that start roots do not meet here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::scope::unit::{NodeRef, Payload, Unit};
use crate::shards::{SHARDS, Shard, Shards};

type Root = Weak<Unit<dyn Payload>>;

#[derive(Debug)]
struct Roots {
    known: Vec<Option<Root>>,
    free: Vec<usize>,
}

static ROOTS: Shards<Mutex<Roots>> =
    Shards::new([const { Shard::new(Mutex::new(Roots { known: Vec::new(), free: Vec::new() })) }; SHARDS]);

fn lock(roots: &Mutex<Roots>) -> MutexGuard<'_, Roots> {
    roots.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A root's place among those that live; dropped when it has ended.
#[derive(Debug)]
pub(crate) struct Place {
    among: &'static Mutex<Roots>,
    index: usize,
}

impl Place {
    /// For a root; `None` for one that is found below the scope it was made in.
    pub(crate) fn of<P: Payload + 'static>(root: &Arc<Unit<P>>) -> Option<Self> {
        if root.node.parent().is_some() {
            return None;
        }
        let root: Weak<Unit<P>> = Arc::downgrade(root);
        let root: Option<Root> = Some(root);
        let among = ROOTS.here();
        let mut roots = lock(among);
        let index = match roots.free.pop() {
            Some(index) => {
                roots.known[index] = root;
                index
            }
            None => {
                roots.known.push(root);
                roots.known.len() - 1
            }
        };
        drop(roots);
        Some(Self { among, index })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut roots = lock(self.among);
        let root = roots.known[self.index].take();
        roots.free.push(self.index);
        drop(roots);
        drop(root);
    }
}

/// The roots that live, those of one thread together.
pub(crate) fn roots() -> Vec<NodeRef> {
    let mut found = Vec::new();
    for among in ROOTS.iter() {
        found.extend(lock(among).known.iter().flatten().filter_map(Weak::upgrade));
    }
    found
}
