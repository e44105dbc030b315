//! Groups whose children end alone.

use std::fmt::Display;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::context;
use crate::frame::exit::ReturnOf;
use crate::report::{self, Event, EventKind};

/// What a child of a supervised group yields: `()`, or a `Result` whose error is reported. `U` is what
/// the group keeps.
///
/// Helper code that starts "anything a supervised group takes" asks for it:
///
/// ```
/// use rejoin::{Call, Supervised, SupervisedOutput, TaskGroup, prelude::*};
///
/// fn start_named<'g, C>(group: TaskGroup<'g, (), Supervised>, name: &str, call: C)
/// where
///     C: Call<Output: SupervisedOutput<()>> + 'g,
///     C::Started: Send + 'g,
/// {
///     println!("{name} starts");
///     group.spawn(call);
/// }
///
/// #[scoped]
/// async fn serve() {
///     let group = task_group!(supervised);
///     start_named(group, "ticker", async {});
///     start_named(group, "reader", async { Ok::<(), std::io::Error>(()) });
///     group.join_all().await;
/// }
/// rejoin::block_on(serve()).unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "a child of a supervised group yields `()` or a `Result<{U}, E>` whose error can be printed",
    label = "this one yields `{Self}`"
)]
pub trait SupervisedOutput<U> {
    #[doc(hidden)]
    fn judge(self) -> Result<U, String>;
}

impl SupervisedOutput<()> for () {
    fn judge(self) -> Result<(), String> {
        Ok(())
    }
}

// A loop without end.
impl<U> SupervisedOutput<U> for <fn() -> ! as ReturnOf>::Output {
    fn judge(self) -> Result<U, String> {
        self
    }
}

impl<U, E: Display> SupervisedOutput<U> for Result<U, E> {
    fn judge(self) -> Result<U, String> {
        self.map_err(|error| error.to_string())
    }
}

pin_project! {
    /// Reports a child's error, in the child's own poll: it may borrow, and need not be `Send` (S7).
    pub(super) struct Judged<F, U> {
        #[pin]
        future: F,
        kept: PhantomData<fn() -> U>,
    }
}

impl<F, U> Judged<F, U> {
    pub(super) fn new(future: F) -> Self {
        Self { future, kept: PhantomData }
    }
}

impl<F: Future<Output: SupervisedOutput<U>>, U> Future for Judged<F, U> {
    type Output = Option<U>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<U>> {
        let Poll::Ready(output) = self.project().future.poll(cx) else { return Poll::Pending };
        let error = match output.judge() {
            Ok(value) => return Poll::Ready(Some(value)),
            Err(error) => error,
        };
        context::with(|child| {
            if let Some(child) = child {
                report::emit(&Event::new(EventKind::TaskFailed, child.origin(), error));
            }
        });
        Poll::Ready(None)
    }
}
