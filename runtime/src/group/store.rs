//! What the children of a group share: the results nobody has taken yet.
//!
//! # Invariants
//!
//! 1. A child pushes its result, then counts as ended, then leaves the group's list, then wakes
//!    who waits. So whoever sees the list empty finds every result in the queue.
//! 2. When the guard is dropped all children are gone and the queue is emptied (S3, S7): the
//!    results may borrow, and a reference to the node may live longer.
//! 3. The queue's lock is held while no other lock is, and no code of the user's runs under it.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::frame::state::raise;
use crate::report;
use crate::scope::node::Node;
use crate::scope::unit::{NodeRef, Payload, Unit};
use crate::site::Origin;
use crate::sync::Mutex;
use crate::task::slot::{Outcome, Sink};

pub(crate) struct GroupState<T> {
    queue: Mutex<Queue<T>>,
}

struct Queue<T> {
    next_sequence: u64,
    /// In the order of completion.
    results: VecDeque<T>,
    /// The sequence numbers of the results; empty where a `T` takes no room, so that a group of
    /// `()` keeps nothing.
    sequences: VecDeque<u64>,
    waiters: Vec<Waker>,
}

impl<T> GroupState<T> {
    pub(crate) fn new() -> Self {
        Self {
            queue: Mutex::new(Queue {
                next_sequence: 0,
                results: VecDeque::new(),
                sequences: VecDeque::new(),
                waiters: Vec::new(),
            }),
        }
    }

    pub(crate) fn next_sequence(&self) -> u64 {
        let mut queue = self.queue.lock();
        queue.next_sequence += 1;
        queue.next_sequence
    }

    fn push(&self, sequence: u64, value: T) {
        let mut queue = self.queue.lock();
        queue.results.push_back(value);
        if size_of::<T>() != 0 {
            queue.sequences.push_back(sequence);
        }
    }

    fn pop(&self) -> Option<T> {
        let mut queue = self.queue.lock();
        queue.sequences.pop_front();
        queue.results.pop_front()
    }

    pub(crate) fn finished(&self) -> usize {
        self.queue.lock().results.len()
    }

    /// All results, in the order of spawning.
    pub(crate) fn take_all(&self) -> Vec<T> {
        let (results, sequences) = {
            let mut queue = self.queue.lock();
            (std::mem::take(&mut queue.results), std::mem::take(&mut queue.sequences))
        };
        if sequences.is_empty() {
            return results.into();
        }
        let mut numbered: Vec<(u64, T)> = sequences.into_iter().zip(results).collect();
        numbered.sort_unstable_by_key(|(sequence, _)| *sequence);
        numbered.into_iter().map(|(_, value)| value).collect()
    }

    fn wake(&self, me: &Node) {
        let waiters = std::mem::take(&mut self.queue.lock().waiters);
        for waiter in waiters {
            report::quietly(me.origin(), || waiter.wake());
        }
    }

    fn register(&self, cx: &Context<'_>) {
        let waker = cx.waker().clone();
        let known = {
            let mut queue = self.queue.lock();
            if queue.waiters.iter().any(|waiter| waiter.will_wake(&waker)) {
                Some(waker)
            } else {
                queue.waiters.push(waker);
                None
            }
        };
        drop(known);
    }

    /// The next result in order of completion; `None` when no child is left.
    pub(crate) fn poll_next(&self, me: &Node, cx: &Context<'_>) -> Poll<Option<T>> {
        if let Some(value) = self.pop() {
            return Poll::Ready(Some(value));
        }
        self.register(cx);
        // In this order: see invariant 1.
        let childless = me.is_childless(false);
        match self.pop() {
            Some(value) => Poll::Ready(Some(value)),
            None if childless => Poll::Ready(None),
            None => Poll::Pending,
        }
    }

    /// Ready when no child is left; nobody can start one after that.
    pub(crate) fn poll_closed(&self, me: &Node, cx: &Context<'_>) -> Poll<()> {
        if me.is_childless(true) {
            return Poll::Ready(());
        }
        self.register(cx);
        if me.is_childless(true) { Poll::Ready(()) } else { Poll::Pending }
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

/// Puts a child's result into its group.
pub(crate) struct Collect<T> {
    pub(crate) group: Arc<Unit<GroupState<T>>>,
    pub(crate) sequence: u64,
}

impl<T: Send> Sink<T> for Collect<T> {
    type Stored = ();

    fn complete(&self, me: &Node, outcome: Outcome<T>) -> Option<()> {
        match outcome {
            Outcome::Value(value) => self.group.payload.push(self.sequence, value),
            Outcome::Panicked(payload) => raise(me, me.origin(), payload),
            Outcome::Stopped => {}
        }
        None
    }

    fn ended(&self, me: &Node) {
        let left = me.detach();
        let group = &self.group;
        group.payload.wake(me);
        if left == 0
            && group.node.is_waited_for()
            && let Some(frame) = group.node.parent()
        {
            frame.node.wake();
        }
    }
}
