//! `.in_scope(&scope)`: a scope around code that somebody else runs.

use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::Scope;
use super::node::{Kind, Node};
use super::unit::{NodeRef, Unit};
use crate::context;

/// Lets ordinary futures run in a scope: where a server or a library spawns by itself.
///
/// ```
/// use rejoin::{InScope, prelude::*};
///
/// // For a library that runs the futures it is given.
/// fn job(scope: &rejoin::Scope) -> impl Future<Output = Option<String>> + use<> {
///     async { rejoin::current().name().map(String::from) }.in_scope(scope)
/// }
///
/// #[scoped(name = "server")]
/// async fn serve() -> rejoin::Scope { rejoin::current() }
///
/// let server = rejoin::block_on(serve()).unwrap();
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// assert_eq!(job(&server).await.as_deref(), Some("server"));
/// # });
/// ```
pub trait InScope: Future + Sized {
    /// The same future, which finds `scope` when it asks for the scope it runs in: roots made in it
    /// ([`run`](crate::run), `#[rejoin::root]`, [`stream`](fn@crate::stream)) are children of `scope`, with its
    /// deadline, name and values, and are cancelled with it.
    ///
    /// The future itself stays what it is: it is not cancelled with the scope, and the scope does not wait
    /// for it. [`Scope::run`] and [`Scope::spawn`] are for that.
    ///
    /// # Cancel safety
    ///
    /// That of the future.
    ///
    /// ```
    /// use rejoin::{InScope, prelude::*};
    ///
    /// // A handler of a framework that knows nothing of scopes.
    /// #[rejoin::root]
    /// async fn handler() -> Result<Option<String>, Cancelled> {
    ///     Ok(rejoin::current().name().map(String::from))
    /// }
    ///
    /// #[scoped(name = "server")]
    /// async fn serve() -> Option<String> {
    ///     let scope = rejoin::current();
    ///     # #[allow(unused)] fn framework<F: Future<Output: Send> + Send + 'static>(f: F) -> tokio::task::JoinHandle<F::Output> { tokio::spawn(f) }
    ///     // `framework` spawns it by itself.
    ///     framework(handler().in_scope(&scope)).await.unwrap().unwrap()
    /// }
    /// assert_eq!(rejoin::block_on(serve()).unwrap().as_deref(), Some("server"));
    /// ```
    #[track_caller]
    fn in_scope(self, scope: &Scope) -> InScopeFuture<Self> {
        InScopeFuture { future: self, place: Place::below(&scope.0, Location::caller()) }
    }
}

impl<F: Future> InScope for F {}

pin_project! {
    /// The future of [`in_scope`](InScope::in_scope).
    ///
    /// ```
    /// use rejoin::{InScope, InScopeFuture, prelude::*};
    ///
    /// #[scoped]
    /// async fn serve() -> u32 {
    ///     let scope = rejoin::current();
    ///     let ready: InScopeFuture<_> = std::future::ready(7).in_scope(&scope);
    ///     ready.await
    /// }
    /// assert_eq!(rejoin::block_on(serve()).unwrap(), 7);
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct InScopeFuture<F> {
        #[pin]
        future: F,
        place: Place,
    }
}

impl Scope {
    /// Runs code that finds this scope to be the current one.
    #[cfg(feature = "tower")]
    #[track_caller]
    pub(crate) fn enter<T>(&self, code: impl FnOnce() -> T) -> T {
        let place = Place::below(&self.0, Location::caller());
        context::enter(&place.0, code).0
    }
}

/// A place of its own in the tree: whoever polls the future is not the task that polls the scope.
struct Place(NodeRef);

impl Place {
    fn below(scope: &NodeRef, made: &'static Location<'static>) -> Self {
        let node = Node::unit(Kind::Guest, made.into(), Some(scope.clone()));
        let node = Unit::share(Unit::new(node, ()));
        Node::attach(scope, &node);
        Self(node)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.node.detach();
    }
}

impl<F: Future> Future for InScopeFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        context::enter(&this.place.0, || this.future.poll(cx)).0
    }
}

impl<F> fmt::Debug for InScopeFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InScopeFuture").finish_non_exhaustive()
    }
}
