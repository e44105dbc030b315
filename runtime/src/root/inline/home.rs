//! What an inline root shares with its wakers: who is to be polled next.
//!
//! # Invariants
//!
//! 1. A waker knows a number and this queue, never a task: what borrows is reachable only through the
//!    root itself, and whoever wakes after the root was forgotten touches nothing that was lent (S2).
//! 2. A task stands in `todo` from its start until the root takes it over. It is never polled from
//!    here, and destroyed only where the root is over, has the root to itself or never knew the task; a reference that goes away last frees memory and runs no code of the user's
//!    (`slot` invariant 5).
//! 3. A number is queued before the root's waker is taken, and the waker is stored before the root looks
//!    for the last time. So no wake-up is lost.
//! 4. The lock is the only one held, and no code of the user's runs under it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use crate::report;
use crate::scope::unit::NodeRef;
use crate::sync::Mutex;

/// Stands for one task of an inline root, or for its body. Reused after the end of the task: a late waker
/// then wakes another one, which finds nothing to do.
pub(super) type Number = usize;

/// The body's number.
pub(super) const BODY: Number = 0;

pub(crate) struct Home {
    state: Mutex<State>,
}

struct State {
    /// What the root has to do, in the order in which it came up.
    todo: VecDeque<Step>,
    /// Who polls the root. Stays until it is woken or another one polls.
    waker: Option<Waker>,
    /// True when that waker is to be woken: nothing has woken it since the root went to sleep.
    asleep: bool,
    over: bool,
}

/// One thing a root has to do.
pub(super) enum Step {
    /// A task was started, and is not yet known to the root.
    Start(NodeRef),
    /// A task was woken.
    Poll(Number),
}

impl Home {
    pub(super) fn new() -> Arc<Self> {
        // The body comes first.
        let todo = VecDeque::from([Step::Poll(BODY)]);
        let state = State { todo, waker: None, asleep: false, over: false };
        Arc::new(Self { state: Mutex::new(state) })
    }

    /// Takes a task in, from any thread. Where the root has ended, or is being dropped, the task is
    /// destroyed on the spot.
    pub(crate) fn start(&self, task: NodeRef) {
        let origin = task.node.origin();
        let mut task = Some(task);
        let waker = {
            let mut state = self.state.lock();
            if !state.over {
                state.todo.extend(task.take().map(Step::Start));
            }
            state.rouse()
        };
        if let Some(task) = task {
            task.payload.abandon(&task.node);
        }
        if let Some(waker) = waker {
            // Whoever starts one task of many must get to the others.
            report::quietly(origin, || waker.wake());
        }
    }

    fn wake(&self, number: Number) {
        let waker = {
            let mut state = self.state.lock();
            if state.over {
                return;
            }
            state.todo.push_back(Step::Poll(number));
            state.rouse()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Says who is to be woken from now on. To be called at the beginning of each poll.
    pub(super) fn polled_by(&self, cx: &Context<'_>) {
        let known = {
            let mut state = self.state.lock();
            state.asleep = false;
            state.waker.take()
        };
        // A clone is code of the user's.
        let waker = match known {
            Some(known) if known.will_wake(cx.waker()) => known,
            _ => cx.waker().clone(),
        };
        self.state.lock().waker = Some(waker);
    }

    /// What to do next. `None` when there is nothing: from then on whoever comes wakes the root.
    pub(super) fn next(&self) -> Option<Step> {
        let mut state = self.state.lock();
        let step = state.todo.pop_front();
        state.asleep = step.is_none();
        step
    }

    /// The root is over: nobody is woken any more, and nothing is taken in. The tasks that it does not know
    /// yet end here.
    pub(super) fn close(&self) {
        let (todo, waker) = {
            let mut state = self.state.lock();
            state.over = true;
            (std::mem::take(&mut state.todo), state.waker.take())
        };
        drop(waker);
        for step in todo {
            if let Step::Start(task) = step {
                task.payload.abandon(&task.node);
            }
        }
    }
}

impl State {
    /// The waker to be woken, once for each sleep. Not a clone of it, which is code of the user's.
    fn rouse(&mut self) -> Option<Waker> {
        if std::mem::take(&mut self.asleep) { self.waker.take() } else { None }
    }
}

/// The waker of one task of an inline root.
pub(super) struct Bell {
    home: Arc<Home>,
    number: Number,
    rung: AtomicBool,
}

impl Bell {
    pub(super) fn new(home: &Arc<Home>, number: Number) -> Arc<Self> {
        Arc::new(Self { home: home.clone(), number, rung: AtomicBool::new(false) })
    }

    /// To be called before the poll it has asked for.
    pub(super) fn heard(&self) {
        self.rung.store(false, Ordering::Release);
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.rung.swap(true, Ordering::AcqRel) {
            self.home.wake(self.number);
        }
    }
}
