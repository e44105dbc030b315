pub(crate) mod cancel;
mod children;
pub(crate) mod destroy;
pub(crate) mod handed;
mod in_scope;
pub(crate) mod node;
pub(crate) mod notify;
mod spawn;
pub(crate) mod unit;

use std::any::TypeId;
use std::fmt;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::call::Call;
use crate::context;
use crate::reason::Reason;
use crate::root::{Run, run_in};
use node::{Kind, Label};
use unit::NodeRef;

pub use in_scope::{InScope, InScopeFuture};
pub use spawn::SpawnResult;

/// The nearest boundary around the running code: a root, or a call with a limit, a name, a value
/// or a shield.
///
/// A `Scope` may be kept and sent anywhere. It keeps nothing running: when the boundary has ended
/// it only tells what it was.
///
/// There is no way to ask "am I cancelled?" in one's own body, because the question never gets
/// an answer there: a cancelled body does not go past its await.
///
/// ```
/// # use rejoin::prelude::*;
/// #[scoped]
/// async fn handle(scope: rejoin::Scope) {
///     // Goes on when `handle` has returned; `serve` does not return before it has ended.
///     scope.spawn(async { println!("written to the audit log") });
/// }
///
/// #[scoped(name = "server")]
/// async fn serve() -> rejoin::Scope {
///     let scope = rejoin::current();
///     handle(scope.clone()).await;
///     scope
/// }
/// let ended = rejoin::block_on(serve()).unwrap();
/// assert_eq!(ended.name().as_deref(), Some("server"));
/// ```
#[derive(Clone)]
pub struct Scope(pub(crate) NodeRef);

/// The scope of the running code.
///
/// # Panics
///
/// Outside of any scope; see [`try_current`].
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped(name = "intake")]
/// async fn intake() -> Option<String> {
///     rejoin::current().name().map(String::from)
/// }
/// assert_eq!(rejoin::block_on(intake()).unwrap().as_deref(), Some("intake"));
/// ```
#[must_use]
#[track_caller]
pub fn current() -> Scope {
    match try_current() {
        Some(scope) => scope,
        None => panic!(
            "there is no scope here: this code is not run by a root of rejoin (`run`, `block_on`, \
             `#[rejoin::main]`, `#[rejoin::test]`, `#[rejoin::root]`)"
        ),
    }
}

/// The scope of the running code; `None` outside of any.
///
/// ```
/// # use rejoin::prelude::*;
/// # use std::time::Duration;
/// fn deadline() -> Option<tokio::time::Instant> {
///     rejoin::try_current()?.deadline()           // also for callers that know nothing of scopes
/// }
/// assert_eq!(deadline(), None);
/// let call = scope!(async { deadline() }).timeout(Duration::from_secs(5));
/// assert!(rejoin::block_on(call).unwrap().unwrap().is_some());
/// ```
#[must_use]
pub fn try_current() -> Option<Scope> {
    context::current().map(|node| Scope(boundary_of(node)))
}

/// The nearest boundary, from `node` upwards.
pub(crate) fn boundary_of(mut node: NodeRef) -> NodeRef {
    while !matches!(node.node.kind(), Kind::Root | Kind::Boundary | Kind::Shield | Kind::Cleanup) {
        let Some(parent) = node.node.parent() else { break };
        node = parent.clone();
    }
    node
}

impl Scope {
    pub(crate) fn node(&self) -> &NodeRef {
        &self.0
    }

