//! Where a child lives: its future, then its output, and the word that says who may touch them.
//!
//! # Invariants
//!
//! 1. `cell` is touched only by the holder of `BUSY` and, after `DONE`, by whoever cleared `VALUE`.
//! 2. `cell` holds the future, pinned, from creation until the holder of `BUSY` drops it in place;
//!    after that nothing; or, with `ENDING` and without `DONE`, the outcome; or, with `VALUE`, the
//!    output.
//! 3. `DONE` comes after the future is destroyed and the outcome has been handed over (S7). Once
//!    it is set, nothing in the slot that may borrow is touched but by the taker of `VALUE`.
//! 4. `kill` returns only when `DONE` is set (S4). It waits for one poll at the most, on another
//!    thread; waiting for its own thread would never end, so it aborts. The output is left to the
//!    guard: whoever destroys an ancestor must not be in the middle of dropping it when the guard,
//!    on another thread, finds nothing to drop and lets go of what it borrows.
//! 5. The slot's drop glue touches neither future nor output (S3): a late drop of the last
//!    reference, inside tokio, finds them gone.

use std::any::Any;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::state::{BUSY, DONE, DOOMED, ENDING, STARTED, VALUE, WAITED};
use crate::context;
use crate::observe::hooks;
use crate::report::{self, Event};
use crate::scope::node::Node;
use crate::scope::node::deadline::Deadline;
use crate::scope::unit::{NodeRef, Payload, Progress};
use crate::sync::{AtomicU32, Ordering, UnsafeCell, block_until, wake_blocked};

/// How a child ended.
pub(crate) enum Outcome<T> {
    Value(T),
    Panicked(Box<dyn Any + Send>),
    /// Cancelled and unwound, destroyed on the spot, never started, or its runtime is gone.
    Stopped,
}

/// Where a child's outcome goes.
pub(crate) trait Sink<T>: Send + Sync {
    /// What is kept in the slot until the owner takes it.
    type Stored: Send;

    /// Whether a value is an error that ended the child, and that nobody gets as its value.
    fn is_failure(_value: &T) -> bool {
        false
    }

    /// Called once, after the future is destroyed and before the child counts as ended.
    fn complete(&self, me: &Node, outcome: Outcome<T>) -> Option<Self::Stored>;

    /// Called once, after the child counts as ended.
    fn ended(&self, _me: &Node) {}
}

pub(crate) struct Slot<F: Future, S: Sink<F::Output>> {
    state: AtomicU32,
    /// The number of the thread that holds `BUSY`, or 0.
    holder: AtomicU32,
    cell: UnsafeCell<Cell<F, F::Output, S::Stored>>,
    sink: S,
}

union Cell<F, T, U> {
    future: ManuallyDrop<F>,
    ending: ManuallyDrop<Outcome<T>>,
    output: ManuallyDrop<U>,
}

// SAFETY: (S10) the future is polled and dropped on any thread, the output is moved to any thread,
// and nothing hands out a shared reference to either.
unsafe impl<F: Future + Send, S: Sink<F::Output>> Send for Slot<F, S> {}
// SAFETY: (S10) as above; by invariant 1 no two threads touch the cell at a time.
unsafe impl<F: Future + Send, S: Sink<F::Output>> Sync for Slot<F, S> {}

/// A slot as its owner sees it.
pub(crate) trait TaskPayload<T>: Payload {
    /// The output, if there is one and nobody took it.
    fn take(&self) -> Option<T>;

    /// Whether the child has ended; asks for no wake-up.
    fn is_done(&self) -> bool;
}

impl<F: Future, S: Sink<F::Output>> Slot<F, S> {
    pub(crate) fn new(future: F, sink: S) -> Self {
        Self {
            state: AtomicU32::new(0),
            holder: AtomicU32::new(0),
            cell: UnsafeCell::new(Cell { future: ManuallyDrop::new(future) }),
            sink,
        }
    }

    fn hold(&self) {
        self.holder.store(context::thread_number(), Ordering::Relaxed);
    }

    /// Drops the future in place. The caller holds `BUSY` and the future is there.
    fn destroy_future(&self) -> Result<(), Box<dyn Any + Send>> {
        catch_unwind(AssertUnwindSafe(|| {
            self.cell.with_mut(|cell| {
                // SAFETY: (S4, S7) invariants 1 and 2: the caller has the cell to itself and it
                // holds the future, which is dropped in place and never touched again.
                unsafe { ManuallyDrop::drop(&mut (*cell).future) }
            });
        }))
    }

