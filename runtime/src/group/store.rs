//! What the children of a group share: the results nobody has taken yet.
//!
//! # Invariants
//!
//! 1. The queue is touched only under the lock of the group's own node, and only by
//!    [`Unit::shared`](Unit::<GroupState<T>>::shared), which takes it; so it needs no lock of its own (S11).
//! 2. A child puts its result into the queue and leaves the group's list under one lock, after its future is
//!    gone; then it wakes who waits. So whoever sees the list empty finds every result in the
//!    queue, and nothing that may borrow is touched by a child after that (S7).
//! 3. When the guard is dropped all children are gone and the queue is emptied (S3, S7): the
//!    results may borrow, and a reference to the node may live longer.
//! 4. No code of the user's runs under the lock: no destructor, no waker's `clone`, `wake` or `drop`.

use std::any::Any;
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::limit::Limit;
use super::options::GroupOptions;
use super::order::Early;
use crate::frame::state::raise;
use crate::report;
use crate::scope::node::{Inner, Node};
use crate::scope::unit::{NodeRef, Payload, Unit};
use crate::site::Origin;
use crate::sync::UnsafeCell;
use crate::task::slot::{Outcome, Sink};

pub(crate) struct GroupState<T> {
    queue: UnsafeCell<Queue<T>>,
    /// How many run at a time.
    pub(super) limit: Option<Arc<Limit>>,
}

// SAFETY: (S10, S11) invariant 1: one thread at a time touches the queue, and takes what is in it to itself.
unsafe impl<T: Send> Sync for GroupState<T> {}

struct Queue<T> {
    /// In the order of completion; or, with `early`, of spawning.
    results: VecDeque<T>,
    /// The sequence numbers of the results; empty where a `T` takes no room, so that a group of
    /// `()` keeps nothing, and where the results are in that order anyway.
    sequences: VecDeque<u64>,
    /// Of an ordered group.
    early: Option<Early<T>>,
    /// Who waits for the next result, or for the end.
    waiters: Vec<Waker>,
    /// Who waits for the end alone.
    joiners: Vec<Waker>,
}

impl<T> Queue<T> {
    fn push(&mut self, sequence: u64, value: T) {
        if let Some(early) = &mut self.early {
            early.insert(sequence, value);
            return;
        }
        self.results.push_back(value);
        if size_of::<T>() != 0 {
            self.sequences.push_back(sequence);
        }
    }

    /// To be called when a child has left an ordered group: `oldest` is the first of those it has left.
    fn settle(&mut self, oldest: impl FnOnce() -> Option<u64>) {
        if let Some(early) = &mut self.early {
            self.results.extend(early.release(oldest()));
        }
    }

    fn pop(&mut self) -> Option<T> {
        self.sequences.pop_front();
        self.results.pop_front()
    }

    /// All results there are, with their numbers.
    fn take(&mut self) -> (VecDeque<T>, VecDeque<u64>) {
        (std::mem::take(&mut self.results), std::mem::take(&mut self.sequences))
    }
}

impl<T> GroupState<T> {
    pub(crate) fn new(options: GroupOptions, origin: Origin) -> Self {
        Self {
            limit: options.limit.map(|limit| Limit::new(limit, origin)),
            queue: UnsafeCell::new(Queue {
                results: VecDeque::new(),
                sequences: VecDeque::new(),
                early: options.ordered.then(Early::new),
                waiters: Vec::new(),
                joiners: Vec::new(),
            }),
        }
    }
}

impl<T> Unit<GroupState<T>> {
    /// Calls `access` with what this group's lock protects. See invariant 4.
    #[inline]
    fn shared<R>(&self, access: impl FnOnce(&mut Inner, &mut Queue<T>) -> R) -> R {
        self.node.locked(|inner| {
            self.payload.queue.with_mut(|queue| {
                // SAFETY: (S11) invariant 1: this is the one place that touches the queue, the lock is
                // held, and as it cannot be taken twice `access` is not run inside of another.
                access(inner, unsafe { &mut *queue })
            })
        })
    }

    /// How many children there are whose output nobody has taken.
    pub(crate) fn len(&self) -> usize {
        self.shared(|inner, queue| {
            inner.child_count() + queue.results.len() + queue.early.as_ref().map_or(0, Early::len)
        })
    }

    /// All results, in the order of spawning.
    pub(crate) fn take_all(&self) -> Vec<T> {
        Self::sorted(self.shared(|_, queue| queue.take()))
    }

    /// The same if no child is left, and then none can be started any more.
    pub(crate) fn take_if_ended(&self) -> Option<Vec<T>> {
        let taken = self.shared(|inner, queue| self.node.is_childless_in(inner, true).then(|| queue.take()));
        taken.map(Self::sorted)
    }

