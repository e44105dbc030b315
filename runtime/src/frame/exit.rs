//! How control leaves a region of a scoped body.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::task::Poll;

/// What the body of a function with open tasks returns, so that a `return` or `?` hidden in a
/// macro does not pass for one the attribute has seen. The name is what the user reads.
#[derive(Debug)]
pub struct TasksAreOpenMoveThisOutOfTheMacro<R>(R);

impl<R> TasksAreOpenMoveThisOutOfTheMacro<R> {
    /// The one way to make one.
    #[must_use]
    pub const fn of(value: R) -> Self {
        Self(value)
    }
}

/// The body may contain hidden exits.
#[derive(Debug)]
pub struct Loose;

/// The body must not contain hidden exits.
#[derive(Debug)]
pub struct Strict;

/// What a body of a function returning `R` may return.
pub trait Leaves<R, M> {
    /// The function's result.
    fn leave(self) -> R;
}

impl<R> Leaves<R, Loose> for R {
    fn leave(self) -> R {
        self
    }
}

impl<R> Leaves<R, Strict> for TasksAreOpenMoveThisOutOfTheMacro<R> {
    fn leave(self) -> R {
        self.0
    }
}

/// A value of any type, in code that is never reached: gives a body its expected type.
///
/// # Panics
///
/// Always.
#[cold]
pub fn never<T>() -> T {
    unreachable!("stands in code that is never run")
}

/// What `?` takes apart. As the standard library's unstable `Try`, for its types.
#[diagnostic::on_unimplemented(
    message = "the `?` operator cannot be applied to `{Self}`",
    label = "not a `Result`, an `Option` or another type `?` knows"
)]
pub trait Branch {
    /// The value `?` yields.
    type Output;
    /// What `?` returns early with, itself a type `?` can be applied to.
    type Residual;
    /// Takes the value apart.
    fn branch(self) -> ControlFlow<Self::Residual, Self::Output>;
}

/// `Branch::branch`, as a function.
pub fn branch<T: Branch>(value: T) -> ControlFlow<T::Residual, T::Output> {
    value.branch()
}

impl<T, E> Branch for Result<T, E> {
    type Output = T;
    type Residual = Result<Infallible, E>;
    fn branch(self) -> ControlFlow<Self::Residual, T> {
        match self {
            Ok(value) => ControlFlow::Continue(value),
            Err(error) => ControlFlow::Break(Err(error)),
        }
    }
}

impl<T> Branch for Option<T> {
    type Output = T;
    type Residual = Option<Infallible>;
    fn branch(self) -> ControlFlow<Self::Residual, T> {
        match self {
            Some(value) => ControlFlow::Continue(value),
            None => ControlFlow::Break(None),
        }
    }
}

impl<B, C> Branch for ControlFlow<B, C> {
    type Output = C;
    type Residual = ControlFlow<B, Infallible>;
    fn branch(self) -> ControlFlow<Self::Residual, C> {
        match self {
            ControlFlow::Continue(value) => ControlFlow::Continue(value),
            ControlFlow::Break(value) => ControlFlow::Break(ControlFlow::Break(value)),
        }
    }
}

impl<T, E> Branch for Poll<Result<T, E>> {
    type Output = Poll<T>;
    type Residual = Result<Infallible, E>;
    fn branch(self) -> ControlFlow<Self::Residual, Poll<T>> {
        match self {
            Self::Ready(Ok(value)) => ControlFlow::Continue(Poll::Ready(value)),
            Self::Ready(Err(error)) => ControlFlow::Break(Err(error)),
            Self::Pending => ControlFlow::Continue(Poll::Pending),
        }
    }
}

impl<T, E> Branch for Poll<Option<Result<T, E>>> {
    type Output = Poll<Option<T>>;
    type Residual = Result<Infallible, E>;
    fn branch(self) -> ControlFlow<Self::Residual, Poll<Option<T>>> {
        match self {
            Self::Ready(Some(Ok(value))) => ControlFlow::Continue(Poll::Ready(Some(value))),
            Self::Ready(Some(Err(error))) => ControlFlow::Break(Err(error)),
            Self::Ready(None) => ControlFlow::Continue(Poll::Ready(None)),
            Self::Pending => ControlFlow::Continue(Poll::Pending),
        }
    }
}

/// A function's result type that has an error: the type a linked task's error becomes.
#[diagnostic::on_unimplemented(
    message = "`?` on a task needs a function that returns a `Result`",
    label = "this function returns `{Self}`"
)]
pub trait ResultOf {
    /// The error.
    type Error;
}

impl<T, E> ResultOf for Result<T, E> {
    type Error = E;
}

/// What a daemon may yield.
#[diagnostic::on_unimplemented(
    message = "a daemon has nobody to give its output to",
    label = "this one yields `{Self}`",
    note = "for a `Result<(), E>` whose error is to end the function, write `daemon!(call?)`; any other value, \
            drop in the daemon itself"
)]
pub trait Nothing {}

impl Nothing for () {}

// A loop without end.
impl Nothing for <fn() -> ! as ReturnOf>::Output {}

/// The return type of a function pointer: a way to write the type `!`.
pub trait ReturnOf {
    /// What it returns.
    type Output;
}

impl<R> ReturnOf for fn() -> R {
    type Output = R;
}
