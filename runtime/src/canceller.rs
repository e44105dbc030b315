use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::call::Key;
use crate::reason::{Cause, Reason};
use crate::scope::cancel::cancel;
use crate::scope::unit::{Payload, Unit};
use crate::site::Origin;

/// Cancels calls from anywhere: a button, a watchdog, another service.
///
/// Clones cancel the same calls. Dropping one cancels nothing.
///
/// ```
/// use rejoin::{Canceller, prelude::*};
///
/// let stop = Canceller::new();
/// let call = scope!(std::future::pending::<()>()).cancel_on(&stop);
/// stop.cancel("user pressed stop");
/// let cancelled = rejoin::block_on(call).unwrap().unwrap_err();
/// assert_eq!(cancelled.reason(), &rejoin::Reason::Requested("user pressed stop".into()));
/// ```
#[derive(Clone, Default)]
pub struct Canceller(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    cause: Option<Cause>,
    next: u64,
    scopes: HashMap<u64, Weak<Unit<dyn Payload>>>,
}

impl Canceller {
    /// One that has cancelled nothing yet.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// let stop = rejoin::Canceller::new();
    /// let call = scope!(async { 7 }).cancel_on(&stop);
    /// assert_eq!(rejoin::block_on(call).unwrap().unwrap(), 7);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels everything that runs with [`.cancel_on(&self)`](crate::Scoped::cancel_on), now and
    /// in the future. The first text stays.
    ///
    /// Returns at once; what was cancelled unwinds in its own tasks.
    ///
    /// # Cost
    ///
    /// A visit of every task below what is cancelled. Until then, calls that watch ask nothing.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// let stop = rejoin::Canceller::new();
    /// stop.cancel("user pressed stop");
    /// stop.cancel("power failed");                    // too late to be the reason
    /// let call = scope!(std::future::pending::<()>()).cancel_on(&stop);
    /// let cancelled = rejoin::block_on(call).unwrap().unwrap_err();
    /// assert_eq!(cancelled.reason(), &rejoin::Reason::Requested("user pressed stop".into()));
    /// ```
    #[track_caller]
    pub fn cancel(&self, reason: impl Into<Cow<'static, str>>) {
        let cause = Cause::new(Reason::Requested(reason.into()), Location::caller());
        let scopes = {
            let mut state = self.state();
            if state.cause.is_some() {
                return;
            }
            state.cause = Some(cause.clone());
            std::mem::take(&mut state.scopes)
        };
        for scope in scopes.into_values().filter_map(|scope| scope.upgrade()) {
            cancel(&scope.node, Some(cause.clone()));
        }
    }

    /// Whether [`cancel`](Self::cancel) was called.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// let stop = rejoin::Canceller::new();
    /// let button = stop.clone();
    /// button.cancel("user pressed stop");
    /// assert!(stop.is_cancelled());
    /// ```
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.state().cause.is_some()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Canceller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canceller").field("cancelled", &self.is_cancelled()).finish()
    }
}

/// What [`.cancel_on`](crate::Scoped::cancel_on) takes: a [`Canceller`] or tokio-util's
/// `CancellationToken`. Sealed.
///
/// ```
/// use rejoin::{CancelSource, Canceller, prelude::*};
/// use tokio_util::sync::CancellationToken;
///
/// #[scoped]
/// async fn listen(source: impl CancelSource + Send) -> bool {
///     scope!(std::future::pending::<()>()).cancel_on(&source).await.is_err()
/// }
/// let (stop, token) = (Canceller::new(), CancellationToken::new());
/// stop.cancel("user pressed stop");
/// token.cancel();
/// assert!(rejoin::block_on(listen(stop)).unwrap());
/// assert!(rejoin::block_on(listen(token)).unwrap());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot cancel a call",
    label = "neither a `Canceller` nor a `CancellationToken`"
)]
pub trait CancelSource {
    #[doc(hidden)]
    fn watch(&self, key: Key) -> Watch;
}

impl CancelSource for Canceller {
    fn watch(&self, _: Key) -> Watch {
        let registration = Registration { source: self.clone(), number: None };
        Watch { registration: Some(registration), token: None }
    }
}

impl CancelSource for CancellationToken {
    fn watch(&self, _: Key) -> Watch {
        Watch { registration: None, token: Some(self.clone().cancelled_owned()) }
    }
}

pin_project! {
    /// A boundary's side of a source.
    #[doc(hidden)]
    #[derive(Debug)]
    pub struct Watch {
        registration: Option<Registration>,
        // A foreign token is asked whenever the body waits.
        #[pin]
        token: Option<WaitForCancellationFutureOwned>,
    }
}

impl Watch {
    /// Called once, with the boundary's node.
    pub(crate) fn begin<P: Payload + 'static>(self: Pin<&mut Self>, node: &Arc<Unit<P>>) {
        if let Some(registration) = self.project().registration {
            registration.begin(node);
        }
    }

    /// Whether there is nothing to ask: the source tells by itself.
    #[inline(always)]
    pub(crate) fn is_quiet(&self) -> bool {
        self.token.is_none()
    }

    /// Called whenever the body waits.
    pub(crate) fn poll_cause(self: Pin<&mut Self>, origin: Origin, cx: &mut Context<'_>) -> Option<Cause> {
        match self.project().token.as_pin_mut()?.poll(cx) {
            Poll::Ready(()) => Some(Cause::new(Reason::Requested("its token was cancelled".into()), origin)),
            Poll::Pending => None,
        }
    }
}

/// A node in a [`Canceller`]'s list: cancelled from there, without ever being asked here.
#[derive(Debug)]
struct Registration {
    source: Canceller,
    number: Option<u64>,
}

impl Registration {
    fn begin<P: Payload + 'static>(&mut self, node: &Arc<Unit<P>>) {
        let mut state = self.source.state();
        let cause = state.cause.clone();
        let number = state.next;
        if cause.is_none() {
            state.next += 1;
            let scope: Weak<Unit<P>> = Arc::downgrade(node);
            state.scopes.insert(number, scope);
        }
        drop(state);
        match cause {
            None => self.number = Some(number),
            Some(cause) => {
                cancel(&node.node, Some(cause));
            }
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            drop(self.source.state().scopes.remove(&number));
        }
    }
}
