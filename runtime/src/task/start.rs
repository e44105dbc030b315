//! Starting children of a frame.

use std::borrow::Cow;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::guard::Guard;
use super::runner::Runner;
use super::slot::{Outcome, Sink, Slot, TaskPayload};
use crate::call::{Call, Key};
use crate::frame::state::{FrameNode, FrameState, raise};
use crate::observe::hooks;
use crate::scope::node::{Kind, Node};
use crate::scope::unit::{NodeRef, Unit};
use crate::site::{HANDED_OVER, Origin, Site};

/// What is known of a child at its start.
#[derive(Clone, Debug)]
pub struct Spec {
    pub(crate) origin: Origin,
    pub(crate) site: &'static Site,
    pub(crate) name: Option<Cow<'static, str>>,
}

impl Spec {
    /// A child started by a word at `site`.
    #[must_use]
    pub const fn at(site: &'static Site) -> Self {
        Self { origin: Origin::Site(site), site, name: None }
    }

    /// A child started by a call from elsewhere.
    #[track_caller]
    pub(crate) fn caller() -> Self {
        let origin = Origin::Caller(std::panic::Location::caller());
        Self { origin, site: &HANDED_OVER, name: None }
    }

    /// Gives it a name.
    #[must_use]
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    #[inline(always)]
    pub(crate) fn node(self, kind: Kind, parent: &NodeRef) -> Node {
        let mut node = Node::unit(kind, self.origin, Some(parent.clone()));
        if let Some(name) = self.name {
            node.label().name = Some(name);
        }
        hooks::made(&mut node);
        node
    }
}

/// Keeps the output in the slot; sends a panic up.
struct Keep;

impl<T: Send> Sink<T> for Keep {
    type Stored = T;

    fn complete(&self, me: &Node, outcome: Outcome<T>) -> Option<T> {
        match outcome {
            Outcome::Value(value) => Some(value),
            Outcome::Panicked(payload) => {
                raise(me, me.origin(), payload);
                None
            }
            Outcome::Stopped => None,
        }
    }
}

/// The same for a linked child, whose error ends the function that started it.
struct KeepOrFail<R> {
    frame: FrameNode<R>,
}

impl<U: Send, R: Send> Sink<Result<U, R>> for KeepOrFail<R> {
    type Stored = U;

    fn is_failure(value: &Result<U, R>) -> bool {
        value.is_err()
    }

    fn complete(&self, me: &Node, outcome: Outcome<Result<U, R>>) -> Option<U> {
        match outcome {
            Outcome::Value(Ok(value)) => return Some(value),
            Outcome::Value(Err(error)) => {
                FrameState::fail(&self.frame, me, error);
            }
            Outcome::Panicked(payload) => raise(me, me.origin(), payload),
            Outcome::Stopped => {}
        }
        None
    }
}

pin_project! {
    /// Turns a child's error into the function's result, in the child's own poll: the error may
    /// borrow, and need not be `Send` (S7).
    struct Linked<F, C> {
        #[pin]
        future: F,
        convert: Option<C>,
    }
}

impl<F, U, E, R, C> Future for Linked<F, C>
where
    F: Future<Output = Result<U, E>>,
    C: FnOnce(Result<Infallible, E>) -> R,
{
    type Output = Result<U, R>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<U, R>> {
        let this = self.project();
        match this.future.poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(value)) => Poll::Ready(Ok(value)),
            Poll::Ready(Err(error)) => match this.convert.take() {
                Some(convert) => Poll::Ready(Err(convert(Err(error)))),
                None => unreachable!("a future was polled after it had ended"),
            },
        }
    }
}

#[track_caller]
pub(crate) fn child<'e, C>(kind: Kind, frame: &NodeRef, guard: &mut Guard<'e, C::Output>, call: C, spec: Spec)
where
    C: Call<Output: Send + 'e>,
    C::Started: Send + 'e,
{
    let future = call.start(spec.site, Key(()));
    launch(frame, guard, kind, future, Keep, spec);
}

#[track_caller]
pub(crate) fn linked<'e, C, U, E, R>(
    kind: Kind,
    frame: &FrameNode<R>,
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
    let future = Linked { future: call.start(spec.site, Key(())), convert: Some(convert) };
    let sink = KeepOrFail { frame: frame.clone() };
    launch(frame.node(), guard, kind, future, sink, spec);
}

/// Arms the guard, then hands the child to the runtime: in this order, so that whatever panics
/// on the way, the child is owned (S4).
#[track_caller]
fn launch<'e, F, S>(
    frame: &NodeRef,
    guard: &mut Guard<'e, S::Stored>,
    kind: Kind,
    future: F,
    sink: S,
    spec: Spec,
) where
    F: Future<Output: 'e> + Send + 'e,
    S: Sink<F::Output, Stored: 'e> + 'e,
{
    let child = Unit::new(spec.node(kind, frame), Slot::new(future, sink));
    // SAFETY: (S3, S4, S7) future and output leave the slot before `'e` ends: the guard is armed
    // in the next line and its drop, before `'e` ends, returns only when both are gone. The
    // slot's drop glue touches neither (`slot` invariant 5), and after `DONE` no method does.
    let node = unsafe { Unit::erase(child.clone()) };
    guard.arm(child as Arc<Unit<dyn TaskPayload<S::Stored> + 'e>>);
    if Node::attach(frame, &node).is_some() {
        hooks::started(&node.node);
        Runner::spawn(node);
    } else {
        // The scope is cancelled: nothing is started.
        node.payload.abandon(&node.node);
    }
}
