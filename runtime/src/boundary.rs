//! Calls with something around them: a limit, a source of cancellation, a shield, a name, a value.

pub(crate) mod core;
pub(crate) mod edge;
#[cfg(feature = "tracing")]
pub(crate) mod instrumented;
pub(crate) mod map;
pub(crate) mod panicked;
pub(crate) mod timer;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use self::core::Core;
use crate::cancelled::Cancelled;
use crate::context;
use crate::reason::Cause;
use crate::scope::cancel::cancel;
use crate::scope::handed::Handed;
use crate::scope::node::Node;
use crate::scope::node::deadline::Deadline;
use crate::scope::unit::{NodeRef, Unit};
use crate::site::Site;

/// What makes a boundary the one it is.
pub(crate) trait Edge<T> {
    /// What the boundary yields.
    type Output;

    /// Makes the node, below `parent`.
    fn open(self: Pin<&mut Self>, parent: Option<NodeRef>) -> Node;

    /// Called once, when the node is in the tree.
    fn opened(self: Pin<&mut Self>, _node: &Arc<Unit<Handed>>) {}

    /// Whether there is nothing to ask for by [`poll_cause`](Self::poll_cause) now.
    #[inline(always)]
    fn is_quiet(&self) -> bool {
        false
    }

    /// Called whenever the body waits, the scope is not cancelled and the edge not quiet: why it has to stop,
    /// if so.
    fn poll_cause(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Option<Cause> {
        None
    }

    /// The output for a body that ended.
    fn value(value: T) -> Self::Output;

    /// The output for a body that was cut because this very scope was cancelled; `None` if this
    /// boundary does not make a value of it.
    fn cancelled(_cancelled: Cancelled) -> Option<Self::Output> {
        None
    }
}

pin_project! {
    /// The future behind the methods of `Scoped` that put something around a call.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Boundary<F: Future, E> {
        #[pin]
        core: Core<F, F::Output>,
        #[pin]
        edge: E,
        cut: Option<&'static Site>,
    }
}

impl<F: Future, E: Edge<F::Output>> Boundary<F, E> {
    pub(crate) fn new(body: F, edge: E) -> Self {
        Self { core: Core::new(body), edge, cut: None }
    }

    /// Where there is no body to poll: makes the node at the first poll, and is what there is to say after the last.
    #[inline(never)]
    fn poll_outside(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<Poll<E::Output>> {
        let mut this = self.as_mut().project();
        if this.core.as_mut().node().is_none() {
            let mut edge = this.edge.as_mut();
            let node = this.core.as_mut().open(|parent| edge.as_mut().open(parent));
            edge.opened(node);
            return None;
        }
        Some(match *this.cut {
            Some(site) => {
                context::cut(site);
                Poll::Pending
            }
            None => self.poll_ending(cx),
        })
    }

    /// Cancels the scope if the edge has a cause to.
    #[inline(never)]
    fn ask(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool {
        let this = self.project();
        let Some(node) = this.core.node() else { return false };
        if node.node.is_cancelled() {
            return false;
        }
        let Some(cause) = this.edge.poll_cause(cx) else { return false };
        cancel(&node.node, Some(cause));
        // What the body armed may go as it unwinds, before who was covered by it is asked again.
        context::set_armed_deadline(Deadline::NONE);
        true
    }

    /// When the body is gone.
    #[inline(never)]
    fn poll_ending(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<E::Output> {
        let site = loop {
            match self.as_mut().project().core.poll_ending() {
                // What was handed to the scope has the same limit.
                Poll::Pending if !self.as_mut().ask(cx) => return Poll::Pending,
                Poll::Pending => {}
                Poll::Ready(Ok(value)) => return Poll::Ready(E::value(value)),
                Poll::Ready(Err(site)) => break site,
            }
        };
        let this = self.project();
        let own = this.core.node().and_then(|node| Some((node, node.node.own_cause()?)));
        let cancelled = own.map(|(node, cause)| Cancelled::of(&node.node, cause, Some(site)));
        if let Some(output) = cancelled.and_then(E::cancelled) {
            return Poll::Ready(output);
        }
        *this.cut = Some(site);
        context::cut(site);
        Poll::Pending
    }
}

impl<F: Future, E: Edge<F::Output>> Future for Boundary<F, E> {
    type Output = E::Output;

    // What is done but once is not in here: a deadline is passed at each poll of what is below it.
    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<E::Output> {
        loop {
            let this = self.as_mut().project();
            match this.core.poll_running(cx) {
                // Most of those around one await have nothing to ask for at most of its polls.
                Some(Poll::Pending) if this.edge.is_quiet() || !self.as_mut().ask(cx) => {
                    return Poll::Pending;
                }
                Some(Poll::Pending) => {}
                Some(Poll::Ready(())) => return self.poll_ending(cx),
                None => {
                    if let Some(polled) = self.as_mut().poll_outside(cx) {
                        return polled;
                    }
                }
            }
        }
    }
}
