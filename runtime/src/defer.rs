//! Clean-up: the region a `defer!` covers, the way it was left, and the shield its code runs in.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use crate::boundary::core::Core;
use crate::boundary::timer::{Timer, from_now};
use crate::context;
use crate::frame::unwind;
use crate::reason::{Cause, Reason};
use crate::report::{self, Event, EventKind, Travelling};
use crate::scope::cancel::cancel;
use crate::scope::node::{Kind, Node};
use crate::scope::unit::NodeRef;
use crate::site::Site;

/// How long the code of a `defer!` may take where neither it nor its root says anything.
const DEFAULT_LIMIT: Duration = Duration::from_secs(10);

/// Stands for the "await" at which a region that ran to its end waits to be dropped.
static PARKED: Site = Site { function: "", file: "", line: 0, column: 0, text: "" };

/// How a region was left.
pub enum Left<T> {
    /// By `return` or `?`, seen or hidden, with this value.
    Returned(T),
    /// At its end, or by a jump that the code after it knows.
    Fell,
    /// By a cancellation that cut it here.
    Cut(&'static Site),
    /// By a panic. The payload is taken by the clean-up.
    Panicked(Option<Box<dyn Any + Send>>),
}

impl<T> Left<T> {
    pub(crate) fn take_panic(&mut self) -> Option<Box<dyn Any + Send>> {
        match self {
            Self::Panicked(payload) => payload.take(),
            _ => None,
        }
    }
}

impl<T> fmt::Debug for Left<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Returned(_) => "Returned",
            Self::Fell => "Fell",
            Self::Cut(_) => "Cut",
            Self::Panicked(_) => "Panicked",
        })
    }
}

pin_project! {
    /// The statements below a `defer!`. When it is ready they are gone, with everything they
    /// started, however they were left.
    #[must_use = "futures do nothing unless polled"]
    pub struct Region<F> {
        #[pin]
        body: Option<F>,
        // The frame the region is in and its first entry, where the frame has entries at all.
        frame: Option<(NodeRef, u64)>,
        cut: Option<&'static Site>,
    }
}

impl<F: Future> Region<F> {
    pub(crate) fn new(body: F, frame: Option<(NodeRef, u64)>) -> Self {
        Self { body: Some(body), frame, cut: None }
    }
}

impl<F: Future> Future for Region<F> {
    type Output = Left<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if this.cut.is_none() {
            let polled = catch_unwind(AssertUnwindSafe(|| match this.body.as_mut().as_pin_mut() {
                Some(body) => body.poll(cx),
                None => panic!("the region of a defer was polled after it had ended"),
            }));
            match polled {
                Ok(Poll::Ready(value)) => {
                    this.body.set(None);
                    return Poll::Ready(Left::Returned(value));
                }
                Err(payload) => {
                    this.body.set(None);
                    return Poll::Ready(Left::Panicked(Some(payload)));
                }
                Ok(Poll::Pending) => match context::was_cut() {
                    None => return Poll::Pending,
                    Some(site) if std::ptr::eq(site, &PARKED) => {
                        context::waits();
                        this.body.set(None);
                        return Poll::Ready(Left::Fell);
                    }
                    site => *this.cut = site,
                },
            }
        }
        context::waits();
        if let Some((frame, since)) = this.frame
            && unwind::poll(frame, *since).is_pending()
        {
            return Poll::Pending;
        }
        let dropped = catch_unwind(AssertUnwindSafe(|| this.body.set(None)));
        Poll::Ready(match (dropped, *this.cut) {
            (Err(payload), _) => Left::Panicked(Some(payload)),
            (Ok(()), Some(site)) => Left::Cut(site),
            (Ok(()), None) => unreachable!("a region unwinds because it was cut"),
        })
    }
}

impl<F> fmt::Debug for Region<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Region").finish_non_exhaustive()
    }
}

/// Never ready: tells the region around it that its statements have run to their end.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Parked<T>(std::marker::PhantomData<fn() -> T>);

impl<T> Parked<T> {
    pub(crate) const fn new() -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<T> Future for Parked<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        context::cut(&PARKED);
        Poll::Pending
    }
}

/// Goes on in the way the region was left; see the expansion of `defer!`.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Resume<T>(Option<Left<T>>);

impl<T> Resume<T> {
    pub(crate) fn new(left: Left<T>) -> Self {
        Self(Some(left))
    }
}

// No part of it is ever pinned.
impl<T> Unpin for Resume<T> {}

