//! The kinds of boundary.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::time::Instant;

use super::Edge;
use super::timer::{Timer, from_now};
use crate::call::Key;
use crate::cancelled::Cancelled;
use crate::canceller::{CancelSource, Watch};
use crate::observe::hooks;
use crate::reason::{Cause, Reason};
use crate::scope::handed::Handed;
use crate::scope::node::{Kind, Label, Node};
use crate::scope::unit::{NodeRef, Unit};
use crate::site::Origin;

pin_project! {
    /// `.timeout(limit)` and `.deadline(at)`.
    pub(crate) struct TimeLimit {
        limit: Limit,
        origin: Origin,
        #[pin]
        timer: Timer,
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    /// Counted from the first poll.
    After(Duration),
    At(Instant),
}

impl TimeLimit {
    pub(crate) fn new(limit: Limit, origin: impl Into<Origin>) -> Self {
        Self { limit, origin: origin.into(), timer: Timer::new(None) }
    }
}

impl<T> Edge<T> for TimeLimit {
    type Output = Result<T, Cancelled>;

    fn open(self: Pin<&mut Self>, parent: Option<NodeRef>) -> Node {
        let mut this = self.project();
        let mut node = Node::inline(Kind::Boundary, *this.origin, parent).valued();
        let deadline = match *this.limit {
            Limit::After(limit) => from_now(limit),
            Limit::At(deadline) => deadline,
        };
        // A deadline around this one that is not later is the one that counts: it reports.
        if node.limit(deadline) {
            this.timer.set(Timer::new(Some(deadline)));
        }
        node
    }

    #[inline(always)]
    fn is_quiet(&self) -> bool {
        self.timer.is_covered()
    }

    fn poll_cause(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<Cause> {
        let this = self.project();
        this.timer.poll_expired(cx).then(|| Cause::new(Reason::Deadline, *this.origin))
    }

    fn value(value: T) -> Self::Output {
        Ok(value)
    }

    fn cancelled(cancelled: Cancelled) -> Option<Self::Output> {
        Some(Err(cancelled))
    }
}

pin_project! {
    /// `.cancel_on(&source)`.
    pub(crate) struct StopOn {
        origin: Origin,
        #[pin]
        watch: Watch,
    }
}

impl StopOn {
    pub(crate) fn new(source: &impl CancelSource, origin: impl Into<Origin>) -> Self {
        Self { origin: origin.into(), watch: source.watch(Key(())) }
    }
}

impl<T> Edge<T> for StopOn {
    type Output = Result<T, Cancelled>;

    fn open(self: Pin<&mut Self>, parent: Option<NodeRef>) -> Node {
        Node::inline(Kind::Boundary, self.origin, parent).valued()
    }

    fn opened(self: Pin<&mut Self>, node: &Arc<Unit<Handed>>) {
        self.project().watch.begin(node);
    }

    #[inline(always)]
    fn is_quiet(&self) -> bool {
        self.watch.is_quiet()
    }

    fn poll_cause(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<Cause> {
        let this = self.project();
        this.watch.poll_cause(*this.origin, cx)
    }

    fn value(value: T) -> Self::Output {
        Ok(value)
    }

    fn cancelled(cancelled: Cancelled) -> Option<Self::Output> {
        Some(Err(cancelled))
    }
}

/// `.shield()`, `.named(…)`, `.with_value(…)`: a scope that makes no value of a cancellation.
pub(crate) struct Around {
    kind: Kind,
    origin: Origin,
    label: Option<Label>,
}

impl Around {
    pub(crate) fn shield(origin: impl Into<Origin>) -> Self {
        Self { kind: Kind::Shield, origin: origin.into(), label: None }
    }

    pub(crate) fn label(label: Label, origin: impl Into<Origin>) -> Self {
        Self { kind: Kind::Boundary, origin: origin.into(), label: Some(label) }
    }
}

impl<T> Edge<T> for Around {
    type Output = T;

    fn open(mut self: Pin<&mut Self>, parent: Option<NodeRef>) -> Node {
        let mut node = Node::inline(self.kind, self.origin, parent);
        if let Some(label) = self.label.take() {
            *node.label() = label;
            hooks::made(&mut node);
        }
        node
    }

    #[inline(always)]
    fn is_quiet(&self) -> bool {
        true
    }

    fn value(value: T) -> T {
        value
    }
}
