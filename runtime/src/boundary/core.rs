//! A body that runs below a node of its own, in the task of its parent.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::context;
use crate::observe::hooks;
use crate::scope::handed::{self, Handed};
use crate::scope::node::{Kind, Node};
use crate::scope::unit::{NodeRef, Payload, Unit};
use crate::site::Site;

pin_project! {
    pub(crate) struct Core<F, T> {
        // Declared, and so dropped, before the node (S9).
        #[pin]
        body: Option<F>,
        owner: Option<Owner>,
        ending: Option<Result<T, &'static Site>>,
    }
}

/// Takes the node out of the tree when the body is gone.
struct Owner {
    node: Arc<Unit<Handed>>,
    end: hooks::ScopeEnd,
}

impl Drop for Owner {
    fn drop(&mut self) {
        // Where the scope ended by itself there is nothing left to stop or to hand on.
        if self.node.node.was_held() {
            handed::leave(&self.node);
        }
        self.end.over(&self.node.node);
        self.node.node.bequeath();
        self.node.node.detach();
        self.node.node.wake_watchers();
    }
}

impl<F, T> Core<F, T> {
    pub(crate) fn new(body: F) -> Self {
        Self { body: Some(body), owner: None, ending: None }
    }

    /// The node, if the body was ever polled. Never through a shared reference: one to the whole
    /// would end the body's references to itself (S11).
    pub(crate) fn node(self: Pin<&mut Self>) -> Option<&Arc<Unit<Handed>>> {
        self.project().owner.as_ref().map(|owner| &owner.node)
    }

    /// Makes the node at the first poll.
    pub(crate) fn open(
        self: Pin<&mut Self>,
        make: impl FnOnce(Option<NodeRef>) -> Node,
    ) -> &Arc<Unit<Handed>> {
        let owner = self.project().owner.get_or_insert_with(|| {
            let node = Unit::new(make(context::current()), Handed::new());
            match node.node.parent() {
                Some(_) if node.node.kind() == Kind::Root => Node::attach_root(&node.node, || node.clone()),
                Some(parent) => drop(Node::attach_with(parent, &node.node, || node.clone())),
                None => {}
            }
            let end = hooks::ScopeEnd::begin(&node.node);
            Owner { node, end }
        });
        &owner.node
    }

    /// Drops the body where it stands.
    pub(crate) fn drop_body(self: Pin<&mut Self>) {
        self.project().body.set(None);
    }
}

impl<F: Future> Core<F, F::Output> {
    /// Polls the body, whose node has been made. Ready when the body has ended or was cut, is gone, and all that was handed
    /// to the scope has ended; `Err` is the await that was cut. A panic of what was handed to it goes on here.
    #[inline(always)]
    pub(crate) fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<F::Output, &'static Site>> {
        match self.as_mut().poll_running(cx) {
            Some(Poll::Pending) => Poll::Pending,
            Some(Poll::Ready(())) | None => self.poll_ending(),
        }
    }

    /// Polls the body, if it is there and has its node. Ready when it is gone; how it ended is then told by
    /// [`poll_ending`](Self::poll_ending).
    #[inline(always)]
    pub(super) fn poll_running(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<Poll<()>> {
        let this = self.as_mut().project();
        let Owner { node, .. } = this.owner.as_ref()?;
        let body = this.body.as_pin_mut()?;
        let entered = hooks::enter(&node.node);
        let Poll::Ready(ending) = context::poll_below(node, || body.poll(cx)) else {
            return Some(Poll::Pending);
        };
        self.leave(ending, entered);
        Some(Poll::Ready(()))
    }

    /// Drops the body, which has ended.
    #[inline(never)]
    fn leave(self: Pin<&mut Self>, ending: Result<F::Output, &'static Site>, entered: hooks::Entered) {
        let mut this = self.project();
        // Asked for when somebody outlives the grace of a shutdown.
        if let (Err(site), Some(Owner { node, .. })) = (&ending, &this.owner)
            && node.node.is_stopping()
        {
            node.node.set_cut(site);
        }
        *this.ending = Some(ending);
        this.body.set(None);
        entered.leave();
    }

    /// Polls without a body: it is gone, and how it ended is known.
    #[inline(never)]
    pub(super) fn poll_ending(self: Pin<&mut Self>) -> Poll<Result<F::Output, &'static Site>> {
        let this = self.project();
        let (Some(Owner { node, end }), Some(_)) = (this.owner, &this.ending) else {
            panic!("a scoped call was polled after it had ended");
        };
        if !node.node.close() {
            context::waits();
            return Poll::Pending;
        }
        // Not only when it is dropped: its holder may wait for who waits for its end.
        node.node.wake_watchers();
        if node.node.was_held()
            && let Some(payload) = node.payload.take_panic()
        {
            *this.ending = None;
            resume_unwind(payload);
        }
        match this.ending.take() {
            Some(ending) => {
                end.told(&node.node, ending.as_ref().err().copied());
                Poll::Ready(ending)
            }
            None => Poll::Pending,
        }
    }

    /// Polls a body that is an ordinary future, without a node of its own. Ready when it has ended or
    /// was cut, and is gone.
    pub(crate) fn poll_bare(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<F::Output, &'static Site>> {
        let mut this = self.project();
        let polled = match this.body.as_mut().as_pin_mut() {
            Some(body) => body.poll(cx),
            None => panic!("a future was polled after it had ended"),
        };
        let ending = match polled {
            Poll::Ready(value) => Ok(value),
            Poll::Pending => match context::was_cut() {
                Some(site) => Err(site),
                None => return Poll::Pending,
            },
        };
        this.body.set(None);
        Poll::Ready(ending)
    }
}