    /// The scope's name, or that of the nearest named one around it.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// let call = scope!(async { rejoin::current().name() }).named("intake");
    /// assert_eq!(rejoin::block_on(call).unwrap().as_deref(), Some("intake"));
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<std::borrow::Cow<'static, str>> {
        self.0.node.nearest(|label| label.name.clone())
    }

    /// Why this scope was cancelled; `None` if it was not.
    ///
    /// In the code of a `defer!`, `rejoin::current().reason()` is why the code that the `defer!`
    /// covers is being cut: a clean-up can tell a client that went away from a normal end. In a body
    /// there is nothing to ask: a cancelled body does not go past its await.
    ///
    /// ```
    /// use rejoin::{Reason, prelude::*};
    /// use std::time::Duration;
    ///
    /// #[scoped]
    /// async fn work(why: &mut Option<Reason>) {
    ///     defer!({ *why = rejoin::current().reason() });
    ///     std::future::pending::<()>().await
    /// }
    ///
    /// let mut why = None;
    /// let late = rejoin::block_on(work(&mut why).timeout(Duration::ZERO)).unwrap();
    /// assert!(late.is_err());
    /// assert_eq!(why, Some(Reason::Deadline));
    /// ```
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        let node = match self.0.node.parent() {
            Some(around) if self.0.node.kind() == Kind::Cleanup => around,
            _ => &self.0,
        };
        node.node.is_cancelled().then(|| node.node.cause()).flatten().map(|cause| cause.reason)
    }

    /// When the work here will be cancelled at the latest: the earliest deadline around it, up to
    /// the nearest shield. `None` without one.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// #[scoped(timeout = Duration::from_secs(5))]
    /// async fn handle() -> Result<bool, Cancelled> {
    ///     let outer = rejoin::current().deadline();
    ///     let inner = scope!(async { rejoin::current().deadline() });
    ///     // The longer limit changes nothing.
    ///     Ok(inner.timeout(Duration::from_secs(60)).await? == outer)
    /// }
    /// assert!(rejoin::block_on(handle()).unwrap().unwrap());
    /// ```
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.0.node.deadline()
    }

    /// How much time is left until the [`deadline`](Self::deadline); zero if it has passed, `None`
    /// without one. For requests that carry their limit to another service.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// #[scoped(timeout = Duration::from_secs(5))]
    /// async fn handle() -> Result<String, Cancelled> {
    ///     let left = rejoin::current().remaining().unwrap_or(Duration::MAX);
    ///     Ok(format!("grpc-timeout: {}m", left.as_millis()))
    /// }
    /// let header = rejoin::block_on(handle()).unwrap().unwrap();
    /// # assert!(header.starts_with("grpc-timeout: ") && header.len() <= "grpc-timeout: 5000m".len(), "{header}");
    /// ```
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// The value of this type given by the nearest
    /// [`.with_value(…)`](crate::Scoped::with_value) around.
    ///
    /// # Cost
    ///
    /// A walk up the scopes to the one that has the value, and its `clone`.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// #[derive(Clone, Debug, PartialEq)]
    /// struct Tenant(&'static str);
    ///
    /// let call = scope!(async { rejoin::current().value::<Tenant>() });
    /// assert_eq!(rejoin::block_on(call.with_value(Tenant("ward 3"))).unwrap(), Some(Tenant("ward 3")));
    /// ```
    #[must_use]
    pub fn value<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        let find = |label: &Label| {
            let value = label.value.as_deref()?;
            // Asked for by type first: downcasting each one on the way up would do the same.
            (value.type_id() == TypeId::of::<T>()).then(|| value.downcast_ref::<T>().cloned())?
        };
        self.0.node.nearest(find)
    }

    /// A `CancellationToken` that is cancelled with this scope, for libraries that take one.
    ///
    /// It follows the scope; cancelling it cancels nothing here. Once the scope has ended it will
    /// not be cancelled any more.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// # use tokio_util::sync::CancellationToken;
    /// # async fn library(token: CancellationToken) { token.cancelled().await }
    /// #[scoped]
    /// async fn handle(seen: &mut Option<CancellationToken>) {
    ///     let token = rejoin::current().token();
    ///     *seen = Some(token.clone());
    ///     library(token).await;
    /// }
    /// let mut seen = None;
    /// let late = rejoin::block_on(handle(&mut seen).timeout(Duration::from_millis(1))).unwrap();
    /// assert!(late.is_err() && seen.unwrap().is_cancelled());
    /// ```
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.0.node.token().child_token()
    }

    /// As [`run`](crate::run), below this scope instead of the one of the running code.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # struct Library;
    /// # impl Library {
    /// #     async fn on_message<F: Future>(self, callback: impl Fn(u32) -> F) -> F::Output { callback(7).await }
    /// # }
    /// #[scoped]
    /// async fn handle(message: u32) -> u32 { message * 2 }
    ///
    /// #[scoped]
    /// async fn serve(library: Library) -> Result<u32, Cancelled> {
    ///     let scope = rejoin::current();
    ///     // The library may run its callbacks where it likes: they are part of this scope.
    ///     library.on_message(move |message| scope.run(handle(message))).await
    /// }
    /// assert_eq!(rejoin::block_on(serve(Library)).unwrap().unwrap(), 14);
    /// ```
    #[track_caller]
    pub fn run<C>(&self, call: C) -> Run<C::Output>
    where
        C: Call<Output: Send + 'static>,
        C::Started: Send + 'static,
    {
        run_in(Some(self.0.clone()), call)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("name", &self.name())
            .field("started", &self.0.node.origin().site())
            .finish_non_exhaustive()
    }
}
