//! For tests of code that uses rejoin, beside [`#[rejoin::test]`](macro@crate::test).

pub(crate) mod hook;
pub(crate) mod shuffle;

/// Checks something when the run of this test is over: whatever way it ended, with nothing left that
/// it started.
///
/// For what must hold even though the code under test was cancelled half-way: the books balance, no
/// transaction is open, what was taken out of a pool is back in it. With
/// [`#[rejoin::test(cancel_everywhere)]`](macro@crate::test) the body runs anew for each await, so it makes
/// its state and its checks anew each time, too.
///
/// Several checks run in the order in which they were given. They run on the test's own thread, in its
/// runtime, and fail the test by panicking.
///
/// # Panics
///
/// On any other thread than that of a `#[rejoin::test]`.
///
/// ```
/// # use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
/// # use std::sync::Arc;
/// use rejoin::prelude::*;
///
/// #[derive(Clone, Default)]
/// struct Bank(Arc<[AtomicI64; 2]>);
///
/// #[scoped]
/// async fn transfer(bank: &Bank, amount: i64) {
///     tokio::task::yield_now().await;             // asks somebody whether it is allowed
///     bank.0[0].fetch_sub(amount, Relaxed);
///     bank.0[1].fetch_add(amount, Relaxed);
///     tokio::task::yield_now().await;             // tells somebody that it is done
/// }
///
/// #[rejoin::test(cancel_everywhere)]
/// async fn no_money_is_lost_wherever_a_transfer_is_cancelled() {
///     let bank = Bank::default();
///     let books = bank.clone();
///     rejoin::testing::at_end(move || {
///         assert_eq!(books.0.iter().map(|account| account.load(Relaxed)).sum::<i64>(), 0);
///     });
///     transfer(&bank, 10).await;
/// }
/// ```
#[track_caller]
pub fn at_end(check: impl FnOnce() + 'static) {
    match hook::current() {
        Some(run) => run.add_check(Box::new(check)),
        None => panic!(
            "`rejoin::testing::at_end` belongs into the body of a `#[rejoin::test]`: there is none on this thread"
        ),
    }
}
