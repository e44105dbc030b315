mod here;

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::boundary::Boundary;
use crate::boundary::edge::{Around, Limit, StopOn, TimeLimit};
#[cfg(feature = "tracing")]
use crate::boundary::instrumented::Instrumented;
use crate::boundary::map::Map;
use crate::boundary::panicked::{CatchPanic, Panicked};
use crate::call::{Call, Key};
use crate::cancelled::Cancelled;
use crate::canceller::CancelSource;
use crate::frame::context::EnterLeaf;
use crate::frame::exit::{Leaves, Loose, Strict};
use crate::frame::{Enter, Frame};
use crate::scope::node::Label;
use crate::site::Site;

/// The call of a scoped function: inert, and not a future.
///
/// It is started by `.await` in a scoped body, by a word of the language such as `spawn!`, or by
/// a root such as [`run`](crate::run). Until then it has done nothing, and dropping it is
/// dropping its arguments.
///
/// That nobody can hold a *started* call is what lets tasks run in parallel and borrow from the
/// function that started them.
///
/// The methods here put something around a call. They can be chained and cost nothing until the
/// call is started; then each that makes a scope (a limit, a source, a shield, a name, a value)
/// allocates it, and the others allocate nothing:
///
/// ```
/// use rejoin::prelude::*;
/// use std::time::Duration;
///
/// #[scoped]
/// async fn fetch(id: u32) -> Result<String, std::io::Error> {
///     Ok(format!("patient {id}"))
/// }
///
/// #[scoped]
/// async fn fetch_soon(id: u32) -> Result<String, std::io::Error> {
///     fetch(id).try_timeout(Duration::from_secs(1)).await
/// }
/// assert_eq!(rejoin::block_on(fetch_soon(7)).unwrap().unwrap(), "patient 7");
/// ```
#[must_use = "a scoped call does nothing until it is awaited in a scoped body, spawned, or run by a root"]
pub struct Scoped<F> {
    body: F,
}

/// A scoped call of which only the output is known: for recursion by hand, for collections, for
/// object-safe traits.
///
/// ```
/// use rejoin::{BoxScoped, prelude::*};
///
/// #[scoped]
/// async fn one() -> u32 { 1 }
/// #[scoped]
/// async fn two() -> u32 { 2 }
///
/// let calls: Vec<BoxScoped<'static, u32>> = vec![one().boxed(), two().boxed()];
/// let sum: u32 = calls.into_iter().map(|call| rejoin::block_on(call).unwrap()).sum();
/// assert_eq!(sum, 3);
/// ```
pub type BoxScoped<'a, T> = Scoped<Pin<Box<dyn Future<Output = T> + Send + 'a>>>;

impl<F: Future> Scoped<F> {
    #[inline]
    pub(crate) fn from_body(body: F) -> Self {
        Self { body }
    }

    #[inline]
    pub(crate) fn into_body(self) -> F {
        self.body
    }

    /// The call of a function that starts nothing.
    ///
    /// # Safety
    ///
    /// (S0) Called by the expansion of `#[scoped]` and `scope!` alone: nothing the closure is
    /// given may reach code of the user's.
    #[doc(hidden)]
    #[inline]
    pub unsafe fn leaf(body: impl FnOnce(EnterLeaf) -> F) -> Self {
        Self { body: body(EnterLeaf(())) }
    }

    /// Whether the call has limits of time: after `limit`, counted from its start, it is cancelled
    /// and unwinds; then this yields [`Cancelled`].
    ///
    /// A value that was produced is returned, late or not. Deadlines nest by minimum: one around
    /// this that is not later is the one that reports. `Duration::ZERO` runs the call up to the
    /// first await that has to wait.
    ///
    /// # Panics
    ///
    /// When the call has to wait in a runtime without a time driver.
    ///
    /// # Cost
    ///
    /// No timer, unless the call has to wait; then one for each task, for the earliest deadline around it.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// let late = scope!(std::future::pending::<u32>()).timeout(Duration::from_millis(1));
    /// let cancelled = rejoin::block_on(late).unwrap().unwrap_err();
    /// assert_eq!(cancelled.reason(), &rejoin::Reason::Deadline);
    ///
    /// // What need not wait needs no time.
    /// let at_once = scope!(async { 7 }).timeout(Duration::ZERO);
    /// assert_eq!(rejoin::block_on(at_once).unwrap().unwrap(), 7);
    /// ```
    #[track_caller]
    pub fn timeout(self, limit: Duration) -> Scoped<impl Future<Output = Result<F::Output, Cancelled>>> {
        let edge = TimeLimit::new(Limit::After(limit), Location::caller());
        Scoped { body: Boundary::new(self.body, edge) }
    }

