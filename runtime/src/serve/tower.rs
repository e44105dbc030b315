//! A layer that runs each request in a scope.

use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use crate::scope::{InScope, InScopeFuture, Scope};

/// Runs each request in a scope, for servers that start their handlers in tasks of their own: a root made
/// in the handler (`#[rejoin::root]`, [`run`](crate::run), [`stream`](fn@crate::stream)) is a child of the scope, has
/// its deadline, name and values, and is cancelled with it. As [`in_scope`](InScope::in_scope).
///
/// Where handlers run inside of the future of their connection, as with hyper on HTTP/1, and that runs in a
/// scope, they are in it already.
///
/// ```
/// use rejoin::{ScopeLayer, prelude::*};
/// use tower::{Layer as _, Service as _, service_fn};
///
/// #[rejoin::root]
/// async fn handler(id: u32) -> Result<(u32, Option<String>), Cancelled> {
///     Ok((id, rejoin::current().name().map(String::from)))
/// }
///
/// #[scoped(name = "server")]
/// async fn serve() -> (u32, Option<String>) {
///     let mut service = ScopeLayer::new(rejoin::current()).layer(service_fn(handler));
///     # #[allow(unused)] fn server<F: Future<Output: Send> + Send + 'static>(f: F) -> tokio::task::JoinHandle<F::Output> { tokio::spawn(f) }
///     // A server that spawns by itself.
///     server(service.call(7)).await.unwrap().unwrap()
/// }
/// assert_eq!(rejoin::block_on(serve()).unwrap(), (7, Some("server".to_owned())));
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
#[derive(Clone, Debug)]
pub struct ScopeLayer {
    scope: Scope,
}

impl ScopeLayer {
    /// The layer for `scope`.
    ///
    /// ```
    /// use rejoin::{ScopeLayer, prelude::*};
    /// use tower::{Service as _, ServiceBuilder};
    ///
    /// #[scoped]
    /// async fn serve() -> u32 {
    ///     let layer = ScopeLayer::new(rejoin::current());
    ///     let mut service =
    ///         ServiceBuilder::new().layer(layer).service_fn(async |id: u32| Ok::<_, std::io::Error>(id + 1));
    ///     service.call(7).await.unwrap()
    /// }
    /// assert_eq!(rejoin::block_on(serve()).unwrap(), 8);
    /// ```
    #[must_use]
    pub fn new(scope: Scope) -> Self {
        Self { scope }
    }
}

impl<S> Layer<S> for ScopeLayer {
    type Service = ScopeService<S>;

    fn layer(&self, inner: S) -> ScopeService<S> {
        ScopeService { inner, scope: self.scope.clone() }
    }
}

/// The service of a [`ScopeLayer`].
///
/// ```
/// use rejoin::{Scope, ScopeLayer, ScopeService};
/// use tower::Layer as _;
///
/// fn scoped_service<S>(service: S, scope: Scope) -> ScopeService<S> {
///     ScopeLayer::new(scope).layer(service)
/// }
/// # fn is_service<S: tower::Service<u32>>(service: S, scope: Scope) -> impl tower::Service<u32> { scoped_service(service, scope) }
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
#[derive(Clone, Debug)]
pub struct ScopeService<S> {
    inner: S,
    scope: Scope,
}

impl<S: Service<Request>, Request> Service<Request> for ScopeService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = InScopeFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // A root may be made in the call already, or in a future that it returns.
        let scope = self.scope.clone();
        scope.enter(|| self.inner.call(request)).in_scope(&scope)
    }
}
