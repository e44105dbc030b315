//! A scope as the executor of hyper.

use crate::scope::Scope;

/// What hyper starts by itself (the streams of HTTP/2, connections in a client's pool) is work of this scope, as
/// if handed to it by [`Scope::spawn`]: cancelled with it, and the scope does not end before it.
///
/// Only with the feature `hyper`. It goes wherever hyper and hyper-util take an executor:
/// `http2::Builder::new(scope)`, `auto::Builder::new(scope)`, `Client::builder(scope)`.
///
/// ```
/// use hyper::rt::Executor;
/// use rejoin::prelude::*;
///
/// /// Stands for hyper, which starts a task for each stream of a connection.
/// fn serve_connection(executor: impl Executor<std::future::Ready<()>>) {
///     executor.execute(std::future::ready(()));
/// }
///
/// #[scoped]
/// async fn serve() {
///     serve_connection(rejoin::current());
/// }
/// // Whatever hyper started has ended, too.
/// rejoin::block_on(serve()).unwrap();
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "hyper")))]
impl<F> hyper::rt::Executor<F> for Scope
where
    F: Future<Output: Send> + Send + 'static,
{
    #[track_caller]
    fn execute(&self, future: F) {
        self.spawn(async {
            drop(future.await);
        });
    }
}