    /// As [`timeout`](Self::timeout), with a point in time.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// # use tokio::time::Instant;
    /// # #[scoped] async fn ask(n: u32) -> u32 { n }
    /// #[scoped]
    /// async fn both(at: Instant) -> Result<u32, Cancelled> {
    ///     // The second has the time that the first has left.
    ///     Ok(ask(3).deadline(at).await? + ask(4).deadline(at).await?)
    /// }
    /// let soon = Instant::now() + Duration::from_secs(5);
    /// assert_eq!(rejoin::block_on(both(soon)).unwrap().unwrap(), 7);
    /// ```
    #[track_caller]
    pub fn deadline(self, at: Instant) -> Scoped<impl Future<Output = Result<F::Output, Cancelled>>> {
        let edge = TimeLimit::new(Limit::At(at), Location::caller());
        Scoped { body: Boundary::new(self.body, edge) }
    }

    /// As [`timeout`](Self::timeout) for calls that return a `Result` whose error can say
    /// "cancelled": the two are one.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// # use std::io;
    /// let read = scope!(std::future::pending::<io::Result<u32>>());
    /// let error = rejoin::block_on(read.try_timeout(Duration::ZERO)).unwrap().unwrap_err();
    /// assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    /// ```
    #[track_caller]
    pub fn try_timeout<U, E>(self, limit: Duration) -> Scoped<impl Future<Output = Result<U, E>>>
    where
        F: Future<Output = Result<U, E>>,
        E: From<Cancelled>,
    {
        self.timeout(limit).map(flatten)
    }

    /// As [`deadline`](Self::deadline) for calls that return a `Result` whose error can say
    /// "cancelled".
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::io;
    /// # use tokio::time::Instant;
    /// let read = scope!(std::future::pending::<io::Result<u32>>());
    /// let error = rejoin::block_on(read.try_deadline(Instant::now())).unwrap().unwrap_err();
    /// assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    /// ```
    #[track_caller]
    pub fn try_deadline<U, E>(self, at: Instant) -> Scoped<impl Future<Output = Result<U, E>>>
    where
        F: Future<Output = Result<U, E>>,
        E: From<Cancelled>,
    {
        self.deadline(at).map(flatten)
    }

    /// As [`timeout`](Self::timeout), with a value in place of the missing one.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// let cached = scope!(std::future::pending::<u32>()).timeout_or(Duration::ZERO, |_| 7);
    /// assert_eq!(rejoin::block_on(cached).unwrap(), 7);
    /// ```
    #[track_caller]
    pub fn timeout_or<M>(self, limit: Duration, otherwise: M) -> Scoped<impl Future<Output = F::Output>>
    where
        M: FnOnce(Cancelled) -> F::Output,
    {
        self.timeout(limit).map(|outcome| outcome.unwrap_or_else(otherwise))
    }

    /// Cancels the call when `source` says so: a [`Canceller`](crate::Canceller) or a tokio-util
    /// `CancellationToken`. When it has unwound, this yields [`Cancelled`]; a value that was produced
    /// is returned, late or not.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// let token = tokio_util::sync::CancellationToken::new();
    /// let call = scope!(std::future::pending::<()>()).cancel_on(&token);
    /// token.cancel();
    /// assert!(rejoin::block_on(call).unwrap().is_err());
    /// ```
    #[track_caller]
    pub fn cancel_on<S: CancelSource>(
        self,
        source: &S,
    ) -> Scoped<impl Future<Output = Result<F::Output, Cancelled>> + use<F, S>> {
        let edge = StopOn::new(source, Location::caller());
        Scoped { body: Boundary::new(self.body, edge) }
    }

