//! The children of a group that nobody has started yet, and who is on the way to start them.
//!
//! A child that never waits needs no tokio task of its own: a [starter](super::starter) is one, and polls such
//! children one after the other. A child that waits keeps the starter as its task, and as others of its
//! group will wait, too, they get tasks of their own at once from then on.
//!
//! # Invariants
//!
//! 1. A batch is touched only under the lock of the group's node.
//! 2. While a child is queued a starter is committed: it will look at the queue again before it goes.
//!    Who goes as the last finds the queue empty, or ends all that is in it. So every child is started, or
//!    ended, by somebody. Without a starter there is no batch.
//! 3. On a runtime with several threads, whoever queues a child behind another, or takes one and leaves others,
//!    first sees to it that a starter is *within reach*: in the queue of a worker, from which those that are idle
//!    take, and not in the one place for the task that was woken last, from which nobody else takes. So
//!    a child that keeps its thread busy keeps no other from starting. A starter comes within reach when
//!    another is spawned behind it by the same thread, or when it puts itself off. For the same reason a
//!    starter gives way after a child that has woken a task of this crate; what was woken otherwise
//!    waits for one child at the most.
//! 4. All starters of a batch are of one runtime. A child for another one does not get into the queue.

use std::collections::VecDeque;

use tokio::runtime::{Handle, Id, RuntimeFlavor};

use crate::scope::node::Node;
use crate::scope::unit::NodeRef;

#[derive(Default)]
pub(crate) struct Batch {
    queue: VecDeque<NodeRef>,
    /// How many starters are bound to look at the queue.
    committed: u32,
    /// How many of them are within reach.
    within_reach: u32,
    /// A starter that was spawned with no other behind it.
    lone: Option<Lone>,
    runtime: Option<Runtime>,
}

struct Lone {
    thread: u32,
    within_reach: bool,
}

/// The runtime the children of a batch run on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Runtime {
    id: Option<Id>,
    parallel: bool,
}

impl Runtime {
    /// The current one.
    pub(super) fn current() -> Option<Self> {
        let handle = Handle::try_current().ok()?;
        let parallel = handle.runtime_flavor() != RuntimeFlavor::CurrentThread;
        Some(Self { id: Some(handle.id()), parallel })
    }
}

/// What a starter that begins has to say to the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    Plain,
    /// It counts as within reach.
    WithinReach,
    /// It may have come within reach meanwhile.
    Lone,
}

/// The starters that have to be spawned now, in this order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Summons {
    Nobody,
    One(Rank),
    /// Two, of which the first comes within reach.
    Two,
}

/// What a starter does next.
pub(super) struct Next {
    pub(super) child: Option<NodeRef>,
    /// Whether it comes back.
    pub(super) committed: bool,
    /// Whether there are other threads.
    pub(super) parallel: bool,
    pub(super) summons: Summons,
}

/// What becomes of a child that has been attached.
pub(super) enum Admission {
    /// It is to be started in a task of its own.
    AtOnce(NodeRef),
    Queued(Summons),
}

impl Batch {
    /// Calls `access` with the batch of `group`, under its lock.
    pub(super) fn of<R>(group: &Node, access: impl FnOnce(&mut Self) -> R) -> R {
        let (result, over) = group.locked(|inner| {
            let place = inner.batch_mut();
            let batch = place.get_or_insert_default();
            let result = access(batch);
            let over = if batch.committed == 0 { place.take() } else { None };
            (result, over)
        });
        drop(over);
        result
    }

    /// Queues `child`, unless it should have a task of its own. `thread` is that of the caller.
    pub(super) fn admit(&mut self, child: NodeRef, runtime: Runtime, thread: u32) -> Admission {
        let idle = self.committed == 0;
        if !idle && self.runtime != Some(runtime) {
            return Admission::AtOnce(child);
        }
        self.queue.push_back(child);
        if idle {
            self.runtime = Some(runtime);
            self.committed = 1;
            self.lone = runtime.parallel.then_some(Lone { thread, within_reach: false });
            return Admission::Queued(Summons::One(Rank::Lone));
        }
        if !runtime.parallel || self.within_reach != 0 {
            return Admission::Queued(Summons::Nobody);
        }
        match &mut self.lone {
            Some(lone) if lone.thread == thread => {
                lone.within_reach = true;
                self.within_reach = 1;
                self.committed += 1;
                Admission::Queued(Summons::One(Rank::Plain))
            }
            _ => Admission::Queued(self.summon_two()),
        }
    }

    fn summon_two(&mut self) -> Summons {
        self.within_reach += 1;
        self.committed += 2;
        Summons::Two
    }

    fn is_parallel(&self) -> bool {
        self.runtime.is_some_and(|runtime| runtime.parallel)
    }

    /// A starter begins that was spawned, or put itself off.
    fn arrive(&mut self, rank: Rank) {
        let counted = match rank {
            Rank::Plain => false,
            Rank::WithinReach => true,
            Rank::Lone => self.lone.take().is_some_and(|lone| lone.within_reach),
        };
        self.within_reach -= u32::from(counted);
    }

    /// The next child for a committed starter, which arrives with `rank`, if it has not before. What goes into
    /// `more` is that starter's as well. With the last child, or none, it is committed no more.
    pub(super) fn next(&mut self, rank: Rank, more: &mut VecDeque<NodeRef>) -> Next {
        self.arrive(rank);
        let parallel = self.is_parallel();
        if !parallel {
            std::mem::swap(&mut self.queue, more);
        }
        let child = if parallel { self.queue.pop_front() } else { more.pop_front() };
        let left = !self.queue.is_empty() || !more.is_empty();
        self.committed -= u32::from(!left);
        let summons =
            if parallel && left && self.within_reach == 0 { self.summon_two() } else { Summons::Nobody };
        Next { child, committed: left, parallel, summons }
    }

