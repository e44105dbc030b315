use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio_util::sync::WaitForCancellationFutureOwned;

use crate::context;
use crate::scope::Scope;
use crate::scope::unit::NodeRef;

/// Resolves when the scope it was called in shuts down: a notice, and no cancellation. Work goes on
/// until the grace of the shutdown has passed.
///
/// For a wait of your own that is idle, [`until_shutdown`](crate::ShutdownExt::until_shutdown) is
/// shorter. This is for libraries that take a signal: the future is `'static`, and may be polled
/// anywhere. Called outside of any scope it belongs to the scope it is first polled in; where there
/// is none either, it never resolves.
///
/// # Cancel safety
///
/// Safe: it only looks.
///
/// # Cost
///
/// One atomic load where the notice was given; otherwise a place in a list.
///
/// ```
/// use rejoin::prelude::*;
/// use std::time::Duration;
///
/// #[scoped]
/// async fn serve() -> &'static str {
///     // As for `axum::serve(…).with_graceful_shutdown(rejoin::shutting_down())`.
///     rejoin::shutting_down().await;
///     "served to the end"
/// }
///
/// #[scoped]
/// async fn program() -> &'static str {
///     let server = spawn!(serve());
///     tokio::task::yield_now().await;
///     server.shutdown(Duration::from_secs(5)).await.unwrap_or("cut")
/// }
/// assert_eq!(rejoin::block_on(program()).unwrap(), "served to the end");
/// ```
pub fn shutting_down() -> ShuttingDown {
    ShuttingDown::of(context::current())
}

impl Scope {
    /// As [`shutting_down`](crate::shutting_down), for this scope.
    pub fn shutting_down(&self) -> ShuttingDown {
        ShuttingDown::of(Some(self.0.clone()))
    }

    /// Whether this scope, or one around it, shuts down.
    ///
    /// For the head of a loop that is to take nothing more although there is more:
    /// `while !scope.is_shutting_down() { … }`.
    #[must_use]
    pub fn is_shutting_down(&self) -> bool {
        self.0.node.is_stopping()
    }
}

pin_project! {
    /// The future of [`shutting_down`].
    #[must_use = "futures do nothing unless polled"]
    pub struct ShuttingDown {
        scope: Option<NodeRef>,
        #[pin]
        notice: Option<WaitForCancellationFutureOwned>,
    }
}

impl ShuttingDown {
    pub(super) fn of(scope: Option<NodeRef>) -> Self {
        Self { scope, notice: None }
    }
}

impl Future for ShuttingDown {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        if this.scope.is_none() {
            *this.scope = context::current();
        }
        let Some(scope) = this.scope else { return Poll::Pending };
        if scope.node.is_stopping() {
            return Poll::Ready(());
        }
        if this.notice.is_none() {
            this.notice.set(Some(scope.node.stopping().cancelled_owned()));
        }
        match this.notice.as_mut().as_pin_mut() {
            Some(notice) => notice.poll(cx),
            None => Poll::Pending,
        }
    }
}

impl fmt::Debug for ShuttingDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShuttingDown").finish_non_exhaustive()
    }
}
