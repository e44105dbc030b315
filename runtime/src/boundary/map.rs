//! `.map(f)` and what is made of it.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

pin_project! {
    /// The future of `.map(f)`.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Map<F, M> {
        #[pin]
        future: F,
        map: Option<M>,
    }
}

impl<F, M> Map<F, M> {
    pub(crate) fn new(future: F, map: M) -> Self {
        Self { future, map: Some(map) }
    }
}

impl<F: Future, T, M: FnOnce(F::Output) -> T> Future for Map<F, M> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = self.project();
        match this.future.poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(value) => match this.map.take() {
                Some(map) => Poll::Ready(map(value)),
                None => panic!("a scoped call was polled after it had ended"),
            },
        }
    }
}
