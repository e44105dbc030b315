//! A body that runs below a node of its own, in the task of its parent.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::context;
use crate::observe::hooks;
use crate::scope::handed::{self, Handed};
use crate::scope::node::{Kind, Node};
use crate::scope::unit::{NodeRef, Unit};
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
    node: NodeRef,
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
    pub(crate) fn node(self: Pin<&mut Self>) -> Option<&NodeRef> {
        self.project().owner.as_ref().map(|owner| &owner.node)
    }

    /// Makes the node at the first poll.
    pub(crate) fn open(self: Pin<&mut Self>, make: impl FnOnce(Option<NodeRef>) -> Node) -> &NodeRef {
        let owner = self.project().owner.get_or_insert_with(|| {
            let node = Unit::share(Unit::new(make(context::current()), Handed::new()));
            match node.node.parent() {
                Some(_) if node.node.kind() == Kind::Root => Node::attach_root(&node),
                Some(parent) => drop(Node::attach(parent, &node)),
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
    pub(crate) fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<F::Output, &'static Site>> {
        let mut this = self.project();
        let Some(Owner { node, end }) = this.owner else {
            unreachable!("the node is made before the first poll");
        };
        if this.ending.is_none() {
            let entered = hooks::enter(&node.node);
            let (polled, cut) = context::enter(node, || match this.body.as_mut().as_pin_mut() {
                Some(body) => body.poll(cx),
                None => panic!("a scoped call was polled after it had ended"),
            });
            *this.ending = match (polled, cut) {
                (Poll::Ready(value), _) => Some(Ok(value)),
                (Poll::Pending, Some(site)) => {
                    // Asked for when somebody outlives the grace of a shutdown.
                    if node.node.is_stopping() {
                        node.node.set_cut(site);
                    }
                    Some(Err(site))
                }
                (Poll::Pending, None) => {
                    context::waits_below(node);
                    return Poll::Pending;
                }
            };
            this.body.set(None);
            entered.leave();
        }
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
