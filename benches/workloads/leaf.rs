//! Futures at the bottom of the workloads.

use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Ready at once, in a way the compiler cannot see.
#[derive(Debug)]
pub(crate) struct Now;

impl Future for Now {
    type Output = u64;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u64> {
        Poll::Ready(black_box(1))
    }
}

/// Ready at the second poll, which comes as soon as the scheduler has seen to the others. Unlike
/// tokio's `yield_now` it does not ask for timers and input in between, which would be most of what
/// is measured.
#[derive(Debug, Default)]
pub(crate) struct Once {
    waited: bool,
}

impl Future for Once {
    type Output = u64;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
        if self.waited {
            return Poll::Ready(black_box(1));
        }
        self.waited = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
