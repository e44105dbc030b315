//! What the expansion of `#[scoped]` calls: the context of a body.
//!
//! Every method here takes its receiver by value, or stands on a reference that the expansion
//! writes out, and is inherent: a trait of the user's can never win the method lookup (S0).

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::exit::{Leaves, Loose, Nothing, Strict};
use super::state::FrameNode;
use super::{Enter, Frame, unwind};
use crate::await_point::{FramePoint, Point};
use crate::call::{Call, Key};
use crate::context;
use crate::defer::{CleanupResult, Defer, Left, Parked, Region, Resume};
use crate::scope::node::Kind;
use crate::scoped::Scoped;
use crate::site::Site;
use crate::task::Task;
use crate::task::guard::Guard;
use crate::task::join::{Join, Knows, Stop, TimeoutJoin};
use crate::task::shutdown::ShutdownJoin;
use crate::task::start::{self, Spec};
/// The way of a body that starts nothing to its context. Not `Copy`, so that an `async` block
/// takes it by value.
#[derive(Debug)]
pub struct EnterLeaf(pub(crate) ());

impl EnterLeaf {
    /// The context.
    #[must_use]
    #[inline]
    pub fn open(&self) -> LeafCx {
        Cx(())
    }

    /// Itself, by value.
    #[must_use]
    #[inline]
    pub fn begin(self) -> Self {
        self
    }
}

/// The context of a body.
#[derive(Clone, Copy, Debug)]
pub struct Cx<K>(pub(crate) K);

/// The context of a body that starts nothing.
pub type LeafCx = Cx<()>;

/// The context of a body that starts tasks.
pub type FrameCx<'f, R> = Cx<FrameRef<'f, R>>;

/// A frame, as its own body sees it.
pub struct FrameRef<'f, R> {
    pub(crate) frame: &'f FrameNode<R>,
}

impl<R> Enter<R> {
    /// The context.
    #[must_use]
    #[inline]
    pub fn open(&self) -> FrameCx<'_, R> {
        Cx(FrameRef { frame: &self.frame })
    }

    /// Itself, by value.
    #[must_use]
    #[inline]
    pub fn begin(self) -> Self {
        self
    }
}

impl<R> Copy for FrameRef<'_, R> {}
impl<R> Clone for FrameRef<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> fmt::Debug for FrameRef<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameRef").finish_non_exhaustive()
    }
}

/// What every body can do.
impl<K> Cx<K> {
    /// An `async` block that starts nothing, as a scoped call.
    pub fn block<F: Future>(self, body: impl FnOnce(EnterLeaf) -> F) -> Scoped<F> {
        Scoped::from_body(body(EnterLeaf(())))
    }

