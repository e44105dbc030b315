//! Where scoped code is started from ordinary code.

pub(crate) mod adoption;
mod driver;
pub(crate) mod inline;
#[cfg(feature = "main")]
pub(crate) mod main;
mod stream;
pub(crate) mod test;

use std::fmt;
use std::panic::Location;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Handle;

pub use adoption::{StillUnwinding, drain};
use driver::{Driver, Root, Settings};
pub use inline::{Inline, inline};
pub use stream::{ScopedStream, StreamSender, stream, try_stream};

use crate::call::{Call, Key};
use crate::cancelled::Cancelled;
use crate::context;
use crate::reason::{Cause, Reason};
use crate::scope::boundary_of;
use crate::scope::cancel::cancel;
use crate::scope::unit::NodeRef;
use crate::scoped::flatten;
use crate::site::{HANDED_OVER, Origin};

/// Makes an ordinary future of a scoped call: a root.
///
/// May be used in any tokio context. Made inside another scope it is that scope's child: it is
/// cancelled with it, and has its deadline, name and values.
///
/// The output is the call's, or [`Cancelled`] if the root itself was cancelled.
///
/// # Cancel safety
///
/// Dropping an unfinished `Run` loses nothing: it is cancelled with
/// [`Reason::Abandoned`](crate::Reason::Abandoned) and unwinds, with all its clean-up, in the runtime
/// it was polled in. The scope it was made in does not end before that; without one, [`drain`]
/// waits for it. Where the runtime is gone, its tasks are destroyed on the spot. A `Run` that was
/// never polled has done nothing.
///
/// # Panics
///
/// Polling it goes on with a panic of the call. It must not be polled again then.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn sum(numbers: Vec<u32>) -> u32 {
///     let (low, high) = numbers.split_at(numbers.len() / 2);
///     let low = spawn!(async { low.iter().sum::<u32>() });
///     let high = spawn!(async { high.iter().sum::<u32>() });
///     low.await + high.await
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let total = tokio::spawn(rejoin::run(sum(vec![1, 2, 3, 4]))).await.unwrap();
/// assert_eq!(total.unwrap(), 10);
/// # });
/// ```
#[track_caller]
pub fn run<C>(call: C) -> Run<C::Output>
where
    C: Call<Output: Send + 'static>,
    C::Started: Send + 'static,
{
    run_in(context::current(), call)
}

/// As [`run`], for a call that returns a `Result` whose error can say "cancelled".
///
/// The root's own [`Cancelled`] becomes the call's error, so that there is one `Result` and not two.
///
/// # Errors
///
/// The call's; or one made of [`Cancelled`] if the root itself was cancelled.
///
/// # Cancel safety and panics
///
/// As [`run`].
///
/// ```
/// use rejoin::prelude::*;
/// # use std::io;
///
/// #[scoped]
/// async fn load(text: String) -> Result<u32, io::Error> {
///     text.parse().map_err(io::Error::other)
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let loaded = rejoin::try_run(load("7".to_owned())).await;
/// assert_eq!(loaded.unwrap(), 7);
/// # });
/// ```
#[track_caller]
pub fn try_run<C, U, E>(call: C) -> TryRun<U, E>
where
    C: Call<Output = Result<U, E>>,
    C::Started: Send + 'static,
    U: Send + 'static,
    E: From<Cancelled> + Send + 'static,
{
    TryRun(run(call))
}

#[track_caller]
pub(crate) fn run_in<C>(home: Option<NodeRef>, call: C) -> Run<C::Output>
where
    C: Call<Output: Send + 'static>,
    C::Started: Send + 'static,
{
    let origin = Origin::Caller(Location::caller());
    let settings = Settings::new(origin, home.clone().map(boundary_of));
    let body = Box::pin(Driver::new(call.start(&HANDED_OVER, Key(())), settings));
    Run { body: Some(body), home, runtime: None, polling: false, origin }
}

/// What a `#[rejoin::root]` without `cancelled = …` may return.
#[diagnostic::on_unimplemented(
    message = "a root must be able to say that it was cancelled",
    label = "`{Self}` cannot",
    note = "return a `Result<_, E>` with `E: From<rejoin::Cancelled>`, or say what to return instead: \
            `#[rejoin::root(cancelled = …)]`"
)]
pub trait RootResult {
    #[doc(hidden)]
    fn cancelled(cancelled: Cancelled) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T, E: From<Cancelled>> RootResult for Result<T, E> {
    fn cancelled(cancelled: Cancelled) -> Self {
        Err(cancelled.into())
    }
}

/// The result of a root, or what it returns when it was cancelled.
#[doc(hidden)]
pub fn root_result<R: RootResult>(outcome: Result<R, Cancelled>) -> R {
    outcome.unwrap_or_else(R::cancelled)
}

/// The future of [`run`].
///
/// Awaited by `&mut`, it may be left and come back to: only dropping it abandons the root.
///
/// ```
/// use rejoin::prelude::*;
/// use std::time::Duration;
/// # #[scoped] async fn search(_: &'static str) -> u32 { tokio::time::sleep(Duration::from_millis(20)).await; 3 }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let mut found = rejoin::run(search("rust"));
/// let found = tokio::select! {
///     found = &mut found => found,
///     () = tokio::time::sleep(Duration::from_millis(1)) => {
///         println!("still searching …");
///         found.await
///     }
/// };
/// assert_eq!(found.unwrap(), 3);
/// # });
/// ```
#[must_use = "a root does nothing until it is awaited or spawned"]
pub struct Run<R> {
    body: Option<Pin<Box<dyn Root<Output = R>>>>,
    /// The scope it was made in.
    home: Option<NodeRef>,
    /// The runtime it was first polled in.
    runtime: Option<Handle>,
    /// True during a poll, and so after one that panicked.
    polling: bool,
    origin: Origin,
}

impl<R> Run<R> {
    /// Limits the code of each `defer!` that has no limit of its own; ten seconds otherwise. To be said before
    /// the root is first polled.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let export = rejoin::run(async { "exported" }).cleanup(Duration::from_secs(30));
    /// assert_eq!(export.await.unwrap(), "exported");
    /// # });
    /// ```
    pub fn cleanup(mut self, limit: Duration) -> Self {
        if let Some(body) = &mut self.body {
            body.as_mut().settings().cleanup = Some(limit);
        }
        self
    }