    fn sorted((results, sequences): (VecDeque<T>, VecDeque<u64>)) -> Vec<T> {
        if sequences.iter().is_sorted() {
            return results.into();
        }
        let mut numbered: Vec<(u64, T)> = sequences.into_iter().zip(results).collect();
        numbered.sort_unstable_by_key(|(sequence, _)| *sequence);
        numbered.into_iter().map(|(_, value)| value).collect()
    }

    /// The next result, in the order of the group; `None` when no child is left.
    pub(crate) fn poll_next(&self, cx: &Context<'_>) -> Poll<Option<T>> {
        let look = |inner: &Inner, queue: &mut Queue<T>| match queue.pop() {
            Some(value) => Poll::Ready(Some(value)),
            None if inner.child_count() == 0 => Poll::Ready(None),
            None => Poll::Pending,
        };
        if let found @ Poll::Ready(_) = self.shared(|inner, queue| look(inner, queue)) {
            return found;
        }
        let mut waker = Some(cx.waker().clone());
        self.shared(|inner, queue| {
            let found = look(inner, queue);
            if found.is_pending() {
                register(&mut queue.waiters, &mut waker);
            }
            found
        })
    }

    /// Ready when no child is left; nobody can start one after that.
    pub(crate) fn poll_closed(&self, cx: &Context<'_>) -> Poll<()> {
        if self.node.is_childless(true) {
            return Poll::Ready(());
        }
        let mut waker = Some(cx.waker().clone());
        self.shared(|inner, queue| {
            if self.node.is_childless_in(inner, true) {
                return Poll::Ready(());
            }
            register(&mut queue.joiners, &mut waker);
            Poll::Pending
        })
    }
}

/// Has `waker` woken, unless it is known. Comparing wakers runs no code of the user's.
pub(super) fn register(waiters: &mut Vec<Waker>, waker: &mut Option<Waker>) {
    let known = |waker: &Waker| waiters.iter().any(|waiter| waiter.will_wake(waker));
    if !waker.as_ref().is_some_and(known) {
        waiters.extend(waker.take());
    }
}

impl<T: Send> Payload for GroupState<T> {
    fn poll_ended(&self, me: &Node) -> Poll<()> {
        if me.poll_childless() { Poll::Ready(()) } else { Poll::Pending }
    }

    fn child_panicked(&self, me: &NodeRef, origin: Origin, payload: Box<dyn Any + Send>) {
        raise(&me.node, origin, payload);
    }
}

/// Puts a child's result into the group that is its parent.
pub(crate) struct Collect<T> {
    group: PhantomData<fn(T) -> T>,
}

impl<T> Collect<T> {
    /// For a child of a group of `T`.
    ///
    /// # Safety
    ///
    /// (S7) It is given only to a node whose parent is a `Unit<GroupState<T>>`, its lifetimes apart.
    pub(crate) const unsafe fn below_its_group() -> Self {
        Self { group: PhantomData }
    }

    /// The group the child `me` is in.
    pub(super) fn group_of<'a>(&self, me: &'a Node) -> Option<&'a Unit<GroupState<T>>> {
        let parent = me.parent()?;
        // SAFETY: (S7) whoever made this sink promised that the parent is such a unit; the child keeps it
        // alive. While the child is in the list what the unit holds may be borrowed, and after that
        // its queue is not touched by the child.
        Some(unsafe { &*Arc::as_ptr(parent).cast::<Unit<GroupState<T>>>() })
    }

    /// The end of the child `me`: see invariant 2.
    pub(super) fn leave(&self, me: &Node, value: Option<T>) {
        let Some(group) = self.group_of(me) else { return };
        let (detached, waiters, joiners, last) = group.shared(|inner, queue| {
            let detached = me.detach_from(inner);
            if let Some(value) = value {
                queue.push(detached.as_ref().map_or(u64::MAX, |(_, sequence)| *sequence), value);
            }
            queue.settle(|| inner.oldest_child());
            let last = inner.child_count() == 0;
            let joiners = if last { std::mem::take(&mut queue.joiners) } else { Vec::new() };
            (detached, std::mem::take(&mut queue.waiters), joiners, last)
        });
        drop(detached);
        for waiter in waiters.into_iter().chain(joiners) {
            report::quietly(group.node.origin(), || waiter.wake());
        }
        if last
            && group.node.is_waited_for()
            && let Some(frame) = group.node.parent()
        {
            frame.node.wake();
        }
    }
}

impl<T: Send> Sink<T> for Collect<T> {
    type Stored = ();

    #[inline]
    fn complete(&self, me: &Node, outcome: Outcome<T>) -> Option<()> {
        let value = match outcome {
            Outcome::Value(value) => Some(value),
            Outcome::Panicked(payload) => {
                // Before the child leaves: who waits for the group must find its frame cancelled.
                raise(me, me.origin(), payload);
                None
            }
            Outcome::Stopped => None,
        };
        self.leave(me, value);
        None
    }

    #[inline]
    fn ended(&self, me: &Node) {
        // Only if a panic on its way up has panicked.
        if me.is_attached() {
            self.leave(me, None);
        }
    }
}
