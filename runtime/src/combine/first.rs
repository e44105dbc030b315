//! `race!`.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::chain::Branches;
use super::together::Together;
use crate::reason::Reason;
use crate::site::Site;

pin_project! {
    /// The future of `race!`.
    #[must_use = "futures do nothing unless polled"]
    pub struct First<L> {
        #[pin]
        together: Together<L>,
    }
}

impl<L> First<L> {
    pub(super) fn new(branches: L, biased: bool, site: &'static Site) -> Self {
        Self { together: Together::new(branches, biased, |_| Reason::Lost, site) }
    }
}

impl<L: Branches> Future for First<L> {
    type Output = L::Outputs;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<L::Outputs> {
        let (outputs, _) = ready!(self.project().together.poll(cx));
        Poll::Ready(outputs)
    }
}

impl<L> fmt::Debug for First<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("First").finish_non_exhaustive()
    }
}
