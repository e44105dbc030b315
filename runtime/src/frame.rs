//! Runs the body of a function that starts tasks.
//!
//! # Invariants
//!
//! 1. The node is created at the first poll, below the scope that is current then; the body is
//!    made after it and gone before it (S9).
//! 2. A cut body stays suspended, alive, until everything it started has ended; then it is
//!    dropped in place, then a stored failure is produced or the cut is passed on (S7).
//! 3. A frame ends with an empty failure store (`state` invariant 1): [`Owner`] sees to it.

pub(crate) mod context;
pub(crate) mod exit;
pub(crate) mod state;
pub(crate) mod unwind;

use std::fmt;
use std::marker::PhantomData;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::context as current;
use crate::scope::node::{Kind, Node};
use crate::site::Site;
use exit::Leaves;
use state::{Failure, FrameNode};

pin_project! {
    /// The future of a scoped function that starts tasks.
    #[must_use = "futures do nothing unless polled"]
    pub struct Frame<B, F: Future, R, M> {
        // Declared, and so dropped, before the node.
        #[pin]
        body: Body<B, F, R>,
        // What is known of the types when the frame is made. Asked again where a future that holds the frame is
        // checked for `Send`, rustc could not show it: it has forgotten by then that the lifetimes in
        // `B` and those in `F` are the same ones (rust-lang/rust#110338).
        leave: fn(F::Output) -> R,
        owner: Option<Owner<R>>,
        phase: Phase<R>,
        site: &'static Site,
        mode: PhantomData<fn() -> M>,
    }
}

pin_project! {
    #[project = BodyProjection]
    #[project_replace = BodyReplacement]
    enum Body<B, F, R> {
        Inert { build: B, start: fn(B, Enter<R>) -> F },
        Running { #[pin] future: F },
        Gone,
    }
}

enum Phase<R> {
    Running,
    /// Cut at this await; what it started is being joined.
    Unwinding(&'static Site),
    /// The body is gone; what was handed to the scope is being waited for.
    Closing(Result<R, &'static Site>),
    /// Ended by a cut, which has been passed on.
    Cut(&'static Site),
    Ended,
}

/// The body's way to its context. Not `Copy`, so that an `async` block takes it by value.
pub struct Enter<R> {
    pub(crate) frame: FrameNode<R>,
}

impl<R> fmt::Debug for Enter<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enter").finish_non_exhaustive()
    }
}

/// The frame's own hold on its node.
struct Owner<R> {
    frame: FrameNode<R>,
}

impl<R> Owner<R> {
    fn new(site: &'static Site) -> Self {
        let parent = current::current();
        let node = Node::inline(Kind::Frame, site.into(), parent);
        // SAFETY: (S3, S7) children fail while the frame is alive, and `Drop` below empties the store
        // when the body is gone and with it every child.
        let frame = unsafe { FrameNode::new(node) };
        if let Some(parent) = frame.node().node.parent() {
            Node::attach(parent, frame.node());
        }
        Self { frame }
    }
}

impl<R> Drop for Owner<R> {
    fn drop(&mut self) {
        // Where the frame ended by itself there is nothing left to hand on.
        let node = &self.frame.node().node;
        node.bequeath();
        node.detach();
        if let Some(lost) = self.frame.state().take_failure() {
            lost.report();
        }
    }
}

impl<B, F, R, M> Frame<B, F, R, M>
where
    B: FnOnce(Enter<R>) -> F,
    F: Future<Output: Leaves<R, M>>,
{
    pub(crate) fn new(build: B, site: &'static Site) -> Self {
        let body = Body::Inert { build, start: |build, enter| build(enter) };
        Self { body, leave: Leaves::leave, owner: None, phase: Phase::Running, site, mode: PhantomData }
    }
}

impl<B, F: Future, R, M> Future for Frame<B, F, R, M> {
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let mut this = self.project();
        match this.phase {
            Phase::Cut(site) => {
                current::cut(site);
                return Poll::Pending;
            }
            Phase::Ended => panic!("a scoped function was polled after it had ended"),
            _ => {}
        }
        let owner = this.owner.get_or_insert_with(|| Owner::new(this.site));
        let node = owner.frame.node();
        loop {
            match this.phase {
                Phase::Running => {
                    let polled = current::poll_below(node, || {
                        let future = match this.body.as_mut().project() {
                            BodyProjection::Running { future } => future,
                            _ => start(this.body.as_mut(), owner),
                        };
                        future.poll(cx)
                    });
                    match polled {
                        Poll::Ready(Ok(value)) => {
                            this.body.set(Body::Gone);
                            *this.phase = Phase::Closing(Ok((this.leave)(value)));
                        }
                        Poll::Ready(Err(site)) => *this.phase = Phase::Unwinding(site),
                        Poll::Pending => return Poll::Pending,
                    }
                }
                Phase::Unwinding(site) => {
                    let site = *site;
                    if unwind::poll(node, 0).is_pending() {
                        current::waits_at(site);
                        return Poll::Pending;
                    }
                    this.body.set(Body::Gone);
                    *this.phase = Phase::Closing(Err(site));
                }
                Phase::Closing(_) | Phase::Cut(_) | Phase::Ended => break,
            }
        }
        if !node.node.close() {
            current::waits();
            return Poll::Pending;
        }
        let ending = match std::mem::replace(this.phase, Phase::Ended) {
            Phase::Closing(ending) => produce(owner, ending),
            _ => unreachable!("the loop ends in this phase alone"),
        };
        *this.owner = None;
        match ending {
            Ok(value) => Poll::Ready(value),
            Err(site) => {
                *this.phase = Phase::Cut(site);
                current::cut(site);
                Poll::Pending
            }
        }
    }
}

/// Makes the body, now that its node exists.
fn start<'b, B, F, R>(mut body: Pin<&'b mut Body<B, F, R>>, owner: &Owner<R>) -> Pin<&'b mut F> {
    if let BodyReplacement::Inert { build, start } = body.as_mut().project_replace(Body::Gone) {
        let enter = Enter { frame: owner.frame.clone() };
        body.set(Body::Running { future: start(build, enter) });
    }
    match body.project() {
        BodyProjection::Running { future } => future,
        _ => panic!("a scoped function was polled after it had panicked"),
    }
}

/// The frame's result, once the body and everything it started are gone.
fn produce<R>(owner: &Owner<R>, ending: Result<R, &'static Site>) -> Result<R, &'static Site> {
    match owner.frame.state().take_failure() {
        Some(Failure::Panic(_, payload)) => resume_unwind(payload),
        // A child's error counts only if it is what stopped this function.
        Some(Failure::Error(_, value))
            if ending.is_err() && owner.frame.node().node.own_cause().is_some() =>
        {
            Ok(value)
        }
        Some(late) => {
            late.report();
            ending
        }
        None => ending,
    }
}

impl<B, F: Future, R, M> fmt::Debug for Frame<B, F, R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").field("site", self.site).finish_non_exhaustive()
    }
}
