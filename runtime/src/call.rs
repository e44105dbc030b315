use std::fmt;

use crate::await_point::At;
use crate::scoped::Scoped;
use crate::site::Site;

/// What can be awaited in a scoped body or started as a task: a scoped call, or an ordinary future.
///
/// Helper code that takes "anything startable" asks for it:
///
/// ```
/// use rejoin::{Call, TaskGroup, prelude::*};
///
/// fn start_twice<'g, C>(group: TaskGroup<'g, u32>, make: impl Fn() -> C)
/// where
///     C: Call<Output = u32> + 'g,
///     C::Started: Send + 'g,
/// {
///     group.spawn(make());
///     group.spawn(make());
/// }
///
/// #[scoped]
/// async fn three() -> u32 { 3 }
///
/// #[scoped]
/// async fn sum() -> u32 {
///     let group = task_group!();
///     start_twice(group, three);
///     group.join_all().await.into_iter().sum()
/// }
/// assert_eq!(rejoin::block_on(sum()).unwrap(), 6);
/// ```
///
/// The trait is sealed; it is implemented for [`Scoped`] and for everything that implements
/// [`IntoFuture`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a scoped call nor a future",
    label = "cannot be awaited or started",
    note = "what is awaited in a scoped body, or handed to `spawn!` and its like, is the call of a \
            `#[scoped]` function, a future, or an `async` block"
)]
pub trait Call: sealed::Sealed {
    /// What it produces.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// fn described<C: rejoin::Call<Output = u32>>(call: C) -> Scoped<impl Future<Output = String>> {
    ///     scope!(call).map(|id| format!("patient {id}"))
    /// }
    /// assert_eq!(rejoin::block_on(described(async { 7 })).unwrap(), "patient 7");
    /// ```
    type Output;

    /// The started form; nobody outside of this crate ever holds one.
    #[doc(hidden)]
    type Started: Future<Output = Self::Output>;

    /// Whether it can have clean-up that is awaited; otherwise dropping it is all there is to do.
    #[doc(hidden)]
    const UNWINDS: bool;

    #[doc(hidden)]
    fn start(self, site: &'static Site, key: Key) -> Self::Started;
}

/// Nobody outside of this crate can make one, so nobody else can start a call.
#[doc(hidden)]
pub struct Key(pub(crate) ());

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl<F: Future> Call for Scoped<F> {
    type Output = F::Output;
    type Started = F;
    const UNWINDS: bool = true;

    #[inline]
    fn start(self, _: &'static Site, _: Key) -> F {
        self.into_body()
    }
}

impl<I: IntoFuture> Call for I {
    type Output = I::Output;
    type Started = At<I::IntoFuture>;
    const UNWINDS: bool = false;

    #[inline]
    fn start(self, site: &'static Site, _: Key) -> At<I::IntoFuture> {
        At::new(self.into_future(), site)
    }
}

mod sealed {
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is neither a scoped call nor a future",
        label = "cannot be awaited or started"
    )]
    pub trait Sealed {}
    impl<F: Future> Sealed for super::Scoped<F> {}
    impl<I: IntoFuture> Sealed for I {}
}
