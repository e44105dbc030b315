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
    ///
    /// ```
    /// use rejoin::prelude::*;
    ///
    /// /// Also from a task that tokio runs, outside of every scope.
    /// async fn flush_at_the_end(scope: rejoin::Scope) -> &'static str {
    ///     scope.shutting_down().await;
    ///     "flushed"
    /// }
    ///
    /// #[scoped]
    /// async fn program() -> &'static str {
    ///     let scope = rejoin::current();
    ///     let _ = scope.shutdown(std::time::Duration::from_secs(5)).await;
    ///     flush_at_the_end(scope).await
    /// }
    /// assert_eq!(rejoin::block_on(program()).unwrap(), "flushed");
    /// ```
    pub fn shutting_down(&self) -> ShuttingDown {
        ShuttingDown::of(Some(self.0.clone()))
    }

    /// Whether this scope, or one around it, shuts down.
    ///
    /// For the head of a loop that is to take nothing more although there is more:
    /// `while !scope.is_shutting_down() { … }`.
    ///
    /// ```
    /// use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// # #[scoped] async fn index(page: u32) {
    /// #     if page == 3 { let _ = rejoin::current().shutdown(Duration::from_secs(5)).await; }
    /// # }
    ///
    /// #[scoped]
    /// async fn crawl(pages: std::ops::Range<u32>) -> u32 {
    ///     let scope = rejoin::current();
    ///     let mut done = 0;
    ///     for page in pages {
    ///         if scope.is_shutting_down() {
    ///             break;
    ///         }
    ///         index(page).await;
    ///         done += 1;
    ///     }
    ///     done
    /// }
    /// # assert_eq!(rejoin::block_on(crawl(1..100)).unwrap(), 3);
    /// ```
    #[must_use]
    pub fn is_shutting_down(&self) -> bool {
        self.0.node.is_stopping()
    }
}

pin_project! {
    /// The future of [`shutting_down`].
    ///
    /// ```
    /// use rejoin::{ShuttingDown, prelude::*};
    /// use std::time::Duration;
    ///
    /// /// A part of a library that knows nothing of scopes.
    /// async fn serve_until(signal: impl Future<Output = ()> + Send + 'static) {
    ///     signal.await;
    /// }
    ///
    /// #[scoped]
    /// async fn program() {
    ///     let signal: ShuttingDown = rejoin::shutting_down();
    ///     let server = spawn!(async { serve_until(signal).await });
    ///     let _ = rejoin::current().shutdown(Duration::from_secs(5)).await;
    ///     server.await;
    /// }
    /// rejoin::block_on(program()).unwrap();
    /// ```
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