    /// Stops a panic of the call and makes a value of it. Everything the call started has ended
    /// by then, and its clean-up has run. A cancellation is no panic, and goes through.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// #[scoped]
    /// async fn render(page: Option<u32>) -> u32 {
    ///     page.expect("a page")
    /// }
    ///
    /// #[scoped]
    /// async fn show() -> String {
    ///     match render(None).catch_panic().await {
    ///         Ok(page) => format!("page {page}"),
    ///         Err(panicked) => format!("sorry, the page {panicked}"),
    ///     }
    /// }
    /// assert_eq!(rejoin::block_on(show()).unwrap(), "sorry, the page panicked: a page");
    /// ```
    pub fn catch_panic(self) -> Scoped<impl Future<Output = Result<F::Output, Panicked>>> {
        Scoped { body: CatchPanic::new(self.body) }
    }

    /// Keeps outer cancellation away from the call until it ends. A deadline inside it, or put on
    /// it by [`timeout`](Self::timeout), still counts; one outside does not.
    ///
    /// For steps that must not be cut in the middle: taking a connection out of a pool, beginning
    /// or committing a transaction. Give a shield a time limit of its own:
    /// `call.shield().timeout(d)` would stop the waiting but not the call, so write
    /// `call.timeout(d).shield()`.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// #[scoped]
    /// async fn commit(saved: &mut bool) {
    ///     tokio::time::sleep(Duration::from_millis(20)).await;
    ///     *saved = true;
    /// }
    ///
    /// let mut saved = false;
    /// let call = scope!(async { commit(&mut saved).shield().await });
    /// let _ = rejoin::block_on(call.timeout(Duration::from_millis(1))).unwrap();
    /// assert!(saved);
    /// ```
    #[track_caller]
    pub fn shield(self) -> Scoped<impl Future<Output = F::Output>> {
        let edge = Around::shield(Location::caller());
        Scoped { body: Boundary::new(self.body, edge) }
    }

    /// A value for everything below: `rejoin::current().value::<T>()`, in spawned tasks too.
    ///
    /// ```
    /// use rejoin::prelude::*;
    ///
    /// #[derive(Clone, Debug, PartialEq)]
    /// struct TraceId(u64);
    ///
    /// #[scoped]
    /// async fn traced() -> Option<TraceId> {
    ///     let task = spawn!(async { rejoin::current().value::<TraceId>() });
    ///     task.await
    /// }
    /// let found = rejoin::block_on(traced().with_value(TraceId(9))).unwrap();
    /// assert_eq!(found, Some(TraceId(9)));
    /// ```
    #[track_caller]
    pub fn with_value<T: Clone + Send + Sync + 'static>(
        self,
        value: T,
    ) -> Scoped<impl Future<Output = F::Output>> {
        let value: Arc<dyn Any + Send + Sync> = Arc::new(value);
        let label = Label { value: Some(value), ..Label::default() };
        let edge = Around::label(label, Location::caller());
        Scoped { body: Boundary::new(self.body, edge) }
    }

    /// Names the scope of the call, for [`Cancelled`] and for whoever looks at the running tasks.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// let late = scope!(std::future::pending::<()>()).timeout(Duration::ZERO).named("intake");
    /// let cancelled = rejoin::block_on(late).unwrap().unwrap_err();
    /// assert_eq!(cancelled.scope(), Some("intake"));
    /// ```
    #[track_caller]
    pub fn named(self, name: impl Into<Cow<'static, str>>) -> Scoped<impl Future<Output = F::Output>> {
        let label = Label { name: Some(name.into()), ..Label::default() };
        let edge = Around::label(label, Location::caller());
        Scoped { body: Boundary::new(self.body, edge) }
    }

    /// Runs the call in a span: it is entered at every poll. Tasks that are started in the call have
    /// it as the parent of their own spans only where they are given it.
    ///
    /// What is dropped with the call is dropped outside of the span.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// #[scoped]
    /// async fn fetch(id: u32) -> u32 { id }
    ///
    /// #[scoped]
    /// async fn handle(id: u32) -> u32 {
    ///     fetch(id).instrument(tracing::info_span!("fetch", id)).await
    /// }
    /// assert_eq!(rejoin::block_on(handle(7)).unwrap(), 7);
    /// ```
    #[cfg(feature = "tracing")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tracing")))]
    pub fn instrument(self, span: tracing::Span) -> Scoped<impl Future<Output = F::Output>> {
        Scoped { body: Instrumented::new(self.body, span) }
    }

    /// Changes the output.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// let call = scope!(async { 7 }).map(|id| format!("patient {id}"));
    /// assert_eq!(rejoin::block_on(call).unwrap(), "patient 7");
    /// ```
    pub fn map<T, M>(self, map: M) -> Scoped<impl Future<Output = T>>
    where
        M: FnOnce(F::Output) -> T,
    {
        Scoped { body: Map::new(self.body, map) }
    }

    /// Changes the error of the output.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// #[scoped]
    /// async fn parse(text: &str) -> Result<u32, std::num::ParseIntError> { text.parse() }
    ///
    /// let call = parse("x").map_err(|error| format!("the id is wrong: {error}"));
    /// assert_eq!(rejoin::block_on(call).unwrap().unwrap_err(), "the id is wrong: invalid digit found in string");
    /// ```
    pub fn map_err<U, E, E2, M>(self, map: M) -> Scoped<impl Future<Output = Result<U, E2>>>
    where
        F: Future<Output = Result<U, E>>,
        M: FnOnce(E) -> E2,
    {
        self.map(|outcome| outcome.map_err(map))
    }

    /// Hides everything but the output. Costs one allocation.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// #[scoped]
    /// async fn cached() -> u32 { 7 }
    /// #[scoped]
    /// async fn fetched(id: u32) -> u32 { id }
    ///
    /// // Two types become one.
    /// let known = false;
    /// let call = if known { cached().boxed() } else { fetched(8).boxed() };
    /// assert_eq!(rejoin::block_on(call).unwrap(), 8);
    /// ```
    pub fn boxed<'a>(self) -> BoxScoped<'a, F::Output>
    where
        F: Send + 'a,
    {
        Scoped { body: Box::pin(self.body) }
    }
}