    /// Hands the outcome over and says so. The caller holds `BUSY` and has destroyed the future.
    fn finish(&self, me: &Node, outcome: Outcome<F::Output>) {
        let entered = hooks::enter(me);
        hooks::task_ended(me, &outcome, S::is_failure);
        // A sink may drop values of the user's, so it may panic; the child has ended all the same.
        let stored = match catch_unwind(AssertUnwindSafe(|| self.sink.complete(me, outcome))) {
            Ok(stored) => stored,
            Err(payload) => {
                report::lost_panic(me.origin(), payload);
                None
            }
        };
        entered.leave();
        let mut bits = DONE;
        if let Some(output) = stored {
            bits |= VALUE;
            self.cell.with_mut(|cell| {
                // SAFETY: (S7) invariants 1 and 2: the caller has the cell to itself and it is
                // empty.
                unsafe { (*cell).output = ManuallyDrop::new(output) }
            });
        }
        self.holder.store(0, Ordering::Relaxed);
        let former = self.state.fetch_or(bits, Ordering::AcqRel);
        if former & DOOMED != 0 {
            wake_blocked();
        }
        if former & WAITED != 0
            && let Some(parent) = me.parent()
        {
            parent.node.wake();
        }
        me.wake_watchers();
        self.sink.ended(me);
    }

    /// Destroys the future; the outcome is then `outcome`, or the panic of its destructor. The caller
    /// holds `BUSY` and the future is there.
    fn leave(&self, me: &Node, outcome: Outcome<F::Output>) -> Outcome<F::Output> {
        let _entered = hooks::enter(me);
        match (self.destroy_future(), outcome) {
            (Ok(()), outcome) => outcome,
            (Err(payload), Outcome::Panicked(first)) => {
                report::lost_panic(me.origin(), payload);
                Outcome::Panicked(first)
            }
            (Err(payload), Outcome::Value(value)) => {
                report::drop_quietly(me.origin(), value);
                Outcome::Panicked(payload)
            }
            (Err(payload), Outcome::Stopped) => Outcome::Panicked(payload),
        }
    }

    /// Takes the outcome out of the cell. The caller holds `BUSY` and it is there.
    fn take_ending(&self) -> Outcome<F::Output> {
        self.cell.with_mut(|cell| {
            // SAFETY: (S7) invariants 1 and 2: the caller has the cell to itself, it holds the
            // outcome, and the state changes before anybody else looks.
            unsafe { ManuallyDrop::take(&mut (*cell).ending) }
        })
    }

    /// The future has ended: finishes, unless a root that was dropped in the task still unwinds.
    fn poll_ending(&self, me: &Node, outcome: Outcome<F::Output>, cx: &Context<'_>) -> Poll<()> {
        loop {
            if me.close() {
                self.finish(me, outcome);
                return Poll::Ready(());
            }
            if !me.park(cx, false) {
                break;
            }
            me.begin_poll();
        }
        self.cell.with_mut(|cell| {
            // SAFETY: (S7) invariants 1 and 2: the caller has the cell to itself and it is empty.
            unsafe { (*cell).ending = ManuallyDrop::new(outcome) }
        });
        self.state.fetch_or(ENDING, Ordering::AcqRel);
        if self.let_go() {
            return Poll::Pending;
        }
        self.destroy(me);
        Poll::Ready(())
    }

    /// Ends the child on the spot. The caller holds `BUSY`.
    fn destroy(&self, me: &Node) {
        me.bequeath();
        let outcome = if self.state.load(Ordering::Relaxed) & ENDING == 0 {
            self.leave(me, Outcome::Stopped)
        } else {
            match self.take_ending() {
                panicked @ Outcome::Panicked(_) => panicked,
                Outcome::Value(value) => {
                    report::drop_quietly(me.origin(), value);
                    Outcome::Stopped
                }
                Outcome::Stopped => Outcome::Stopped,
            }
        };
        self.finish(me, outcome);
    }

    /// Ends a child that nobody polls or destroys just now; `false` if somebody does.
    fn destroy_if_idle(&self, me: &Node) -> bool {
        let mut state = self.state.load(Ordering::Acquire);
        while state & DONE == 0 {
            if state & BUSY != 0 {
                return false;
            }
            match self.state.compare_exchange_weak(state, state | BUSY, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => {
                    self.hold();
                    self.destroy(me);
                    // The runner waits for nothing now: it goes, and its memory with it.
                    me.wake();
                    return true;
                }
                Err(current) => state = current,
            }
        }
        true
    }