    /// An `async` block that starts tasks, as a scoped call.
    pub fn framed_block<B, F, Q>(self, body: B, site: &'static Site) -> Scoped<Frame<B, F, Q, Loose>>
    where
        B: FnOnce(Enter<Q>) -> F,
        F: Future<Output: Leaves<Q, Loose>>,
    {
        Scoped::from_body(Frame::new(body, site))
    }

    /// The same where no exit may hide in a macro.
    pub fn strict_block<B, F, Q>(self, body: B, site: &'static Site) -> Scoped<Frame<B, F, Q, Strict>>
    where
        B: FnOnce(Enter<Q>) -> F,
        F: Future<Output: Leaves<Q, Strict>>,
    {
        Scoped::from_body(Frame::new(body, site))
    }

    /// Before a macro that waits by itself: `select!`, `join!`.
    pub fn waits_in(self, site: &'static Site) {
        context::waits_in(site);
    }

    /// The last act of a `defer!` region that ran to its end.
    pub fn park<T>(self) -> Parked<T> {
        Parked::new()
    }

    /// The code of a `defer!`.
    pub fn defer<C: Call<Output: CleanupResult>, L>(
        self,
        code: C,
        left: &mut Left<L>,
        limit: Option<Duration>,
        site: &'static Site,
    ) -> Defer<C::Started> {
        Defer::new(code.start(site, Key(())), left.take_panic(), limit, site)
    }

    /// Goes on after a `defer!`, in the way its region was left.
    pub fn resume<T>(self, left: Left<T>) -> Resume<T> {
        Resume::new(left)
    }
}

impl LeafCx {
    /// The context with which `scope!` makes its call.
    ///
    /// # Safety
    ///
    /// (S0) Called by the expansion of `scope!` alone: nothing of the user's may reach the context.
    #[must_use]
    #[inline]
    pub const unsafe fn of_expansion() -> Self {
        Self(())
    }

    /// `EXPR.await`.
    #[inline]
    pub fn at<C>(self, call: C, site: &'static Site) -> Point<C> {
        Point { call, site }
    }

    /// The statements below a `defer!`.
    pub fn region<F: Future>(self, body: F) -> Region<F> {
        Region::new(body, None)
    }
}

impl<'f, R> FrameCx<'f, R> {
    /// `EXPR.await`.
    #[inline]
    pub fn at<C>(self, call: C, site: &'static Site) -> FramePoint<C> {
        FramePoint { call, site }
    }

    /// The statements below a `defer!`.
    pub fn region<F: Future>(self, body: F) -> Region<F> {
        Region::new(body, Some((self.0.frame.node().clone(), self.mark())))
    }

    /// Where the entries of the block that begins here start.
    #[must_use]
    pub fn mark(self) -> u64 {
        self.0.frame.node().node.sequence()
    }

    /// The end of a region: cancels and joins what was started since `mark`.
    pub fn unwind(self, mark: u64, site: &'static Site) -> Unwind<'f, R> {
        Unwind { cx: self, mark, site }
    }

    /// An empty guard, for the variable it will stay in.
    #[must_use]
    pub const fn guard<'e, T>(self) -> Guard<'e, T> {
        Guard::new()
    }

    /// `let t = spawn!(EXPR)`.
    #[track_caller]
    pub fn start<'e, C>(self, guard: &mut Guard<'e, C::Output>, call: C, spec: Spec)
    where
        C: Call<Output: Send + 'e>,
        C::Started: Send + 'e,
    {
        start::child(Kind::Task, self.0.frame.node(), guard, call, spec);
    }

    /// `let t = spawn!(EXPR?)`.
    #[track_caller]
    pub fn start_linked<'e, C, U, E>(
        self,
        guard: &mut Guard<'e, U>,
        call: C,
        convert: impl FnOnce(Result<Infallible, E>) -> R + Send + 'e,
        spec: Spec,
    ) where
        C: Call<Output = Result<U, E>>,
        C::Started: Send + 'e,
        U: Send + 'e,
        E: 'e,
        R: Send + 'e,
    {
        start::linked(Kind::Task, self.0.frame, guard, call, convert, spec);
    }

    /// `daemon!(EXPR)`.
    #[track_caller]
    pub fn start_daemon<'e, C>(self, guard: &mut Guard<'e, C::Output>, call: C, spec: Spec)
    where
        C: Call<Output: Nothing + Send + 'e>,
        C::Started: Send + 'e,
    {
        start::child(Kind::Daemon, self.0.frame.node(), guard, call, spec);
    }

    /// `daemon!(EXPR?)`.
    #[track_caller]
    pub fn start_linked_daemon<'e, C, E>(
        self,
        guard: &mut Guard<'e, ()>,
        call: C,
        convert: impl FnOnce(Result<Infallible, E>) -> R + Send + 'e,
        spec: Spec,
    ) where
        C: Call<Output = Result<(), E>>,
        C::Started: Send + 'e,
        E: 'e,
        R: Send + 'e,
    {
        start::linked(Kind::Daemon, self.0.frame, guard, call, convert, spec);
    }

    /// What the user calls `t`.
    pub fn handle<'g, T>(self, guard: &'g Guard<'_, T>) -> Task<'g, T> {
        Task::new(guard)
    }

    /// `t.await`. A guard ends the task's borrows; a handle, where the guard is out of reach,
    /// does not.
    pub fn join<K: Knows<T>, T>(self, task: K, site: &'static Site) -> Join<K, T> {
        Join::new(task, site)
    }

    /// `t.stop().await`.
    pub fn stop<K: Knows<T>, T>(self, task: K, site: &'static Site) -> Stop<K, T> {
        Stop::new(task, site.into(), site)
    }

    /// `t.timeout(limit).await`.
    pub fn timeout<K: Knows<T>, T>(self, task: K, limit: Duration, site: &'static Site) -> TimeoutJoin<K, T> {
        TimeoutJoin::new(task, limit, site.into(), site)
    }

    /// `t.shutdown(grace).await`.
    pub fn shutdown<K: Knows<T>, T>(
        self,
        task: K,
        grace: Duration,
        site: &'static Site,
    ) -> ShutdownJoin<K, T> {
        ShutdownJoin::new(task, grace, site.into(), site)
    }
}

/// See [`FrameCx::unwind`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Unwind<'f, R> {
    cx: FrameCx<'f, R>,
    mark: u64,
    site: &'static Site,
}

impl<R> Future for Unwind<'_, R> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if unwind::poll(self.cx.0.frame.node(), self.mark).is_pending() {
            context::waits_at(self.site);
            return Poll::Pending;
        }
        // A panic or an error of a child that came before or during the exit is the function's
        // way out now; anything else that happened meanwhile is for the next await to see.
        if self.cx.0.frame.state().has_failure() {
            context::cut(self.site);
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}