impl<B, F, R> Scoped<Frame<B, F, R, Loose>>
where
    B: FnOnce(Enter<R>) -> F,
    F: Future<Output: Leaves<R, Loose>>,
{
    /// The call of a function that starts tasks.
    ///
    /// # Safety
    ///
    /// As [`leaf`](Scoped::leaf).
    #[doc(hidden)]
    pub unsafe fn framed(body: B, site: &'static Site) -> Self {
        Self { body: Frame::new(body, site) }
    }
}

impl<B, F, R> Scoped<Frame<B, F, R, Strict>>
where
    B: FnOnce(Enter<R>) -> F,
    F: Future<Output: Leaves<R, Strict>>,
{
    /// The same where no exit may hide in a macro.
    ///
    /// # Safety
    ///
    /// As [`leaf`](Scoped::leaf).
    #[doc(hidden)]
    pub unsafe fn strict(body: B, site: &'static Site) -> Self {
        Self { body: Frame::new(body, site) }
    }
}

impl<F: Future> Scoped<F> {
    /// As [`boxed`](Self::boxed), for a call that is not `Send`.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// let shared = std::rc::Rc::new(7);
    /// let call = scope!(async move { *shared }).boxed_local();
    /// assert_eq!(rejoin::block_on(call).unwrap(), 7);
    /// ```
    pub fn boxed_local<'a>(self) -> Scoped<Pin<Box<dyn Future<Output = F::Output> + 'a>>>
    where
        F: 'a,
    {
        Scoped { body: Box::pin(self.body) }
    }
}

/// A function's call of itself.
#[doc(hidden)]
pub fn boxed<'a, C: Call>(call: C, site: &'static Site) -> BoxScoped<'a, C::Output>
where
    C::Started: Send + 'a,
{
    self::call(call, site).boxed()
}

/// The same for a function that is not `Send`.
#[doc(hidden)]
pub fn boxed_local<'a, C: Call>(
    call: C,
    site: &'static Site,
) -> Scoped<Pin<Box<dyn Future<Output = C::Output> + 'a>>>
where
    C::Started: 'a,
{
    self::call(call, site).boxed_local()
}

/// Stands for a function that has mistakes.
#[doc(hidden)]
pub fn stub<T>() -> Scoped<std::future::Pending<T>> {
    Scoped { body: std::future::pending() }
}

/// A future, or a scoped call, as a scoped call: `scope!(EXPR)`.
#[doc(hidden)]
pub fn call<C: Call>(call: C, site: &'static Site) -> Scoped<C::Started> {
    Scoped { body: call.start(site, Key(())) }
}

pub(crate) fn flatten<U, E: From<Cancelled>>(outcome: Result<Result<U, E>, Cancelled>) -> Result<U, E> {
    outcome.unwrap_or_else(|cancelled| Err(cancelled.into()))
}

impl<F> fmt::Debug for Scoped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scoped(..)")
    }
}
