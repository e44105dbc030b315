//! The run of a test on its thread, and what it does at the cancellation points.
//!
//! # Invariants
//!
//! 1. `RUN` is set by [`begin`] and restored by the guard it returns, on every way out. Nothing is
//!    called while it is borrowed.
//! 2. `ARMED` counts the runs in the process that interfere. Who sees it above 0 looks whether one is
//!    its own thread's; so it needs no order.
//! 3. Points are counted until the run is cancelled: each time one is about to go on, and each time
//!    one begins to wait. So an await is tried before it began, while it waits, and when what it
//!    waited for has come but was not looked at.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Context;

use super::shuffle::{Pace, Shuffle};
use crate::context;
use crate::reason::{Cause, Reason};
use crate::scope::cancel::cancel;
use crate::scope::unit::NodeRef;
use crate::site::Site;

static ARMED: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static RUN: RefCell<Option<Rc<Run>>> = const { RefCell::new(None) };
}

/// One run of a test's body.
#[derive(Default)]
pub(crate) struct Run {
    /// The number of the point at which the root is cancelled, from 1.
    target: Option<usize>,
    root: RefCell<Option<NodeRef>>,
    passed: Cell<usize>,
    cancelled: Cell<Option<Moment>>,
    pub(crate) shuffle: Option<Shuffle>,
    checks: RefCell<Vec<Box<dyn FnOnce()>>>,
}

/// When a run was cancelled.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    Before(Site),
    During(Site),
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Before(site) => write!(f, "before {site}"),
            Self::During(site) => write!(f, "while it waited at {site}"),
        }
    }
}

impl Run {
    pub(crate) fn new(target: Option<usize>, seed: Option<u64>) -> Self {
        Self { target, shuffle: seed.map(Shuffle::new), ..Self::default() }
    }

    pub(crate) fn set_root(&self, root: NodeRef) {
        *self.root.borrow_mut() = Some(root);
    }

    /// How many points the run has passed.
    pub(crate) fn passed(&self) -> usize {
        self.passed.get()
    }

    pub(crate) fn cancelled(&self) -> Option<Moment> {
        self.cancelled.get()
    }

    pub(crate) fn add_check(&self, check: Box<dyn FnOnce()>) {
        self.checks.borrow_mut().push(check);
    }

    pub(crate) fn take_checks(&self) -> Vec<Box<dyn FnOnce()>> {
        self.checks.take()
    }

    /// Counts a point; at the one that is meant, cancels the root.
    fn pass(&self, moment: fn(Site) -> Moment, site: &'static Site) {
        if self.cancelled.get().is_some() {
            return;
        }
        self.passed.set(self.passed.get() + 1);
        if self.target != Some(self.passed.get()) {
            return;
        }
        // What was handed over without an await of its own has the place it was started at.
        let place = if site.file.is_empty() {
            context::with(|node| node.map(|node| node.unit_node().origin().site()))
        } else {
            None
        };
        self.cancelled.set(Some(moment(place.unwrap_or(*site))));
        let root = self.root.borrow().clone();
        if let Some(root) = root {
            let reason = Reason::Requested("the test cancels at every await".into());
            cancel(&root.node, Some(Cause::new(reason, site)));
        }
    }
}

/// Ends a run on its thread.
pub(crate) struct Running {
    former: Option<Rc<Run>>,
    armed: bool,
}

/// Makes `run` that of this thread; one that `interferes` is told of every point.
pub(crate) fn begin(run: Rc<Run>, interferes: bool) -> Running {
    if interferes {
        ARMED.fetch_add(1, Ordering::Relaxed);
    }
    Running { former: RUN.replace(Some(run)), armed: interferes }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.armed {
            ARMED.fetch_sub(1, Ordering::Relaxed);
        }
        drop(RUN.replace(self.former.take()));
    }
}

/// The run of this thread.
pub(crate) fn current() -> Option<Rc<Run>> {
    RUN.try_with(|run| run.borrow().clone()).ok().flatten()
}

/// Whether any run in the process interferes.
#[inline(always)]
pub(crate) fn is_armed() -> bool {
    ARMED.load(Ordering::Relaxed) != 0
}

/// At a point that is about to go on: whether it must not.
#[cold]
pub(crate) fn before(site: &'static Site, cx: &Context<'_>) -> bool {
    let Some(run) = current() else { return false };
    if run.shuffle.as_ref().is_some_and(Shuffle::delays) {
        context::waits();
        cx.waker().wake_by_ref();
        return true;
    }
    run.pass(Moment::Before, site);
    let cut = context::is_cancelled();
    if cut {
        context::cut(site);
    }
    cut
}

/// At a point that begins to wait.
#[cold]
pub(crate) fn waits(site: &'static Site) {
    if let Some(run) = current() {
        run.pass(Moment::During, site);
    }
}

/// Before a task is polled: whether its poll is put off.
#[cold]
pub(crate) fn puts_off(pace: &mut Option<Pace>, cx: &Context<'_>) -> bool {
    let Some(run) = current() else { return false };
    let Some(shuffle) = &run.shuffle else { return false };
    let delays = shuffle.delays_at(*pace.get_or_insert_with(|| shuffle.pace()));
    if delays {
        cx.waker().wake_by_ref();
    }
    delays
}