    /// Lets go of a pending future; `false` if it has to be destroyed instead.
    fn let_go(&self) -> bool {
        self.holder.store(0, Ordering::Relaxed);
        let mut state = self.state.load(Ordering::Relaxed);
        while state & DOOMED == 0 {
            match self.state.compare_exchange_weak(state, state & !BUSY, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) => return true,
                Err(current) => state = current,
            }
        }
        self.hold();
        false
    }
}

impl<F: Future + Send, S: Sink<F::Output>> Payload for Slot<F, S> {
    fn poll_task(&self, me: &NodeRef, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let former = self.state.fetch_or(BUSY | STARTED, Ordering::AcqRel);
            if former & (BUSY | DONE) != 0 {
                // Ended, or being destroyed by somebody else.
                return Poll::Ready(());
            }
            self.hold();
            me.node.begin_poll();
            if former & ENDING != 0 {
                let outcome = self.take_ending();
                self.state.fetch_and(!ENDING, Ordering::AcqRel);
                return self.poll_ending(&me.node, outcome, cx);
            }
            if former & STARTED == 0 && me.node.is_cancelled() {
                self.destroy(&me.node);
                return Poll::Ready(());
            }
            context::set_armed_deadline(Deadline::NONE);
            let entered = hooks::enter(&me.node);
            let (polled, cut) = context::enter(me, || {
                catch_unwind(AssertUnwindSafe(|| {
                    self.cell.with_mut(|cell| {
                        // SAFETY: (S1, S4) invariants 1 and 2: the cell is ours and holds the
                        // future, which never moves: the slot is behind an `Arc`.
                        unsafe { Pin::new_unchecked(&mut *(*cell).future) }.poll(cx)
                    })
                }))
            });
            entered.leave();
            let outcome = match polled {
                Ok(Poll::Ready(value)) => Outcome::Value(value),
                Err(payload) => Outcome::Panicked(payload),
                Ok(Poll::Pending) if cut.is_some() => {
                    if let Some(site) = cut {
                        me.node.set_cut(site);
                    }
                    Outcome::Stopped
                }
                Ok(Poll::Pending) => {
                    let again = me.node.park(cx, false);
                    if !self.let_go() {
                        self.destroy(&me.node);
                        return Poll::Ready(());
                    }
                    if again {
                        continue;
                    }
                    return Poll::Pending;
                }
            };
            let outcome = self.leave(&me.node, outcome);
            return self.poll_ending(&me.node, outcome, cx);
        }
    }

    fn abandon(&self, me: &Node) {
        // Its guards see that what they own was not left behind.
        me.end_without_unwinding();
        hooks::let_go(|| self.destroy_if_idle(me));
    }

    fn kill(&self, me: &Node) {
        while !self.destroy_if_idle(me) {
            if self.holder.load(Ordering::Relaxed) == context::thread_number() {
                report::abort_self_destruction(me.origin());
            }
            let former = self.state.fetch_or(DOOMED, Ordering::AcqRel);
            // Let go of meanwhile, by somebody who did not know: then it is ours to destroy.
            if former & (BUSY | DONE) != 0 {
                block_until(|| self.is_done(), || report::emit(&Event::long_wait(me.origin())));
            }
        }
    }

    fn progress(&self) -> Progress {
        let state = self.state.load(Ordering::Acquire);
        if state & DONE != 0 {
            Progress::Waits
        } else if state & BUSY != 0 {
            Progress::Polled
        } else if state & ENDING != 0 {
            Progress::Ends
        } else {
            Progress::Waits
        }
    }

    fn poll_ended(&self, _me: &Node) -> Poll<()> {
        let mut state = self.state.load(Ordering::Acquire);
        if state & (DONE | WAITED) == 0 {
            state = self.state.fetch_or(WAITED, Ordering::AcqRel);
        }
        if state & DONE != 0 { Poll::Ready(()) } else { Poll::Pending }
    }

    fn has_ended(&self) -> bool {
        self.state.load(Ordering::Acquire) & DONE != 0
    }
}

impl<F: Future + Send, S: Sink<F::Output>> TaskPayload<S::Stored> for Slot<F, S> {
    fn take(&self) -> Option<S::Stored> {
        if self.state.load(Ordering::Acquire) & VALUE == 0
            || self.state.fetch_and(!VALUE, Ordering::AcqRel) & VALUE == 0
        {
            return None;
        }
        Some(self.cell.with_mut(|cell| {
            // SAFETY: (S7) invariant 1: `VALUE` was set and we are the one who cleared it, so the
            // cell holds the output and nobody else will read it.
            unsafe { ManuallyDrop::take(&mut (*cell).output) }
        }))
    }

    fn is_done(&self) -> bool {
        self.state.load(Ordering::Acquire) & DONE != 0
    }
}
