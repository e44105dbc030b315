/// Runs a closure on a thread of its own, as a task: `let task = spawn_blocking!(|cancel| …);`
///
/// For work that blocks its thread or computes for long: files, compression, hashes, drivers without
/// an async form. The closure runs on tokio's pool of blocking threads, so it holds up nobody. It must
/// be `Send` and `'static`: what it needs is moved in (`move |cancel| …`), or shared by an `Arc`, and what
/// it made comes back as its value.
///
/// The task is one like any other: `task.await`, `task.stop().await`, `task.cancel()`,
/// `task.timeout(limit).await`, and it must be ended on every path. `spawn_blocking!(…).await` may stand
/// anywhere. A panic of the closure travels like that of a task.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn checksum(bytes: Vec<u8>) -> u32 {
///     let hashing = spawn_blocking!(move || bytes.iter().map(|&byte| u32::from(byte)).sum::<u32>());
///     tokio::task::yield_now().await;     // something else, meanwhile
///     hashing.await
/// }
/// assert_eq!(rejoin::block_on(checksum(vec![1, 2, 3])).unwrap(), 6);
/// ```
///
/// # Cancellation
///
/// A thread cannot be cut. The closure may take a [`CancelFlag`](crate::CancelFlag), ask
/// `cancel.is_requested()` now and then, and return early. The scope waits for it in any case, so one that
/// does not ask holds the scope up until it is done. What it returns after it was cancelled is
/// delivered to who takes it (`task.stop().await`), and dropped otherwise. A closure that waits for a free
/// thread is dropped at once, without having run.
///
/// `spawn_blocking!(abandon, |cancel| …)` does not wait: a cancelled caller goes on, and the thread is left
/// to itself. Its value is dropped, its panic becomes an [`Event`](crate::Event). For a foreign call that
/// may hang and harms nobody; whatever the closure owns lives on with it.
///
/// Where a task is destroyed on the spot, because its function panicked, nobody can wait: the nearest
/// scope around that still can waits for the thread.
///
/// # Forms
///
/// `spawn_blocking!(closure)`, with `|cancel|` or `||`, with or without `move`; or the name of a function
/// without parameters. `abandon,` and `name = EXPR,` stand in front.
///
/// # Panics
///
/// When the pool cannot start a thread.
#[doc(inline)]
pub use rejoin_macros::spawn_blocking;
