//! A root whose tasks are polled by itself.
//!
//! # Invariants
//!
//! 1. Tasks below an inline root are polled by [`Inline::poll`] alone, and destroyed by a guard in the root's
//!    own body or by [`Inline`]'s drop: by whoever has the root to himself. Nobody else holds more of them
//!    than a node (S2): destroying an ancestor stops at an inline root (`scope::destroy`), cancelling
//!    touches nodes only, and wakers know numbers (`home` invariant 1). So a root that was forgotten
//!    half-way leaves its tasks alone for ever, whatever they have borrowed.
//! 2. The memory of a forgotten root stays: its body is never dropped, and holds the nodes its tasks are
//!    attached to, and those the tasks (S3).
//! 3. One poll takes [`TURN`] steps at the most, so that a task that is always ready starves nobody.

pub(crate) mod home;

use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;

use self::home::{BODY, Bell, Home, Number, Step};
use super::driver::{Driver, Settings};
use crate::call::{Call, Key};
use crate::cancelled::Cancelled;
use crate::context;
use crate::reason::{Cause, Reason};
use crate::report;
use crate::scope::boundary_of;
use crate::scope::cancel::cancel;
use crate::scope::destroy;
use crate::scope::unit::NodeRef;
use crate::site::{HANDED_OVER, Origin};

/// How many steps one poll of an inline root takes: as many as tokio lets one task take.
const TURN: usize = 128;

/// Makes an ordinary future of a scoped call: a root that runs everything itself.
///
/// All that is spawned below it is polled by this one future: concurrent, but not parallel. So it may
/// borrow and need not be `Send`, and it runs anywhere: in a `LocalSet`, in a method of a foreign trait,
/// as a branch of `tokio::select!`, on an executor that is not tokio's. It is the way to bring scoped
/// functions into a program one by one.
///
/// Where it may be `'static`, prefer [`run`](crate::run): its tasks run in parallel, and when it is dropped
/// it unwinds with all its clean-up. In a scoped body, await the call itself.
///
/// Made inside another scope it is that scope's child: it is cancelled with it, and has its deadline, name
/// and values. The output is the call's, or [`Cancelled`] if the root itself was cancelled.
///
/// A [`run`](crate::run) below it is a root of its own, and is run by tokio as anywhere else. What is
/// spawned by `spawn!` and its like must be `Send` here, too.
///
/// # Cancel safety
///
/// Dropping an unfinished `Inline` stops everything at once: all futures below it are dropped, the deepest
/// first, and no `defer!` runs. Cancelled in any other way, by its scope or a limit inside, it unwinds with
/// all its clean-up. Forgotten, it never runs again, and its memory stays.
///
/// # Panics
///
/// Polling it goes on with a panic of the call. It must not be polled again then.
///
/// # Cost
///
/// A task here costs two allocations, as elsewhere. It is polled when it was woken, and only then, however
/// many there are.
///
/// ```
/// use rejoin::prelude::*;
/// use std::{cell::Cell, time::Duration};
///
/// #[scoped(local)]
/// async fn count(words: &[String], total: &Cell<usize>) {
///     let (low, high) = words.split_at(words.len() / 2);
///     let low = spawn!(async { low.iter().map(String::len).sum::<usize>() });
///     let high = spawn!(async { high.iter().map(String::len).sum::<usize>() });
///     total.set(low.await + high.await);
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let words = ["ab".to_owned(), "cde".to_owned()];
/// let total = Cell::new(0);
/// tokio::select! {
///     counted = rejoin::inline(count(&words, &total)) => counted.unwrap(),
///     () = tokio::time::sleep(Duration::from_secs(60)) => {}
/// }
/// assert_eq!(total.get(), 5);
/// # });
/// ```
#[track_caller]
pub fn inline<C: Call>(call: C) -> Inline<C::Started> {
    let origin = Origin::Caller(Location::caller());
    let home = Home::new();
    let mut settings = Settings::new(origin, context::current().map(boundary_of));
    settings.home = Some(home.clone());
    let bell = Bell::new(&home, BODY);
    let waker = Waker::from(bell.clone());
    Inline {
        driver: Driver::new(call.start(&HANDED_OVER, Key(())), settings),
        tasks: Tasks { home, body: (bell, waker), places: vec![None], free: Vec::new() },
        phase: Phase::Waiting,
        origin,
    }
}

