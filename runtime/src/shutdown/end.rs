//! Shutting a scope down.
//!
//! # Invariants
//!
//! 1. The grace is kept by a task of its own, outside of every scope: it goes on when the caller of
//!    `shutdown` goes away, or is part of what is shut down. It ends when the scope has ended.
//! 2. What outlived the grace is told to exactly one: the caller, or where he is gone or part of it,
//!    the event hook.

use std::fmt;
use std::panic::Location;
use std::pin::{Pin, pin};
use std::ptr;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Timeout;

use super::stragglers::{Alive, GraceExceeded};
use crate::context;
use crate::reason::{Cause, Reason};
use crate::report::{self, Event, EventKind};
use crate::root::adoption::Place;
use crate::scope::Scope;
use crate::scope::cancel::cancel;
use crate::scope::notify::notify;
use crate::scope::unit::NodeRef;
use crate::site::Origin;

impl Scope {
    /// Shuts the scope down in two phases, and waits until everything in it has ended.
    ///
    /// First everything below is given notice: [`shutting_down`](crate::shutting_down) resolves, and
    /// [`.until_shutdown()`](crate::ShutdownExt::until_shutdown) yields `None` at waits that are idle.
    /// Work in hand goes on. What is started from now on is shutting down, too. When `grace` has
    /// passed, whatever is left is cancelled with [`Reason::Shutdown`](crate::Reason::Shutdown) and
    /// unwinds, with all its clean-up.
    ///
    /// A notice reaches everything below, also into shields, because nothing is cut by it; the
    /// cancellation after the grace waits for a shield as any other does. Nothing reaches outwards,
    /// except that a name, a value or a shield is no boundary at which a cancellation can become a
    /// value: of such a scope the nearest boundary around is shut down, at the latest its root. Of two
    /// shutdowns the grace that passes first counts.
    ///
    /// *Called by work inside the scope*, by a handler say, it cannot wait for itself: then it gives
    /// notice, sees to the grace, and returns at once. The caller is work in hand like any other.
    ///
    /// # Errors
    ///
    /// [`GraceExceeded`]: who was alive when the grace had passed, with the places of spawn and await.
    /// Where nobody waits for it, it is an [`Event`](crate::Event).
    ///
    /// # Panics
    ///
    /// When it is polled outside of a tokio runtime, or in one without a time driver.
    ///
    /// # Cancel safety
    ///
    /// It begins when it is first polled; dropped after that, the shutdown goes on, and only the
    /// waiting ends.
    ///
    /// ```
    /// use rejoin::prelude::*;
    /// use std::time::Duration;
    /// use tokio::sync::oneshot;
    ///
    /// #[scoped]
    /// async fn serve(ready: oneshot::Sender<rejoin::Scope>) -> u32 {
    ///     let mut ticks = 0;
    ///     let _ = ready.send(rejoin::current());
    ///     let mut tick = tokio::time::interval(Duration::from_millis(1));
    ///     while tick.tick().until_shutdown().await.is_some() {
    ///         ticks += 1;
    ///     }
    ///     ticks
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let (ready, scope) = oneshot::channel();
    /// let server = tokio::spawn(rejoin::run(serve(ready)));
    /// scope.await.unwrap().shutdown(Duration::from_secs(5)).await.expect("all ended in time");
    /// assert!(server.await.unwrap().is_ok());
    /// # });
    /// ```
    #[track_caller]
    pub fn shutdown(&self, grace: Duration) -> Shutdown {
        let mut scope = &self.0;
        while !scope.node.makes_value() {
            let Some(around) = scope.node.parent() else { break };
            scope = around;
        }
        Shutdown { scope: scope.clone(), grace, origin: Location::caller().into(), told: None }
    }
}

/// The future of [`Scope::shutdown`].
///
/// ```
/// use rejoin::prelude::*;
/// use std::time::Duration;
///
/// #[scoped]
/// async fn admin_stop() -> &'static str {
///     // Asked for from inside, it gives notice and does not wait for itself.
///     let told = rejoin::current().shutdown(Duration::from_secs(5)).await;
///     assert_eq!(told, Ok(()));
///     "the server is about to end"
/// }
/// assert_eq!(rejoin::block_on(admin_stop()).unwrap(), "the server is about to end");
/// ```
#[must_use = "a shutdown begins when it is awaited"]
pub struct Shutdown {
    scope: NodeRef,
    grace: Duration,
    origin: Origin,
    told: Option<oneshot::Receiver<Outcome>>,
}

type Outcome = Result<(), GraceExceeded>;

impl Future for Shutdown {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        let this = &mut *self;
        if this.told.is_none() {
            if this.scope.node.has_ended() {
                return Poll::Ready(Ok(()));
            }
            // Made here, where what it panics for can be seen.
            let ended = Ended { scope: this.scope.clone() };
            let grace = Box::pin(tokio::time::timeout(this.grace, ended));
            notify(&this.scope.node);
            let (tell, told) = oneshot::channel();
            drop(tokio::spawn(enforce(this.scope.clone(), this.grace, grace, this.origin, tell)));
            if is_inside(&this.scope) {
                return Poll::Ready(Ok(()));
            }
            this.told = Some(told);
        }
        let Some(told) = &mut this.told else { unreachable!("made above") };
        // Without a word the runtime is gone, and all work with it.
        Pin::new(told).poll(cx).map(|outcome| outcome.unwrap_or(Ok(())))
    }
}

/// Whether the running code is part of `scope`.
fn is_inside(scope: &NodeRef) -> bool {
    context::with(|current| {
        current.is_some_and(|current| current.upwards().any(|node| ptr::eq(node, &raw const scope.node)))
    })
}

/// Waits for the end of `scope`, and cancels it after its grace.
async fn enforce(
    scope: NodeRef,
    grace: Duration,
    in_time: Pin<Box<Timeout<Ended>>>,
    origin: Origin,
    tell: oneshot::Sender<Outcome>,
) {
    let mut place = None;
    let outcome = if !grace.is_zero() && in_time.await.is_ok() {
        Ok(())
    } else {
        // At the end of a program this has to be told, too.
        place = Some(Place::in_the_process(scope.node.origin()));
        let alive = Alive::below(&scope);
        cancel(&scope.node, Some(Cause::new(Reason::Shutdown, origin)));
        pin!(Ended { scope: scope.clone() }).await;
        Err(GraceExceeded::new(grace, alive.describe()))
    };
    if let Err(Err(exceeded)) = tell.send(outcome) {
        report::emit(&Event::new(EventKind::GraceExceeded, scope.node.origin(), exceeded.detail()));
    }
    drop(place);
}

/// Resolves when a scope has ended.
struct Ended {
    scope: NodeRef,
}

impl Future for Ended {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let node = &self.scope.node;
        if node.has_ended() {
            return Poll::Ready(());
        }
        node.watch(cx);
        // What ended meanwhile has not seen the waker.
        if node.has_ended() { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shutdown")
            .field("started", &self.scope.node.origin().site())
            .field("grace", &self.grace)
            .finish_non_exhaustive()
    }
}
