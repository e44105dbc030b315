//! `.instrument(span)`.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tracing::Span;

pin_project! {
    /// The future of `.instrument(span)`. The one of tracing would forget what it wraps, and with it
    /// the guards of tasks, when a subscriber panics as the span is entered to drop it (S3).
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Instrumented<F> {
        #[pin]
        future: F,
        span: Span,
    }
}

impl<F> Instrumented<F> {
    pub(crate) fn new(future: F, span: Span) -> Self {
        Self { future, span }
    }
}

impl<F: Future> Future for Instrumented<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = this.span.enter();
        this.future.poll(cx)
    }
}
