//! `join!` and `try_join!`.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::chain::Branches;
use super::outputs::{Produced, Succeeded};
use super::together::Together;
use crate::reason::Reason;
use crate::site::Site;

pin_project! {
    /// The future of `join!`.
    #[must_use = "futures do nothing unless polled"]
    pub struct All<L> {
        #[pin]
        together: Together<L>,
    }
}

impl<L> All<L> {
    pub(super) fn new(branches: L, site: &'static Site) -> Self {
        Self { together: Together::new(branches, false, |failed| Reason::Failed(*failed), site) }
    }
}

impl<L: Branches<Outputs: Produced>> Future for All<L> {
    type Output = <L::Outputs as Produced>::Values;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (outputs, _) = ready!(self.project().together.poll(cx));
        match outputs.produced() {
            Some(values) => Poll::Ready(values),
            None => unreachable!("a branch was neither cut nor did it yield a value"),
        }
    }
}

pin_project! {
    /// The future of `try_join!`.
    #[must_use = "futures do nothing unless polled"]
    pub struct AllOk<L, E> {
        #[pin]
        together: Together<L>,
        error: PhantomData<fn() -> E>,
    }
}

impl<L, E> AllOk<L, E> {
    pub(super) fn new(branches: L, site: &'static Site) -> Self {
        let together = Together::new(branches, false, |failed| Reason::Failed(*failed), site);
        Self { together, error: PhantomData }
    }
}

impl<L: Branches<Outputs: Succeeded<E>>, E> Future for AllOk<L, E> {
    type Output = Result<<L::Outputs as Succeeded<E>>::Values, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (outputs, decided) = ready!(self.project().together.poll(cx));
        match outputs.succeeded(decided) {
            Some(values) => Poll::Ready(values),
            None => unreachable!("a branch was neither cut nor did it yield a value"),
        }
    }
}

impl<L> fmt::Debug for All<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("All").finish_non_exhaustive()
    }
}

impl<L, E> fmt::Debug for AllOk<L, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AllOk").finish_non_exhaustive()
    }
}
