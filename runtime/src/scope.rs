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
    /// the nearest shield.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.0.node.deadline()
    }

    /// How much time is left until the [`deadline`](Self::deadline); zero if it has passed.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// The value of this type given by the nearest
    /// [`.with_value(…)`](crate::Scoped::with_value) around.
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
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.0.node.token().child_token()
    }

    /// As [`run`](crate::run), below this scope instead of the one of the running code.
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
