//! A list of branches of different types.

use std::pin::Pin;

use pin_project_lite::pin_project;

use super::branch::{AnyBranch, Branch};

pin_project! {
    /// A branch and those after it.
    #[derive(Debug)]
    #[must_use = "branches do nothing unless polled"]
    pub struct Chain<B, R> {
        #[pin]
        branch: B,
        #[pin]
        rest: R,
    }
}

impl<B, R> Chain<B, R> {
    pub(super) fn new(branch: B, rest: R) -> Self {
        Self { branch, rest }
    }
}

/// The end of the list.
#[derive(Debug)]
pub struct End;

/// A list of branches.
pub trait Branches {
    /// The values that are left at the end, one inside of the other: `(Some(a), (None, ()))`.
    type Outputs;

    const COUNT: usize;

    /// Calls `visit` with each branch and its number, beginning at `first`.
    fn visit(
        self: Pin<&mut Self>,
        first: usize,
        visit: &mut dyn FnMut(usize, Pin<&mut (dyn AnyBranch + '_)>),
    );

    fn take(self: Pin<&mut Self>) -> Self::Outputs;
}

impl Branches for End {
    type Outputs = ();

    const COUNT: usize = 0;

    fn visit(self: Pin<&mut Self>, _: usize, _: &mut dyn FnMut(usize, Pin<&mut (dyn AnyBranch + '_)>)) {}

    fn take(self: Pin<&mut Self>) {}
}

impl<F, T, J, R: Branches> Branches for Chain<Branch<F, T, J>, R> {
    type Outputs = (Option<T>, R::Outputs);

    const COUNT: usize = 1 + R::COUNT;

    fn visit(
        self: Pin<&mut Self>,
        first: usize,
        visit: &mut dyn FnMut(usize, Pin<&mut (dyn AnyBranch + '_)>),
    ) {
        let this = self.project();
        visit(first, this.branch);
        this.rest.visit(first + 1, visit);
    }

    fn take(self: Pin<&mut Self>) -> Self::Outputs {
        let this = self.project();
        (this.branch.take(), this.rest.take())
    }
}
