//! One branch: a body below a node of its own, in the task of its parent.
//!
//! # Invariants
//!
//! 1. A branch that was started runs until it has ended or was cut and has unwound; its body is
//!    dropped by then. An ordinary future is dropped where it waits. What was never started is
//!    dropped without being polled, but for a task: that is told to stop and waited for.
//! 2. A panic stays in the branch until all others have unwound.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::boundary::core::Core;
use crate::reason::{Cause, Reason};
use crate::report::{self, Event, EventKind, Travelling};
use crate::scope::cancel::cancel_from_inside;
use crate::scope::node::{Kind, Node};
use crate::site::Site;

/// What a value means for the other branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is kept until they have ended, too.
    Keep,
    /// They are stopped.
    Decides,
    /// It is as if the branch had not been there.
    Disabled,
}

/// Looks at the value of a branch.
pub trait Judge<T> {
    fn judge(&self, value: &T) -> Verdict;

    /// Another branch has decided, and this one has come to its end all the same.
    fn late(value: T, _site: &'static Site) {
        drop(value);
    }
}

/// `join!`: every value is wanted.
#[derive(Debug)]
pub struct Keep;

impl<T> Judge<T> for Keep {
    fn judge(&self, _: &T) -> Verdict {
        Verdict::Keep
    }
}

/// `try_join!`: an error decides.
#[derive(Debug)]
pub struct FirstError;

impl<T, E> Judge<Result<T, E>> for FirstError {
    fn judge(&self, value: &Result<T, E>) -> Verdict {
        if value.is_err() { Verdict::Decides } else { Verdict::Keep }
    }

    fn late(value: Result<T, E>, site: &'static Site) {
        if value.is_err() {
            let text = std::any::type_name::<E>().to_owned();
            report::emit(&Event::new(EventKind::LostError, site.into(), text));
        }
    }
}

/// `race!`: a value that its pattern matches decides, any other disables the branch.
pub struct Matching<M>(pub(super) M);

impl<T, M: Fn(&T) -> bool> Judge<T> for Matching<M> {
    fn judge(&self, value: &T) -> Verdict {
        if (self.0)(value) { Verdict::Decides } else { Verdict::Disabled }
    }
}

impl<M> fmt::Debug for Matching<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Matching(..)")
    }
}

/// The one error type of all branches of a `try_join!`.
pub struct ErrorOf<E>(PhantomData<fn() -> E>);

impl<E> ErrorOf<E> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<E> fmt::Debug for ErrorOf<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ErrorOf")
    }
}

/// How a branch begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// An ordinary future: dropping it is all there is to stopping it, so it needs no node.
    Future,
    Call,
    /// It has taken a task, which runs already.
    Task,
}

enum Progress<T> {
    Running,
    /// It counts as if it had not been there.
    Off,
    Value(T),
    Cut(&'static Site),
    Panicked(Travelling),
}

pin_project! {
    /// A branch of `join!`, `try_join!` or `race!`.
    #[must_use = "branches do nothing unless polled"]
    pub struct Branch<F, T, J> {
        #[pin]
        core: Core<F, T>,
        // Behind a pointer, so that the type asks nothing of `F`: what is no future is refused where
        // it stands, and only there.
        step: Step<F, T, J>,
        judge: J,
        kind: Kind,
        start: Start,
        enabled: bool,
        stopped: bool,
        site: &'static Site,
        progress: Progress<T>,
    }
}

type Step<F, T, J> = fn(Pin<&mut Branch<F, T, J>>, &mut Context<'_>) -> Poll<Ended>;

impl<F: Future, J: Judge<F::Output>> Branch<F, F::Output, J> {
    pub(super) fn new(
        body: F,
        judge: J,
        kind: Kind,
        start: Start,
        enabled: bool,
        site: &'static Site,
    ) -> Self {
        Self {
            core: Core::new(body),
            step: Self::step_running,
            judge,
            kind,
            start,
            enabled,
            stopped: false,
            site,
            progress: Progress::Running,
        }
    }

    fn step_running(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Ended> {
        let this = self.as_mut().project();
        let (mut core, site, stopped) = (this.core, *this.site, *this.stopped);
        if !*this.enabled && !stopped {
            self.as_mut().stop(&Reason::Lost, site);
            return self.step(cx);
        }
        let bare = *this.start == Start::Future;
        if !bare && core.as_mut().node().is_none() {
            let kind = *this.kind;
            core.as_mut().open(|parent| Node::inline(kind, site.into(), parent));
        }
        let judge = &*this.judge;
        // Judged in here, because a value that is of no use is dropped at once, and may panic.
        let polled = catch_unwind(AssertUnwindSafe(|| {
            match if bare { core.as_mut().poll_bare(cx) } else { core.as_mut().poll(cx) } {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Err(cut)) => Poll::Ready((Progress::Cut(cut), Ended::Cut(cut))),
                Poll::Ready(Ok(value)) if stopped => {
                    J::late(value, site);
                    Poll::Ready((Progress::Off, Ended::Quietly))
                }
                Poll::Ready(Ok(value)) => Poll::Ready(match judge.judge(&value) {
                    Verdict::Keep => (Progress::Value(value), Ended::Quietly),
                    Verdict::Decides => (Progress::Value(value), Ended::Deciding),
                    Verdict::Disabled => (Progress::Off, Ended::Quietly),
                }),
            }
        }));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready((progress, ended))) => {
                *this.progress = progress;
                Poll::Ready(ended)
            }
            Err(payload) => {
                *this.progress = Progress::Panicked(Travelling::new(Some(payload), site));
                drop_body(self)
            }
        }
    }
}