pin_project! {
    /// The future of [`inline`].
    ///
    /// ```
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// // Nothing here is `Send`.
    /// let local = tokio::task::LocalSet::new();
    /// let total = Rc::new(Cell::new(1));
    /// let add = { let total = total.clone(); async move { total.set(total.get() + 1) } };
    /// local.run_until(async { tokio::task::spawn_local(rejoin::inline(add)).await }).await.unwrap().unwrap();
    /// assert_eq!(total.get(), 2);
    /// # });
    /// ```
    #[must_use = "a root does nothing until it is awaited or spawned"]
    pub struct Inline<F: Future> {
        #[pin]
        driver: Driver<F>,
        tasks: Tasks,
        phase: Phase,
        origin: Origin,
    }

    impl<F: Future> PinnedDrop for Inline<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(node) = this.driver.as_mut().known_node() {
                cancel(&node.node, Some(Cause::new(Reason::Abandoned, *this.origin)));
                report::quietly(*this.origin, || destroy::below(&node.node));
            }
            this.tasks.home.close();
        }
    }
}

/// The tasks of an inline root, by number.
struct Tasks {
    home: Arc<Home>,
    body: (Arc<Bell>, Waker),
    /// Below 1 stands the body.
    places: Vec<Option<Task>>,
    free: Vec<Number>,
}

struct Task {
    node: NodeRef,
    bell: Arc<Bell>,
    waker: Waker,
}

enum Phase {
    Waiting,
    /// During a poll, and so after one that panicked.
    Polling,
    Ended,
}

impl Tasks {
    /// Gives a task its number.
    fn admit(&mut self, node: NodeRef) -> Number {
        let number = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len() - 1
        });
        let bell = Bell::new(&self.home, number);
        self.places[number] = Some(Task { node, waker: Waker::from(bell.clone()), bell });
        number
    }

    /// Polls a task once.
    fn poll(&mut self, number: Number) {
        // Gone, if a waker was late.
        let Some(task) = self.places.get(number).and_then(Option::as_ref) else { return };
        task.bell.heard();
        let polled = task.node.payload.poll_task(&task.node, &mut Context::from_waker(&task.waker));
        if polled.is_ready() {
            self.places[number] = None;
            self.free.push(number);
        }
    }
}

impl<F: Future> Future for Inline<F> {
    type Output = Result<F::Output, Cancelled>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        match std::mem::replace(this.phase, Phase::Polling) {
            Phase::Waiting => {}
            Phase::Polling => panic!("a root was polled after it had panicked"),
            Phase::Ended => panic!("a root was polled after it had ended"),
        }
        this.tasks.home.polled_by(cx);
        // It may be polled in the middle of another task's poll.
        let around = context::armed_deadline();
        let polled = poll_turn(this.driver.as_mut(), this.tasks, cx);
        context::set_armed_deadline(around);
        *this.phase = if polled.is_ready() { Phase::Ended } else { Phase::Waiting };
        polled
    }
}

/// Polls whoever was woken, one after the other.
fn poll_turn<F: Future>(
    mut driver: Pin<&mut Driver<F>>,
    tasks: &mut Tasks,
    cx: &Context<'_>,
) -> Poll<Result<F::Output, Cancelled>> {
    for _ in 0..TURN {
        match tasks.home.next() {
            Some(Step::Poll(BODY)) => {
                let (bell, waker) = &tasks.body;
                bell.heard();
                let polled = driver.as_mut().poll_root(&mut Context::from_waker(waker));
                if polled.is_ready() {
                    tasks.home.close();
                    tasks.places.clear();
                    return polled;
                }
            }
            Some(Step::Poll(number)) => tasks.poll(number),
            Some(Step::Start(task)) => {
                let number = tasks.admit(task);
                tasks.poll(number);
            }
            None => return Poll::Pending,
        }
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

impl<F: Future> fmt::Debug for Inline<F> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Inline").field("made", &self.origin.site()).finish_non_exhaustive()
    }
}