    /// A starter would give way to other tasks, before it goes on: its rank then. `None` if nothing is
    /// left to do.
    pub(super) fn put_off(&mut self, has_more: bool) -> Option<Rank> {
        if self.queue.is_empty() && !has_more {
            return None;
        }
        if !self.is_parallel() {
            return Some(Rank::Plain);
        }
        self.within_reach += 1;
        Some(Rank::WithinReach)
    }

    /// A starter keeps a child that waits: what is left goes into `more`, to get tasks of their own.
    pub(super) fn hand_on(&mut self, more: &mut VecDeque<NodeRef>) {
        self.committed -= 1;
        if more.is_empty() {
            std::mem::swap(more, &mut self.queue);
        } else {
            more.append(&mut self.queue);
        }
    }

    /// A starter is gone before it has done its work. What is left is to be ended by the caller, if there is
    /// nobody else to start it.
    pub(super) fn leave(&mut self, rank: Option<Rank>) -> VecDeque<NodeRef> {
        if let Some(rank) = rank {
            self.arrive(rank);
        }
        self.committed -= 1;
        if self.committed == 0 { std::mem::take(&mut self.queue) } else { VecDeque::new() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use super::*;
    use crate::scope::node::Kind;
    use crate::scope::unit::Unit;
    use crate::site::Origin;

    fn child() -> NodeRef {
        let origin = Origin::Caller(std::panic::Location::caller());
        Unit::share(Unit::new(Node::unit(Kind::Task, origin, None), ()))
    }

    struct Starter {
        rank: Option<Rank>,
        more: VecDeque<NodeRef>,
    }

    /// A batch with its starters, which do what chance tells them.
    struct Walk {
        batch: Batch,
        starters: Vec<Starter>,
        /// How often each child was started or ended.
        done: HashMap<usize, u32>,
        chance: u64,
    }

    impl Walk {
        fn chance(&mut self, below: usize) -> usize {
            self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (self.chance >> 33) as usize % below
        }

        fn do_with(&mut self, children: impl IntoIterator<Item = NodeRef>) {
            for child in children {
                *self.done.entry(Arc::as_ptr(&child).cast::<u8>().addr()).or_default() += 1;
            }
        }

        fn summon(&mut self, summons: &Summons) {
            let ranks: &[Rank] = match summons {
                Summons::Nobody => &[],
                Summons::One(rank) => &[*rank],
                Summons::Two => &[Rank::WithinReach, Rank::Plain],
            };
            for rank in ranks {
                self.starters.push(Starter { rank: Some(*rank), more: VecDeque::new() });
            }
        }

        fn push(&mut self, runtime: Runtime) -> NodeRef {
            let (child, thread) = (child(), self.chance(2) as u32);
            match self.batch.admit(child.clone(), runtime, thread) {
                Admission::AtOnce(child) => self.do_with([child]),
                Admission::Queued(summons) => self.summon(&summons),
            }
            child
        }

        fn step(&mut self) {
            let number = self.chance(self.starters.len());
            let mut starter = self.starters.swap_remove(number);
            if self.chance(20) == 0 {
                let unstarted = self.batch.leave(starter.rank);
                self.do_with(starter.more.into_iter().chain(unstarted));
                return;
            }
            if let Some(next) = starter.more.pop_front() {
                self.do_with([next]);
            } else {
                let rank = starter.rank.take().unwrap_or(Rank::Plain);
                let next = self.batch.next(rank, &mut starter.more);
                self.summon(&next.summons);
                self.do_with(next.child);
                if !next.committed {
                    assert!(starter.more.is_empty());
                    return;
                }
            }
            match self.chance(6) {
                0 => {
                    self.batch.hand_on(&mut starter.more);
                    self.do_with(starter.more);
                    return;
                }
                1 => {
                    let rank = self.batch.put_off(!starter.more.is_empty());
                    assert!(rank.is_some() || self.batch.queue.is_empty());
                    starter.rank = rank;
                }
                _ => {}
            }
            self.starters.push(starter);
        }

        fn check(&self, parallel: bool) {
            let ranked = |rank| self.starters.iter().filter(|starter| starter.rank == Some(rank)).count();
            assert_eq!(self.batch.committed as usize, self.starters.len());
            assert!(self.batch.queue.is_empty() || !self.starters.is_empty(), "children were forgotten");
            assert_eq!(self.batch.lone.is_some(), parallel && ranked(Rank::Lone) == 1);
            let lone = self.batch.lone.as_ref().is_some_and(|lone| lone.within_reach);
            assert_eq!(self.batch.within_reach as usize, ranked(Rank::WithinReach) + usize::from(lone));
        }
    }

    #[test]
    fn every_child_is_started_or_ended_once() {
        for seed in 0..2000 {
            let runtime = Runtime { id: None, parallel: seed % 2 == 0 };
            let mut walk =
                Walk { batch: Batch::default(), starters: Vec::new(), done: HashMap::new(), chance: seed };
            let mut children = Vec::new();
            for _ in 0..100 {
                if walk.starters.is_empty() || walk.chance(2) == 0 {
                    children.push(walk.push(runtime));
                } else {
                    walk.step();
                }
                walk.check(runtime.parallel);
            }
            while !walk.starters.is_empty() {
                walk.step();
                walk.check(runtime.parallel);
            }
            assert_eq!(walk.done.len(), children.len());
            assert!(walk.done.values().all(|times| *times == 1));
        }
    }
}