impl<T> Future for Resume<T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        match self.0.take() {
            Some(Left::Returned(value)) => Poll::Ready(Some(value)),
            Some(Left::Cut(site)) => {
                context::cut(site);
                self.0 = Some(Left::Cut(site));
                Poll::Pending
            }
            // The clean-up has resumed the panic, so that this is not reached after one.
            Some(Left::Fell | Left::Panicked(_)) => Poll::Ready(None),
            None => panic!("polled after it was ready"),
        }
    }
}

/// What the block of a `defer!` may yield.
#[diagnostic::on_unimplemented(
    message = "the block of a `defer!` yields `()` or a `Result<(), E>` whose error can be printed",
    label = "this block yields `{Self}`"
)]
pub trait CleanupResult {
    #[doc(hidden)]
    fn failure(self) -> Option<String>;
}

impl CleanupResult for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<E: fmt::Display> CleanupResult for Result<(), E> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// Any error of a block that ends with `Ok(())`: its text is all that is wanted of it.
#[derive(Debug)]
pub struct CleanupError(String);

// Not `Display` itself, or the conversion below would meet that of every type into itself.
impl<E: fmt::Display> From<E> for CleanupError {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

#[diagnostic::do_not_recommend]
impl CleanupResult for Result<(), CleanupError> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| error.0)
    }
}

pin_project! {
    /// The code of a `defer!`: runs in a shield, within its limit. A panic of the region goes on
    /// when it is done; a second one is reported.
    #[must_use = "futures do nothing unless polled"]
    pub struct Defer<F: Future> {
        #[pin]
        core: Core<F, F::Output>,
        #[pin]
        timer: Timer,
        limit: Option<Duration>,
        panic: Travelling,
        site: &'static Site,
    }
}

impl<F: Future> Defer<F> {
    pub(crate) fn new(
        code: F,
        panic: Option<Box<dyn Any + Send>>,
        limit: Option<Duration>,
        site: &'static Site,
    ) -> Self {
        let panic = Travelling::new(panic, site);
        Self { core: Core::new(code), timer: Timer::new(None), limit, panic, site }
    }
}

impl<F: Future<Output: CleanupResult>> Future for Defer<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let site = *this.site;
        if this.core.as_mut().node().is_none() {
            let limit = this.limit.or_else(|| context::with(|node| node?.nearest(|label| label.cleanup)));
            let limit = *this.limit.insert(limit.unwrap_or(DEFAULT_LIMIT));
            let deadline = from_now(limit);
            this.timer.set(Timer::new(Some(deadline)));
            this.core.as_mut().open(|parent| {
                let mut node = Node::inline(Kind::Cleanup, site.into(), parent);
                node.limit(deadline);
                node
            });
        }
        let polled = catch_unwind(AssertUnwindSafe(|| {
            match this.core.as_mut().poll(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Ok(result)) => Poll::Ready(result.failure()),
                // Cut: only what is destroyed from outside can cut a shield.
                Poll::Ready(Err(_)) => Poll::Ready(None),
            }
        }));
        match polled {
            Ok(Poll::Pending) => {
                if !this.timer.as_mut().poll_expired(cx) {
                    return Poll::Pending;
                }
                // What it started is told first, so that it does not count as left behind.
                if let Some(node) = this.core.as_mut().node() {
                    cancel(&node.node, Some(Cause::new(Reason::Deadline, site)));
                }
                let dropped = catch_unwind(AssertUnwindSafe(|| this.core.as_mut().drop_body()));
                if let Err(payload) = dropped {
                    report::lost_panic(site.into(), payload);
                }
                let detail = format!("{:?}", this.limit.unwrap_or(DEFAULT_LIMIT));
                report::emit(&Event::new(EventKind::CleanupOverran, site.into(), detail));
            }
            Ok(Poll::Ready(Some(failure))) => {
                report::emit(&Event::new(EventKind::CleanupFailed, site.into(), failure));
            }
            Ok(Poll::Ready(None)) => {}
            Err(payload) if this.panic.is_some() => report::lost_panic(site.into(), payload),
            Err(payload) => *this.panic = Travelling::new(Some(payload), site),
        }
        if let Some(payload) = this.panic.take() {
            resume_unwind(payload);
        }
        Poll::Ready(())
    }
}

impl<F: Future> fmt::Debug for Defer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Defer").field("site", self.site).finish_non_exhaustive()
    }
}
