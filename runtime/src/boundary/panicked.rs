use std::any::Any;
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::report::panic_text;

/// A panic that was stopped by [`.catch_panic()`](crate::Scoped::catch_panic).
///
/// ```
/// use rejoin::prelude::*;
///
/// let call = scope!(async { if true { panic!("no such patient") } });
/// let panicked = rejoin::block_on(call.catch_panic()).unwrap().unwrap_err();
/// assert_eq!(panicked.message(), Some("no such patient"));
/// ```
pub struct Panicked {
    message: Option<String>,
    // Behind a lock so that errors built on this one can be `Sync`.
    payload: Mutex<Box<dyn Any + Send>>,
}

impl Panicked {
    pub(crate) fn new(payload: Box<dyn Any + Send>) -> Self {
        Self { message: panic_text(&*payload).map(str::to_owned), payload: Mutex::new(payload) }
    }

    /// The text of the panic, if it has one.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// let call = scope!(async { if true { std::panic::panic_any(404) } });
    /// let panicked = rejoin::block_on(call.catch_panic()).unwrap().unwrap_err();
    /// assert_eq!(panicked.message(), None);
    /// ```
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The panic's payload, as for [`std::panic::resume_unwind`].
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// let call = scope!(async { if true { std::panic::panic_any(404) } });
    /// let panicked = rejoin::block_on(call.catch_panic()).unwrap().unwrap_err();
    /// assert_eq!(panicked.into_payload().downcast_ref(), Some(&404));
    /// ```
    #[must_use]
    pub fn into_payload(self) -> Box<dyn Any + Send> {
        self.payload.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message() {
            Some(message) => write!(f, "panicked: {message}"),
            None => f.write_str("panicked"),
        }
    }
}

impl fmt::Debug for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Panicked").field("message", &self.message).finish_non_exhaustive()
    }
}

impl Error for Panicked {}

pin_project! {
    /// The future of `.catch_panic()`.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct CatchPanic<F> {
        #[pin]
        future: Option<F>,
    }
}

impl<F: Future> CatchPanic<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future: Some(future) }
    }
}

impl<F: Future> Future for CatchPanic<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut future = self.project().future;
        let polled = catch_unwind(AssertUnwindSafe(|| match future.as_mut().as_pin_mut() {
            Some(future) => future.poll(cx),
            None => panic!("a scoped call was polled after it had ended"),
        }));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Err(payload) => {
                // Its locals are gone; what it was called with goes now, so that nothing of the
                // call is left when the panic is a value.
                future.set(None);
                Poll::Ready(Err(Panicked::new(payload)))
            }
        }
    }
}
