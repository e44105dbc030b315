//! `Scope::spawn`: work that outlives the function that starts it, but not the scope.

use std::fmt;

use super::Scope;
use super::node::{Kind, Node};
use super::unit::Unit;
use crate::call::{Call, Key};
use crate::frame::exit::ReturnOf;
use crate::frame::state::raise;
use crate::observe::hooks;
use crate::report::{self, Event, EventKind};
use crate::task::runner::Runner;
use crate::task::slot::{Outcome, Sink, Slot};
use crate::task::start::Spec;

/// What a call handed to [`Scope::spawn`] may yield: `()`, or a `Result<(), E>` whose error can be printed.
///
/// ```
/// use rejoin::{Call, Scope, SpawnResult, prelude::*};
///
/// fn later<C>(scope: &Scope, name: &str, call: C)
/// where
///     C: Call<Output: SpawnResult + Send + 'static>,
///     C::Started: Send + 'static,
/// {
///     println!("{name} starts");
///     scope.spawn(call);
/// }
///
/// #[scoped]
/// async fn handle() {
///     later(&rejoin::current(), "cache", async {});
///     later(&rejoin::current(), "audit", async { Err::<(), _>("the disk is full") });    // an event
/// }
/// # rejoin::set_event_hook(Some(Box::new(|_| {})));
/// rejoin::block_on(handle()).unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "nobody waits for the output of what is handed to a scope",
    label = "this yields `{Self}`",
    note = "it may yield `()`, or a `Result<(), E>` whose error can be printed: an error is then reported as an event; \
            make something of any other value in the call itself"
)]
pub trait SpawnResult {
    #[doc(hidden)]
    fn failure(self) -> Option<String>;

    #[doc(hidden)]
    fn is_failure(&self) -> bool {
        false
    }
}

impl SpawnResult for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<E: fmt::Display> SpawnResult for Result<(), E> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }

    fn is_failure(&self) -> bool {
        self.is_err()
    }
}

// A loop without end.
impl SpawnResult for <fn() -> ! as ReturnOf>::Output {
    fn failure(self) -> Option<String> {
        self
    }
}

impl Scope {
    /// Starts work that outlives the running function, but not this scope: the scope does not end before
    /// the work has, and cancels it when it is cancelled itself. Never waits.
    ///
    /// For what must not keep its caller waiting, such as filling a cache or writing an audit entry. It
    /// borrows nothing, because its caller may be gone. Of work whose end somebody waits for, start a
    /// task by `spawn!` instead, or give it a [`TaskGroup`](crate::TaskGroup).
    ///
    /// An error it returns becomes an [`Event`](crate::Event). A panic cancels the scope, and goes on where
    /// the scope is waited for; stop it by [`.catch_panic()`](crate::Scoped::catch_panic) if the scope shall
    /// outlive it.
    ///
    /// A scope that was cancelled or has ended starts nothing: the call is dropped before this returns.
    /// Where the scope is left by a panic, the work is cancelled, and unwinds in the scope around.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, unless the scope belongs to a root that needs none
    /// ([`inline`](crate::inline)).
    ///
    /// ```
    /// use rejoin::prelude::*;
    ///
    /// #[scoped]
    /// async fn order(id: u32, sent: tokio::sync::mpsc::Sender<u32>) -> u32 {
    ///     rejoin::current().spawn(async move {
    ///         // Goes on when `order` has returned.
    ///         tokio::task::yield_now().await;
    ///         sent.send(id).await.ok();
    ///     });
    ///     id
    /// }
    ///
    /// #[scoped]
    /// async fn shop() {
    ///     let (sent, mut mails) = tokio::sync::mpsc::channel(1);
    ///     assert_eq!(order(7, sent).await, 7);
    ///     assert_eq!(mails.recv().await, Some(7));
    /// }
    /// rejoin::block_on(shop()).unwrap();
    /// ```
    #[track_caller]
    pub fn spawn<C>(&self, call: C)
    where
        C: Call<Output: SpawnResult + Send + 'static>,
        C::Started: Send + 'static,
    {
        let scope = &self.0;
        let spec = Spec::caller();
        // Code of the user's, which may panic: before the hold, which nobody would end.
        let future = call.start(spec.site, Key(()));
        // From here on the scope waits; the hold ends with the task, also with one that is refused.
        if !scope.node.hold() {
            return;
        }
        let task = Unit::share(Unit::new(spec.node(Kind::Task, scope), Slot::new(future, Unwatched)));
        if Node::attach(scope, &task).is_some() {
            hooks::started(&task.node);
            Runner::spawn(task);
        } else {
            task.payload.abandon(&task.node);
        }
    }
}

/// Reports what goes wrong in a task nobody waits for, and lets go of its scope.
struct Unwatched;

impl<T: SpawnResult> Sink<T> for Unwatched {
    type Stored = ();

    fn is_failure(value: &T) -> bool {
        value.is_failure()
    }

    fn complete(&self, me: &Node, outcome: Outcome<T>) -> Option<()> {
        match outcome {
            Outcome::Value(value) => {
                if let Some(failure) = value.failure() {
                    let kind = if me.is_cancelled() { EventKind::LostError } else { EventKind::TaskFailed };
                    report::emit(&Event::new(kind, me.origin(), failure));
                }
            }
            Outcome::Panicked(payload) => raise(me, me.origin(), payload),
            Outcome::Stopped => {}
        }
        None
    }

    fn ended(&self, me: &Node) {
        me.detach();
        if let Some(scope) = me.parent() {
            scope.node.release();
        }
    }
}