impl<F, T, J> Branch<F, T, J> {
    pub(super) fn take(self: Pin<&mut Self>) -> Option<T> {
        match std::mem::replace(self.project().progress, Progress::Off) {
            Progress::Value(value) => Some(value),
            _ => None,
        }
    }
}

/// A branch of whatever type.
pub trait AnyBranch {
    /// Polls the branch if it has not ended. Ready when it has.
    fn step(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Ended>;

    /// Tells the branch to stop, unless it has ended.
    fn stop(self: Pin<&mut Self>, reason: &Reason, origin: &'static Site);

    fn take_panic(self: Pin<&mut Self>) -> Option<Box<dyn Any + Send>>;

    /// Where the branch was started.
    fn site(&self) -> &'static Site;
}

/// What a branch has to say when it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Quietly,
    /// With a value that decides.
    Deciding,
    /// At an await that was cut.
    Cut(&'static Site),
    Panicking,
}

impl<F, T, J> AnyBranch for Branch<F, T, J> {
    fn step(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Ended> {
        let this = self.as_mut().project();
        match this.progress {
            Progress::Off | Progress::Value(_) => Poll::Ready(Ended::Quietly),
            Progress::Cut(site) => Poll::Ready(Ended::Cut(site)),
            Progress::Panicked(_) => Poll::Ready(Ended::Panicking),
            Progress::Running => {
                let step = *this.step;
                step(self, cx)
            }
        }
    }

    fn stop(mut self: Pin<&mut Self>, reason: &Reason, origin: &'static Site) {
        let this = self.as_mut().project();
        if !matches!(this.progress, Progress::Running) {
            return;
        }
        *this.stopped = true;
        let (mut core, site, kind) = (this.core, *this.site, *this.kind);
        if core.as_mut().node().is_none() {
            if *this.start != Start::Task {
                *this.progress = Progress::Off;
                let _ = drop_body(self);
                return;
            }
            core.as_mut().open(|parent| Node::inline(kind, site.into(), parent));
        }
        if let Some(node) = core.node() {
            cancel_from_inside(&node.node, Cause::new(reason.clone(), origin));
        }
    }

    fn take_panic(self: Pin<&mut Self>) -> Option<Box<dyn Any + Send>> {
        match self.project().progress {
            Progress::Panicked(panic) => panic.take(),
            _ => None,
        }
    }

    fn site(&self) -> &'static Site {
        self.site
    }
}

/// Drops what is left of a branch that is not polled any more; a panic of it is one of the branch.
fn drop_body<F, T, J>(branch: Pin<&mut Branch<F, T, J>>) -> Poll<Ended> {
    let this = branch.project();
    let (core, site) = (this.core, *this.site);
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| core.drop_body())) {
        if let Progress::Panicked(_) = this.progress {
            report::lost_panic(site.into(), second);
        } else {
            *this.progress = Progress::Panicked(Travelling::new(Some(second), site));
        }
    }
    Poll::Ready(match this.progress {
        Progress::Panicked(_) => Ended::Panicking,
        _ => Ended::Quietly,
    })
}

impl<F, T, J> fmt::Debug for Branch<F, T, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Branch").field("site", self.site).finish_non_exhaustive()
    }
}
