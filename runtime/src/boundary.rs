//! Calls with something around them: a limit, a source of cancellation, a shield, a name, a value.

pub(crate) mod core;
pub(crate) mod edge;
#[cfg(feature = "tracing")]
pub(crate) mod instrumented;
pub(crate) mod map;
pub(crate) mod panicked;
pub(crate) mod timer;

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use self::core::Core;
use crate::cancelled::Cancelled;
use crate::context;
use crate::reason::Cause;
use crate::scope::cancel::cancel;
use crate::scope::node::Node;
use crate::scope::unit::NodeRef;
use crate::site::Site;

/// What makes a boundary the one it is.
pub(crate) trait Edge<T> {
    /// What the boundary yields.
    type Output;

    /// Makes the node, below `parent`.
    fn open(self: Pin<&mut Self>, parent: Option<NodeRef>) -> Node;

    /// Called once, when the node is in the tree.
    fn opened(self: Pin<&mut Self>, _node: &NodeRef) {}

    /// Called whenever the body waits and the scope is not cancelled: why it has to stop, if so.
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
}

impl<F: Future, E: Edge<F::Output>> Future for Boundary<F, E> {
    type Output = E::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<E::Output> {
        let mut this = self.project();
        if let Some(site) = *this.cut {
            context::cut(site);
            return Poll::Pending;
        }
        if this.core.as_mut().node().is_none() {
            let mut edge = this.edge.as_mut();
            let node = this.core.as_mut().open(|parent| edge.as_mut().open(parent));
            edge.opened(node);
        }
        loop {
            let polled = this.core.as_mut().poll(cx);
            let Some(node) = this.core.as_mut().node() else {
                unreachable!("the node was made above");
            };
            match polled {
                Poll::Ready(Ok(value)) => return Poll::Ready(E::value(value)),
                Poll::Ready(Err(site)) => {
                    let own = node.node.own_cause();
                    let cancelled = own.map(|cause| Cancelled::of(&node.node, cause, Some(site)));
                    if let Some(output) = cancelled.and_then(E::cancelled) {
                        return Poll::Ready(output);
                    }
                    *this.cut = Some(site);
                    context::cut(site);
                    return Poll::Pending;
                }
                Poll::Pending => {
                    if node.node.is_cancelled() {
                        return Poll::Pending;
                    }
                    let Some(cause) = this.edge.as_mut().poll_cause(cx) else {
                        return Poll::Pending;
                    };
                    cancel(&node.node, Some(cause));
                    // What the body armed may go as it unwinds, before who was covered by it is asked again.
                    context::set_armed_deadline(None);
                }
            }
        }
    }
}
