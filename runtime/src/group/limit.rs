//! How many children of a group run at a time, and the queue of the others.
//!
//! # Invariants
//!
//! 1. `running` counts the children that hold a place: `PLACED` is set in their node, and `LEFT` is not.
//!    Both bits are changed under the lock, so a place is taken once and given back once. A child
//!    that has `LEFT` while it was queued is skipped when its turn comes.
//! 2. A queued child is in the list of its group like any other: whoever cancels, destroys or joins
//!    the group finds it there. What is special is that nobody polls it, so nobody would notice that it
//!    was cancelled: the queue watches the group's token and is swept when that is cancelled. A child
//!    that was told before it got here is not queued (`admit`): it would come too late for the
//!    sweep. Every node is told before the token is.
//! 3. The queue keeps its children, which keep their group and with it the queue. The group's guard
//!    cuts this circle (`clear`), when every child has ended. What is left here by then, or in a sweep
//!    on its way, is ended: nothing of it that may borrow is touched again (S3, S7).
//! 4. Children are started without the lock, by one thread at a time (`starting`): where the runtime
//!    is gone a start ends the child at once, which starts the next, and 100,000 of them must not
//!    be 100,000 stack frames.
//! 5. The lock is held while no other lock is, and no code of the user's runs under it: no destructor,
//!    no waker's `clone`, `wake` or `drop`.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use tokio::runtime::Handle;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::store::register;
use crate::report;
use crate::scope::node::Node;
use crate::scope::unit::NodeRef;
use crate::site::Origin;
use crate::sync::Mutex;
use crate::task::runner::Runner;

pub(crate) struct Limit {
    most: usize,
    origin: Origin,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    running: usize,
    queue: VecDeque<Queued>,
    starting: bool,
    /// The queue watches the group's token, or is about to.
    watched: bool,
    watch: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    /// Who waits for room.
    waiters: Vec<Waker>,
}

impl Inner {
    fn has_room(&self, most: usize) -> bool {
        self.running < most && self.queue.is_empty()
    }
}

/// A child that waits for its turn, and the runtime it was spawned in; below an inline root there need
/// not be one.
struct Queued {
    child: NodeRef,
    runtime: Option<Handle>,
}

/// A place that no child has taken yet.
pub(super) struct Permit(Option<Arc<Limit>>);

impl Permit {
    /// Gives the place to a child that nobody else knows yet.
    pub(super) fn pass_to(mut self, child: &Node) {
        child.take_place();
        self.0 = None;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(limit) = self.0.take() {
            limit.inner.lock().running -= 1;
            limit.fill();
        }
    }
}

impl Limit {
    pub(super) fn new(most: usize, origin: Origin) -> Arc<Self> {
        Arc::new(Self { most, origin, inner: Mutex::new(Inner::default()) })
    }

    /// A place, if one is free and nobody waits for it.
    pub(super) fn reserve(self: &Arc<Self>) -> Option<Permit> {
        let mut inner = self.inner.lock();
        if !inner.has_room(self.most) {
            return None;
        }
        inner.running += 1;
        Some(Permit(Some(self.clone())))
    }

    /// Starts `child`, which has been attached to `group`, or puts it at the end of the queue.
    pub(super) fn admit(self: &Arc<Self>, group: &Node, child: NodeRef, runtime: Option<Handle>) {
        let mut inner = self.inner.lock();
        if inner.has_room(self.most) {
            child.node.take_place();
            inner.running += 1;
            drop(inner);
            Runner::spawn_on(child, runtime.as_ref());
        } else if child.node.is_cancelled() {
            drop(inner);
            child.payload.abandon(&child.node);
        } else {
            inner.queue.push_back(Queued { child, runtime });
            let watched = std::mem::replace(&mut inner.watched, true);
            drop(inner);
            if !watched {
                self.watch(group);
            }
        }
    }

