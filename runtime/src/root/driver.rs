//! A root's body: a boundary that is polled by whoever holds it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::runtime::Handle;

use super::adoption;
use super::inline::home::Home;
use crate::boundary::core::Core;
use crate::cancelled::Cancelled;
use crate::context;
use crate::observe::hooks;
use crate::observe::registry::Place;
use crate::reason::{Cause, Reason};
use crate::scope::node::deadline::Deadline;
use crate::scope::node::{Kind, Node};
use crate::scope::unit::NodeRef;
use crate::site::{Origin, Site};

pin_project! {
    pub(crate) struct Driver<F: Future> {
        #[pin]
        core: Core<F, F::Output>,
        settings: Settings,
        place: Option<Place>,
    }
}

/// What is known of a root before it starts.
pub(crate) struct Settings {
    pub(crate) origin: Origin,
    /// The scope the root was made in.
    pub(crate) parent: Option<NodeRef>,
    pub(crate) name: Option<std::borrow::Cow<'static, str>>,
    pub(crate) cleanup: Option<Duration>,
    /// Who runs the tasks, if that is not tokio.
    pub(crate) home: Option<Arc<Home>>,
}

impl Settings {
    pub(crate) fn new(origin: impl Into<Origin>, parent: Option<NodeRef>) -> Self {
        Self { origin: origin.into(), parent, name: None, cleanup: None, home: None }
    }

    fn node(&self) -> Node {
        let mut node = Node::unit(Kind::Root, self.origin, self.parent.clone());
        if self.name.is_some() || self.cleanup.is_some() {
            let label = node.label();
            label.name.clone_from(&self.name);
            label.cleanup = self.cleanup;
        }
        if let Some(home) = &self.home {
            node.run_by(home.clone());
        }
        hooks::made(&mut node);
        node
    }
}

/// A root whose body's type is forgotten.
pub(crate) trait Root: Send {
    type Output;

    /// Polls once. As [`Future::poll`].
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Self::Output, Cancelled>>;

    /// The node, if the root was ever polled.
    fn node(self: Pin<&mut Self>) -> Option<NodeRef>;

    fn settings(self: Pin<&mut Self>) -> &mut Settings;

    /// Lets the root unwind on `runtime` without a holder.
    fn adopt(self: Pin<Box<Self>>, home: Option<&NodeRef>, runtime: &Handle);
}

impl<F: Future> Driver<F> {
    pub(crate) fn new(body: F, settings: Settings) -> Self {
        Self { core: Core::new(body), settings, place: None }
    }

    /// The node, made now if the root was never polled.
    pub(crate) fn node_now(self: Pin<&mut Self>) -> NodeRef {
        let mut this = self.project();
        let settings = &*this.settings;
        let node = this.core.as_mut().open(|_| settings.node());
        if this.place.is_none() {
            *this.place = Place::of(node);
        }
        node.clone()
    }

    /// The node, if the root was ever polled.
    pub(crate) fn known_node(self: Pin<&mut Self>) -> Option<NodeRef> {
        let node = self.project().core.node()?;
        Some(node.clone())
    }

    pub(crate) fn poll_root(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<F::Output, Cancelled>> {
        let mut this = self.project();
        // A root may be polled in the middle of another task's poll.
        let around = context::armed_deadline();
        let polled = loop {
            let Some(node) = this.core.as_mut().node() else {
                let settings = &*this.settings;
                *this.place = Place::of(this.core.as_mut().open(|_| settings.node()));
                continue;
            };
            node.node.begin_poll();
            context::set_armed_deadline(Deadline::NONE);
            let polled = this.core.as_mut().poll(cx);
            match (polled, this.core.as_mut().node()) {
                (Poll::Pending, Some(node)) if node.node.park(cx, true) => {}
                (Poll::Pending, _) => break Poll::Pending,
                (Poll::Ready(ending), node) => {
                    break Poll::Ready(
                        ending.map_err(|site| Self::cancelled(node.map(|node| &node.node), site)),
                    );
                }
            }
        };
        context::set_armed_deadline(around);
        polled
    }

    #[cold]
    fn cancelled(node: Option<&Node>, site: &'static Site) -> Cancelled {
        let Some(node) = node else { unreachable!("it was polled") };
        let cause = node.cause().unwrap_or_else(|| Cause::new(Reason::Shutdown, site));
        Cancelled::of(node, cause, Some(site))
    }
}

impl<F> Root for Driver<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<F::Output, Cancelled>> {
        self.poll_root(cx)
    }

    fn node(self: Pin<&mut Self>) -> Option<NodeRef> {
        self.known_node()
    }

    fn settings(self: Pin<&mut Self>) -> &mut Settings {
        self.project().settings
    }

    fn adopt(mut self: Pin<Box<Self>>, home: Option<&NodeRef>, runtime: &Handle) {
        let origin = self.as_mut().project().settings.origin;
        adoption::adopt(self, home, origin, runtime);
    }
}
