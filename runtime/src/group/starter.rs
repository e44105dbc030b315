//! A tokio task that starts the children of a group, one after the other, until one of them waits.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::task::coop;

use super::batch::{Admission, Batch};
#[cfg(feature = "inspect")]
use crate::inspect::own::OwnTask;
use crate::observe::hooks;
use crate::scope::node::{Inner, Node};
use crate::scope::unit::NodeRef;
use crate::task::runner::Runner;

/// Starts children of `group`. Dropped before they are started, because its runtime shuts down or never took it, it
/// ends them.
pub(super) struct Starter {
    group: NodeRef,
    /// What it polls; it keeps one that waits until that has ended.
    child: Option<NodeRef>,
    /// Children it has taken, and not started yet.
    more: VecDeque<NodeRef>,
    /// Whether it has to look at the queue again (`batch` invariant 2).
    committed: bool,
    /// How many children are started before it looks at the time.
    trusted: u32,
    #[cfg(feature = "inspect")]
    _counted: OwnTask,
}

/// How many children are started at first before it looks at the time.
const FEW: u32 = 2;

/// How many children are started at the most before other tasks have their turn.
const AT_ONCE: u32 = 32;

/// For how long children are started, about, before other tasks have their turn.
const TURN: Duration = Duration::from_micros(20);

impl Starter {
    /// Puts `child` below `group` and has it started; gives it back if that takes no more tasks.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime; the child is then destroyed.
    #[track_caller]
    pub(super) fn start(group: &NodeRef, child: NodeRef) -> Result<(), NodeRef> {
        let own_task = group.node.has_own_tasks();
        let admission = Node::attach_and(group, child, |inner, child| {
            // Under the lock: nobody may start it before it is counted. Nothing of the user's runs in it.
            hooks::started(&child.node);
            if own_task { Admission::AtOnce(child) } else { Self::admit(&group.node, inner, child) }
        })?;
        match admission {
            Admission::AtOnce(child) => Runner::spawn(child),
            Admission::Queued => {}
            Admission::First => drop(tokio::spawn(Self::new(group.clone()))),
        }
        Ok(())
    }

    fn admit(group: &Node, inner: &mut Inner, child: NodeRef) -> Admission {
        // One that is alone has nobody to share with, and those of an inline root have no tasks.
        if inner.child_count() == 1 || group.home().is_some() {
            return Admission::AtOnce(child);
        }
        // A test that tries orders delays each for itself.
        #[cfg(feature = "test-util")]
        if crate::testing::hook::is_armed() {
            return Admission::AtOnce(child);
        }
        Batch::admit(inner.batch_mut(), group, child)
    }

    fn new(group: NodeRef) -> Self {
        Self {
            group,
            child: None,
            more: VecDeque::new(),
            committed: true,
            trusted: FEW,
            #[cfg(feature = "inspect")]
            _counted: OwnTask::begin(),
        }
    }

    /// Takes the next child to start; `false` if there is none.
    fn take(&mut self) -> bool {
        if self.more.is_empty() && self.committed {
            self.committed = Batch::take(&self.group.node, &mut self.more);
        }
        self.child = self.more.pop_front();
        self.child.is_some()
    }

    /// Whether others should have their turn, after so many children.
    fn is_over(&mut self, started: u32, began: Option<Instant>) -> bool {
        if !coop::has_budget_remaining() {
            return true;
        }
        if started < self.trusted {
            return false;
        }
        if began.is_some_and(|began| began.elapsed() > TURN) {
            self.trusted = 1;
            return true;
        }
        self.trusted = AT_ONCE;
        started >= AT_ONCE
    }

    /// Whether there is anything left to do.
    fn has_more(&self) -> bool {
        !self.more.is_empty() || Batch::is_waiting(&self.group.node)
    }

    /// Keeps the child, which waits; the others get tasks of their own.
    fn settle(&mut self) {
        self.group.node.set_own_tasks();
        if std::mem::replace(&mut self.committed, false) {
            let queued = Batch::end(&self.group.node);
            for other in std::mem::take(&mut self.more).into_iter().chain(queued) {
                Runner::spawn(other);
            }
        }
    }
}

impl Future for Starter {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(child) = &self.child {
            let polled = child.payload.poll_task(child, cx);
            if polled.is_ready() {
                self.child = None;
            }
            return polled;
        }
        let mut began = None;
        let mut started = 0;
        while self.take() {
            // Whoever starts one alone need not know the time.
            if self.committed && started + 1 == self.trusted.min(2) {
                began = Some(Instant::now());
            }
            if let Some(child) = &self.child
                && child.payload.poll_task(child, cx).is_pending()
            {
                self.settle();
                return Poll::Pending;
            }
            self.child = None;
            started += 1;
            if self.committed && self.is_over(started, began) && self.has_more() {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }
}

impl Drop for Starter {
    fn drop(&mut self) {
        let queued = if self.committed { Batch::end(&self.group.node) } else { VecDeque::new() };
        let taken = std::mem::take(&mut self.more);
        for child in self.child.take().into_iter().chain(taken).chain(queued) {
            child.payload.abandon(&child.node);
        }
    }
}
