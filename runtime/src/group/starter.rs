//! A tokio task that starts the children of a group, one after the other, until one of them waits.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::task::coop;

use super::batch::{Admission, Batch, Rank, Runtime, Summons};
use crate::context;
#[cfg(feature = "inspect")]
use crate::inspect::own::OwnTask;
use crate::observe::hooks;
use crate::scope::node::{Inner, Node};
use crate::scope::unit::NodeRef;
use crate::task::runner::Runner;

/// Starts children of `group`. Dropped before they are started, because its runtime shuts down or never took it, it
/// ends those that no other starter is there for.
pub(super) struct Starter {
    group: NodeRef,
    /// What it polls; it keeps one that waits until that has ended.
    child: Option<NodeRef>,
    /// Children it has taken, and not started yet.
    more: VecDeque<NodeRef>,
    /// Before it begins, and after it has put itself off.
    rank: Option<Rank>,
    /// Whether it has to look at the queue again.
    committed: bool,
    /// Whether there are other threads.
    parallel: bool,
    /// How many children are started before it looks at the time.
    trusted: u32,
    #[cfg(feature = "inspect")]
    _counted: OwnTask,
}

/// How many children are started at first before it looks at the time.
const FEW: u32 = 2;

/// How many children are started at the most before other tasks have their turn on the thread.
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
        let attached = Node::attach_and(group, child, |inner, child| {
            // Under the lock: nobody may start it before it is counted. Nothing of the user's runs in it.
            hooks::started(&child.node);
            Self::admit(&group.node, inner, child)
        })?;
        match attached {
            Admission::AtOnce(child) => Runner::spawn(child),
            Admission::Queued(summons) => Self::summon(group, &summons),
        }
        Ok(())
    }

    fn admit(group: &Node, inner: &mut Inner, child: NodeRef) -> Admission {
        // One that is alone has nobody to share with, and those of an inline root have no tasks.
        if inner.child_count() == 1 || group.home().is_some() {
            return Admission::AtOnce(child);
        }
        let batch = inner.batch_mut();
        if group.is_lingering() && batch.is_none() {
            return Admission::AtOnce(child);
        }
        // A test that tries orders delays each for itself.
        #[cfg(feature = "test-util")]
        if crate::testing::hook::is_armed() {
            return Admission::AtOnce(child);
        }
        match Runtime::current() {
            Some(runtime) => batch.get_or_insert_default().admit(child, runtime, context::thread_number()),
            None => Admission::AtOnce(child),
        }
    }

    #[track_caller]
    fn summon(group: &NodeRef, summons: &Summons) {
        match summons {
            Summons::Nobody => {}
            Summons::One(rank) => drop(tokio::spawn(Self::new(group, *rank))),
            Summons::Two => {
                // Both are made first: they are counted already, and must be dropped if the first does not go.
                let two = [Self::new(group, Rank::WithinReach), Self::new(group, Rank::Plain)];
                for starter in two {
                    drop(tokio::spawn(starter));
                }
            }
        }
    }

    fn new(group: &NodeRef, rank: Rank) -> Self {
        Self {
            group: group.clone(),
            child: None,
            more: VecDeque::new(),
            rank: Some(rank),
            committed: true,
            parallel: false,
            trusted: FEW,
            #[cfg(feature = "inspect")]
            _counted: OwnTask::begin(),
        }
    }

    /// Takes the next child to start; `false` if there is none.
    fn take(&mut self) -> bool {
        self.child = self.more.pop_front();
        if self.child.is_none() && self.committed {
            let rank = self.rank.take().unwrap_or(Rank::Plain);
            let more = &mut self.more;
            let next = Batch::of(&self.group.node, |batch| batch.next(rank, more));
            self.child = next.child;
            self.committed = next.committed;
            self.parallel = next.parallel;
            Self::summon(&self.group, &next.summons);
        }
        self.child.is_some()
    }

    /// Whether it looks at the time before the next child. With other threads at hand none is to wait for more
    /// than one child that takes long; on a single one, whoever starts one child alone need not know.
    fn looks_at_the_time(&self, started: u32) -> bool {
        if !self.committed {
            false
        } else if self.parallel {
            started == 0
        } else {
            started + 1 == self.trusted.min(2)
        }
    }

    /// Whether others should have their turn, after so many children.
    fn is_over(&mut self, started: u32, began: Option<Instant>) -> bool {
        if !coop::has_budget_remaining() || self.parallel && context::take_woken() {
            return true;
        }
        if !self.parallel && started < self.trusted {
            return false;
        }
        if began.is_some_and(|began| began.elapsed() > TURN) {
            self.trusted = 1;
            return true;
        }
        self.trusted = AT_ONCE;
        started >= AT_ONCE
    }

    /// Whether it gives way to others; if nothing is left to do, it need not.
    fn puts_off(&mut self) -> bool {
        let has_more = !self.more.is_empty();
        self.rank = Batch::of(&self.group.node, |batch| batch.put_off(has_more));
        self.rank.is_some()
    }

    /// Keeps the child, which waits; the others get tasks of their own.
    fn settle(&mut self) {
        self.group.node.set_lingering();
        if !self.committed {
            return;
        }
        let mut others = std::mem::take(&mut self.more);
        Batch::of(&self.group.node, |batch| batch.hand_on(&mut others));
        self.committed = false;
        others.into_iter().for_each(Runner::spawn);
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
        // What was woken before is not of these children.
        context::take_woken();
        let mut began = None;
        let mut started = 0;
        while self.take() {
            if self.looks_at_the_time(started) {
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
            if self.committed && self.is_over(started, began) && self.puts_off() {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }
}

impl Drop for Starter {
    fn drop(&mut self) {
        let mut unstarted = std::mem::take(&mut self.more);
        if self.committed {
            let rank = self.rank;
            unstarted.extend(Batch::of(&self.group.node, |batch| batch.leave(rank)));
        }
        for child in self.child.take().into_iter().chain(unstarted) {
            child.payload.abandon(&child.node);
        }
    }
}