    /// Has the queue swept when the group is cancelled.
    fn watch(self: &Arc<Self>, group: &Node) {
        let mut watch = Box::pin(group.token().cancelled_owned());
        let waker = Waker::from(self.clone());
        match watch.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(()) => self.sweep(),
            Poll::Pending => self.inner.lock().watch = Some(watch),
        }
    }

    /// Ends every queued child, in a task of its own: their destructors are not the business of
    /// whoever cancels. What is below an inline root is ended by that alone: it may be forgotten, and then
    /// what its children have borrowed is gone (S2).
    fn sweep(&self) {
        let queue = std::mem::take(&mut self.inner.lock().queue);
        match queue.front() {
            Some(Queued { child, runtime: Some(runtime) }) if child.node.home().is_none() => {
                let runtime = runtime.clone();
                drop(runtime.spawn(Sweep { queue }));
            }
            _ => queue.into_iter().for_each(|queued| Runner::spawn_on(queued.child, None)),
        }
    }

    /// The child has ended: gives its place back, if it ever had one. Idempotent.
    pub(super) fn release(&self, child: &Node) {
        let placed = {
            let mut inner = self.inner.lock();
            let placed = child.leave_place();
            inner.running -= usize::from(placed);
            placed
        };
        if placed {
            self.fill();
        }
    }

    /// Starts queued children while there are places; then there may be room for new ones.
    fn fill(&self) {
        let mut mine = false;
        loop {
            let mut gone = Vec::new();
            let mut inner = self.inner.lock();
            if inner.starting && !mine {
                return;
            }
            let mut next = None;
            while inner.running < self.most
                && let Some(queued) = inner.queue.pop_front()
            {
                if queued.child.node.has_left() {
                    gone.push(queued);
                    continue;
                }
                queued.child.node.take_place();
                inner.running += 1;
                next = Some(queued);
                break;
            }
            mine = next.is_some();
            inner.starting = mine;
            let waiters =
                if inner.has_room(self.most) { std::mem::take(&mut inner.waiters) } else { Vec::new() };
            drop(inner);
            drop(gone);
            for waiter in waiters {
                report::quietly(self.origin, || waiter.wake());
            }
            match next {
                // One that was cancelled meanwhile is not started by its runner, but ended.
                Some(Queued { child, runtime }) => Runner::spawn_on(child, runtime.as_ref()),
                None => return,
            }
        }
    }

    /// Ready when a child could run at once.
    pub(super) fn poll_room(&self, cx: &Context<'_>) -> Poll<()> {
        if self.inner.lock().has_room(self.most) {
            return Poll::Ready(());
        }
        // Declared before the lock is taken, and so dropped after it.
        let mut waker = Some(cx.waker().clone());
        let mut inner = self.inner.lock();
        if inner.has_room(self.most) {
            return Poll::Ready(());
        }
        register(&mut inner.waiters, &mut waker);
        Poll::Pending
    }

    /// Every child has ended.
    pub(super) fn clear(&self) {
        let mut inner = self.inner.lock();
        let queue = std::mem::take(&mut inner.queue);
        let watch = inner.watch.take();
        let waiters = std::mem::take(&mut inner.waiters);
        drop(inner);
        drop((queue, watch));
        for waiter in waiters {
            report::quietly(self.origin, || drop(waiter));
        }
    }
}

/// The group was cancelled.
impl Wake for Limit {
    fn wake(self: Arc<Self>) {
        self.sweep();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.sweep();
    }
}

/// Ends children that were cancelled before their turn came.
struct Sweep {
    queue: VecDeque<Queued>,
}

/// How many are ended before others have their turn on the thread.
const AT_ONCE: usize = 256;

impl Future for Sweep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        for _ in 0..AT_ONCE {
            match self.queue.pop_front() {
                Some(Queued { child, .. }) => child.payload.abandon(&child.node),
                None => return Poll::Ready(()),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for Sweep {
    fn drop(&mut self) {
        for Queued { child, .. } in self.queue.drain(..) {
            child.payload.abandon(&child.node);
        }
    }
}
