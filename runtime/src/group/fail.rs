//! Groups whose first error leaves the function.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::mode::FailFast;
use crate::context;
use crate::frame::state::{FrameNode, FrameState};
use crate::scope::node::Node;

/// The way of a child's error to the function with the group.
pub(super) trait Fails<E>: Send + Sync {
    fn fail(&self, child: &Node, error: E);
}

struct Path<R, E> {
    frame: FrameNode<R>,
    convert: fn(Result<Infallible, E>) -> R,
}

impl<R: Send, E> Fails<E> for Path<R, E> {
    fn fail(&self, child: &Node, error: E) {
        FrameState::fail(&self.frame, child, (self.convert)(Err(error)));
    }
}

impl<E> FailFast<E> {
    pub(crate) fn new<'e, R>(frame: &FrameNode<R>, convert: fn(Result<Infallible, E>) -> R) -> Self
    where
        R: Send + 'e,
        E: 'e,
    {
        let path: Arc<dyn Fails<E> + 'e> = Arc::new(Path { frame: frame.clone(), convert });
        // SAFETY: (S3, S7) the two types differ in the lifetime bound of the trait object alone, which has
        // no part in their layout. It is used by children of the group alone, in their own polls, so
        // while the frame is alive; by the end of `'e` the frame has emptied its failure
        // store, and all that is dropped later is an empty one.
        let path = unsafe { std::mem::transmute::<Arc<dyn Fails<E> + 'e>, Arc<dyn Fails<E>>>(path) };
        Self { path }
    }
}

pin_project! {
    /// Sends a child's error on its way, in the child's own poll: the error may borrow, and need not
    /// be `Send` (S7).
    pub(super) struct Failing<F, E> {
        #[pin]
        future: F,
        path: Arc<dyn Fails<E>>,
    }
}

impl<F, E> Failing<F, E> {
    pub(super) fn new(future: F, mode: &FailFast<E>) -> Self {
        Self { future, path: mode.path.clone() }
    }
}

impl<F: Future<Output = Result<U, E>>, U, E> Future for Failing<F, E> {
    type Output = Option<U>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<U>> {
        let this = self.project();
        match this.future.poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(value)) => Poll::Ready(Some(value)),
            Poll::Ready(Err(error)) => {
                context::with(|child| {
                    if let Some(child) = child {
                        this.path.fail(child, error);
                    }
                });
                Poll::Ready(None)
            }
        }
    }
}