    /// Names the root's scope. To be said before the root is first polled.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let name = rejoin::run(async { rejoin::current().name() }).named("export").await.unwrap();
    /// assert_eq!(name.as_deref(), Some("export"));
    /// # });
    /// ```
    pub fn named(mut self, name: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        if let Some(body) = &mut self.body {
            body.as_mut().settings().name = Some(name.into());
        }
        self
    }
}

impl<R> Future for Run<R> {
    type Output = Result<R, Cancelled>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Some(body) = &mut this.body else {
            panic!("a root was polled after it had ended");
        };
        assert!(!this.polling, "a root was polled after it had panicked");
        this.polling = true;
        if this.runtime.is_none() {
            this.runtime = this_runtime();
        }
        let polled = body.as_mut().poll(cx);
        this.polling = false;
        if polled.is_ready() { this.ended(polled) } else { Poll::Pending }
    }
}

#[cold]
fn this_runtime() -> Option<Handle> {
    Handle::try_current().ok()
}

impl<R> Run<R> {
    #[inline(never)]
    fn ended<T>(&mut self, outcome: T) -> T {
        self.body = None;
        outcome
    }
}

impl<R> Drop for Run<R> {
    fn drop(&mut self) {
        let Some(mut body) = self.body.take() else { return };
        let Some(node) = body.as_mut().node() else { return };
        cancel(&node.node, Some(Cause::new(Reason::Abandoned, self.origin)));
        if let (false, Some(runtime)) = (self.polling, &self.runtime) {
            body.adopt(self.home.as_ref(), runtime);
        }
    }
}

impl<R> fmt::Debug for Run<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("made", &self.origin.site()).finish_non_exhaustive()
    }
}

/// The future of [`try_run`].
///
/// ```
/// use rejoin::TryRun;
/// use std::io;
///
/// /// For a trait that wants a type it can name.
/// struct Export(TryRun<u64, io::Error>);
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let export = Export(rejoin::try_run(async { Ok(1_000) }));
/// assert_eq!(export.0.await.unwrap(), 1_000);
/// # });
/// ```
#[derive(Debug)]
#[must_use = "a root does nothing until it is awaited or spawned"]
pub struct TryRun<U, E>(Run<Result<U, E>>);

impl<U, E: From<Cancelled>> Future for TryRun<U, E> {
    type Output = Result<U, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(flatten)
    }
}

/// Runs a scoped call to its end on this thread. The call may borrow, and need not be `Send`.
///
/// For plain threads, tests and `main`. Its tasks run on this thread too, in a runtime of its own;
/// for more threads see `#[rejoin::main]`, or `runtime.block_on(rejoin::run(call))`.
///
/// # Errors
///
/// [`Cancelled`] if the root itself was cancelled.
///
/// # Panics
///
/// Inside of a tokio runtime, whose thread must not be blocked; when the runtime cannot be made;
/// and with a panic of the call.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn fill(numbers: &mut Vec<u32>) {
///     let task = spawn!(async { numbers.push(1) });
///     task.await;
///     numbers.push(2);
/// }
///
/// let mut numbers = Vec::new();
/// rejoin::block_on(fill(&mut numbers)).unwrap();
/// assert_eq!(numbers, [1, 2]);
/// ```
#[track_caller]
pub fn block_on<C: Call>(call: C) -> Result<C::Output, Cancelled> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap_or_else(|error| panic!("no runtime could be made: {error}"));
    let settings = Settings::new(Location::caller(), None);
    runtime.block_on(Blocking(pin!(Driver::new(call.start(&HANDED_OVER, Key(())), settings))))
}

/// A root on the stack of a blocked thread, which cannot be forgotten (S2).
struct Blocking<'a, F: Future>(Pin<&'a mut Driver<F>>);

impl<F: Future> Future for Blocking<'_, F> {
    type Output = Result<F::Output, Cancelled>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll_root(cx)
    }
}
