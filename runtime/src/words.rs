//! The macros, documented where users find them.

mod spawn_blocking;

pub use self::spawn_blocking::spawn_blocking;

/// Makes an async function run in a cancellation scope that nobody has to name.
///
/// The function becomes one that returns a [`Scoped`](crate::Scoped) call: inert until it is
/// awaited in another scoped body, started by a word such as [`spawn!`](crate::spawn), or run by a
/// root such as [`run`](crate::run).
///
/// In its body every `.await` is a cancellation point, the words of the language can be used, and
/// the function returns only when everything it started has ended.
///
/// ```
/// use rejoin::prelude::*;
///
/// struct Db;
///
/// #[scoped]
/// async fn fetch(_db: &Db, id: u32) -> Result<u32, std::io::Error> {
///     Ok(id * 10)
/// }
///
/// #[scoped]
/// async fn check(db: &Db, id: u32) -> Result<u32, std::io::Error> {
///     let info = spawn!(fetch(db, id)?);          // in parallel; borrows `db`
///     let drugs = spawn!(fetch(db, id + 1)?);     // its error ends `check` at once
///     let events = fetch(db, id + 2).await?;      // a cancellation point
///     Ok(info.await + drugs.await + events)
/// }
/// assert_eq!(rejoin::block_on(check(&Db, 1)).unwrap().unwrap(), 60);
/// ```
///
/// # Where it stands
///
/// On free functions, methods with any receiver, associated functions, whole `impl` blocks and
/// traits (every async function in them; those of traits promise `Send`). Generics, `impl Trait`,
/// elided lifetimes, patterns in parameters, `unsafe` and attributes of the compiler are all as in
/// an ordinary `async fn`. `#[instrument]` of tracing stands above or below (feature `tracing`);
/// any other attribute stands above.
///
/// A body that names its own function is boxed where it calls itself, and promises `Send`.
///
/// # Options
///
/// | option | meaning |
/// |---|---|
/// | `timeout = EXPR` | as [`.try_timeout(EXPR)`](crate::Scoped::try_timeout) on each call; `EXPR` may name parameters |
/// | `name = EXPR` | as [`.named(EXPR)`](crate::Scoped::named) on each call |
/// | `dyn` | the methods of a trait become object-safe: they return a [`BoxScoped`](crate::BoxScoped) |
/// | `local` | no promise of `Send`, for methods of traits and recursion |
/// | `allow(rule, reason = "…")` | a [rule](crate::rules) is not checked in this function |
/// | `crate = path` | where `rejoin` is found, for macros that re-export it |
///
/// ```
/// # use rejoin::prelude::*;
/// # use std::time::Duration;
/// #[scoped(timeout = Duration::from_millis(limit), name = "lookup")]
/// async fn lookup(limit: u64) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
///     std::future::pending().await
/// }
/// let late = rejoin::block_on(lookup(5)).unwrap().unwrap_err();
/// assert!(Cancelled::find(&*late).is_some());
/// ```
///
/// # Limits of today's compilers
///
/// The statements below a [`defer!`](crate::defer) are an `async` block of their own. So what is
/// declared before it and used by reference below must be `Sync` for the function to be `Send`, and
/// a task declared above it keeps its borrows until its own block ends.
#[doc(inline)]
pub use rejoin_macros::scoped;

/// Makes a scoped call of a block or a future: `scope!(async { … })`, `scope!(async move { … })`,
/// `scope!(future)`.
///
/// A block is a scoped body like that of a [`scoped`](macro@crate::scoped) function; `return` and `?` leave
/// the block. The call has all the methods of [`Scoped`](crate::Scoped), and is inert like any
/// other. It may be made anywhere, also in plain functions and closures.
///
/// ```
/// use rejoin::prelude::*;
/// use std::time::Duration;
///
/// #[scoped]
/// async fn patient() -> Option<u32> {
///     let slow = scope!(async {
///         tokio::time::sleep(Duration::from_secs(60)).await;
///         7
///     });
///     slow.timeout(Duration::from_millis(1)).await.ok()
/// }
/// assert_eq!(rejoin::block_on(patient()).unwrap(), None);
/// ```
#[doc(inline)]
pub use rejoin_macros::scope;

/// Starts a task that runs in parallel: `let task = spawn!(call);`
///
/// What is started is a scoped call, a future, or an `async` block. It must be `Send`, but not
/// `'static`: it may borrow arguments and any local declared before it, mutably too. The borrow
/// ends when the task is awaited or stopped.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn fill(numbers: &mut Vec<u32>) {
///     numbers.push(1);
/// }
///
/// #[scoped]
/// async fn work() -> Vec<u32> {
///     let mut numbers = Vec::new();
///     let filling = spawn!(fill(&mut numbers));
///     filling.await;
///     numbers.push(2);
///     numbers
/// }
/// assert_eq!(rejoin::block_on(work()).unwrap(), [1, 2]);
/// ```
///
/// # Errors of the task
///
/// With a `?`, `spawn!(call?)`, the task's error is the function's: when it fails, its siblings are
/// cancelled, the body's current await unwinds, everything is joined, clean-up runs, and the
/// function returns the error. `task.await` is then the value. Without the `?` the result is
/// the reader's: `task.await` gives it.
///
/// # Panics of the task
///
/// Travel to this function at once, like an error. [`.catch_panic()`](crate::Scoped::catch_panic) on
/// the call makes a value of them.
///
/// # Forms
///
/// `spawn!(call)`, `spawn!(call?)`, `spawn!(async { … })`, `spawn!(async { … }?)`, each also with
/// `name = EXPR,` in front. The result is bound to a name, with or without `mut` and a type;
/// `spawn!(…).await` may stand anywhere. What the handle can do: [`Task`](crate::Task).
///
/// # Cost
///
/// Two allocations: the task with its output, and tokio's own.
#[doc(inline)]
pub use rejoin_macros::spawn;

/// Starts a task that serves the statements below it: `daemon!(call);`
///
/// A connection driver, a ticker, a heartbeat, a consumer loop. It has no handle. It is cancelled and
/// joined only after everything declared below it has ended, clean-up included, also when the scope
/// is cancelled: a rollback in a [`defer!`](crate::defer) still finds its connection driver alive.
///
/// The output is `()`; with a `?`, `daemon!(call?);`, it is a `Result<(), E>` whose error is the
/// function's.
///
/// ```
/// use rejoin::prelude::*;
/// use std::time::Duration;
/// use tokio::sync::mpsc;
///
/// #[scoped]
/// async fn serve() -> u32 {
///     let (ask, mut asked) = mpsc::channel::<u32>(1);
///     let (answer, mut answers) = mpsc::channel::<u32>(1);
///     daemon!(async {
///         while let Some(n) = asked.recv().await {
///             let _ = answer.send(n + 1).await;
///         }
///     });
///     let _ = ask.send(41).await;
///     answers.recv().await.unwrap_or_default()
/// }
/// assert_eq!(rejoin::block_on(serve()).unwrap(), 42);
/// ```
#[doc(inline)]
pub use rejoin_macros::daemon;

/// Makes a group of tasks: `let group = task_group!();`
///
/// See [`TaskGroup`](crate::TaskGroup) for what it can do, and for the options: `limit = EXPR`, `ordered`,
/// `fail_fast` and `supervised`.
#[doc(inline)]
pub use rejoin_macros::task_group;

/// Clean-up that may await: `defer!({ … });`
///
/// Its block runs after the statements below it, however they were left: at their end, by `?`,
/// `return` or `break`, by a cancellation, by a panic. What was declared below it is gone by then;
/// what was declared above it is its own to use, mutably too.
///
/// ```
/// use rejoin::prelude::*;
///
/// struct Transaction(Vec<&'static str>);
/// impl Transaction {
///     async fn execute(&mut self) -> Result<(), String> { Err("no such table".to_owned()) }
///     async fn rollback(&mut self) { self.0.push("rolled back"); }
/// }
///
/// #[scoped]
/// async fn store(tx: &mut Transaction) -> Result<(), String> {
///     defer!({ tx.rollback().await });
///     tx.execute().await?;
///     Ok(())
/// }
///
/// let mut tx = Transaction(Vec::new());
/// assert!(rejoin::block_on(store(&mut tx)).unwrap().is_err());
/// assert_eq!(tx.0, ["rolled back"]);
/// ```
///
/// The block yields `()` or a `Result<(), E>` whose error can be printed and becomes an
/// [`Event`](crate::Event). `?` leaves the block; `return`, and a `break` out of it, are errors. It may
/// await and start tasks. It runs in a shield, for ten seconds at the most: `defer!(timeout = limit,
/// { … })` or [`Run::cleanup`](crate::Run::cleanup) say otherwise. One that takes longer is dropped
/// and reported. All clean-up runs, even if some of it panics.
///
/// Why it runs can be asked by [`rejoin::current().reason()`](crate::Scope::reason).
#[doc(inline)]
pub use rejoin_macros::defer;

/// Runs an async `main` as a root: makes the runtime, waits for clean-up, turns the result into the
/// exit code.
///
/// ```no_run
/// use rejoin::prelude::*;
///
/// #[rejoin::main]
/// async fn main() -> Result<(), std::io::Error> {
///     defer!({ println!("stopped") });
///     let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
///     loop {
///         let (connection, _) = listener.accept().await?;
///         drop(connection);
///     }
/// }
/// ```
///
/// SIGINT and SIGTERM cancel the program: it unwinds, with all its clean-up, and the exit code is
/// 128 and the number of the signal. A second signal ends the process.
///
/// With `grace = EXPR` the first signal is a notice: [`shutting_down`](crate::shutting_down) resolves,
/// idle waits end ([`until_shutdown`](crate::ShutdownExt::until_shutdown)), work in hand goes on. A program
/// that ends in time has the exit code of its result. When the grace has passed it is cancelled, who was
/// still alive is printed, with the places of spawn and await, and the exit code is 70. A second signal
/// cancels at once, a third ends the process. [`Scope::shutdown`](crate::Scope::shutdown) does the same from
/// inside.
///
/// | option | meaning |
/// |---|---|
/// | `flavor = "current_thread"` | one thread; `"multi_thread"` is the default |
/// | `worker_threads = EXPR` | how many threads |
/// | `grace = EXPR` | how long work in hand may go on after the first signal |
/// | `cleanup = EXPR` | how long each clean-up, and dropped roots at the end, may take; ten seconds |
/// | `allow(rule, reason = "…")` | a [rule](crate::rules) is not checked in this function |
///
/// Needs the feature `main`, which is on by default.
#[cfg(feature = "main")]
#[cfg_attr(docsrs, doc(cfg(feature = "main")))]
#[doc(inline)]
pub use rejoin_macros::main;

/// Runs an async function as a test: with a root of its own, a limit, and a look at what is left.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[rejoin::test]
/// async fn adds() {
///     let task = spawn!(async { 1 + 1 });
///     assert_eq!(task.await, 2);
/// }
/// ```
///
/// The test fails if it exceeds its limit, with the await it waited at; if anything that was started
/// in it is alive at its end; and if it left a task by a way out that the attribute could not see.
///
/// | option | meaning |
/// |---|---|
/// | `paused` | the clock stands still and jumps when nothing can run (feature `test-util`) |
/// | `multi_thread` | two threads (feature `main`) |
/// | `limit = EXPR` | how much real time it may take; 60 seconds |
/// | `cancel_everywhere` | once to its end, then once for each await it passes, cancelled exactly there (feature `test-util`) |
/// | `shuffle = N` | `N` times, each time in another random order (feature `test-util`) |
/// | `allow_foreign` | tasks started around rejoin, by `tokio::spawn` or a library, may be left |
/// | `allow(rule, reason = "…")` | a [rule](crate::rules) is not checked in this function |
///
/// # Cancelled at every await
///
/// With `cancel_everywhere` the body is run to its end first. Then it is run again for each moment at
/// which one of its awaits, in whatever function and task, was about to be polled or began to wait, and
/// the test is cancelled at exactly that moment. Each run must end within the limit and leave nothing
/// alive; what else must hold is said by `rejoin::testing::at_end`. What follows the
/// await in the body does not run, so it asserts nothing then.
///
/// The body makes its state anew each time. A test with `n` awaits runs about `3 * n` times, so a paused
/// clock is wanted wherever the code sleeps: `#[rejoin::test(cancel_everywhere, paused)]`.
///
/// ```
/// # use rejoin::prelude::*;
/// # use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
/// # use std::sync::Arc;
/// #[rejoin::test(cancel_everywhere, paused)]
/// async fn nothing_is_left_open() {
///     let open = Arc::new(AtomicBool::new(false));
///     let left = open.clone();
///     rejoin::testing::at_end(move || assert!(!left.load(Relaxed), "left open"));
///
///     open.store(true, Relaxed);
///     defer!({ open.store(false, Relaxed) });     // without it the test fails, and says at which await
///     tokio::time::sleep(std::time::Duration::from_secs(1)).await;
/// }
/// ```
///
/// A failure names the await, and the number of the run: `REJOIN_RUN=7 cargo test nothing_is_left_open`
/// runs it to its end and then that one alone. An await in a macro that the attribute cannot see into is
/// no moment of its own.
///
/// # In any order
///
/// With one thread, tasks run in the order in which they were woken, and a test sees one order of many.
/// With `shuffle = N` tasks and awaits are put off at random, some tasks far more than others, in `N`
/// runs. So a test on one thread finds what otherwise needs two threads and luck, such as an update that
/// is lost because another task ran between a read and a write.
///
/// ```
/// # use rejoin::prelude::*;
/// # use tokio::sync::Mutex;
/// #[rejoin::test(shuffle = 50)]
/// async fn no_update_is_lost() {
///     let counter = Mutex::new(0);
///     let one = spawn!(async { *counter.lock().await += 1 });
///     let two = spawn!(async { *counter.lock().await += 1 });
///     one.await;
///     two.await;
///     assert_eq!(*counter.lock().await, 2);
/// }
/// ```
///
/// A failure names its seed, and `REJOIN_SEED=… cargo test no_update_is_lost` is that order again, as long
/// as the code itself does the same: with a paused clock where it sleeps, `biased;` in `tokio::select!`,
/// and no task on another thread. Together with `cancel_everywhere`, every await is cut in every order.
#[doc(inline)]
pub use rejoin_macros::test;

/// Makes a root of an async function that frameworks call: handlers, methods of foreign traits.
///
/// The function stays an ordinary `async fn`. Its body is a scoped body, run as by
/// [`run`](crate::run): if the framework drops the call because the client went away, the body unwinds
/// with all its clean-up.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[derive(Debug)]
/// struct AppError;
/// impl From<Cancelled> for AppError {
///     fn from(_: Cancelled) -> Self { AppError }
/// }
///
/// #[rejoin::root]
/// async fn handler(id: u32) -> Result<String, AppError> {
///     let task = spawn!(async { id + 1 });
///     Ok(format!("patient {}", task.await))
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// assert_eq!(handler(6).await.unwrap(), "patient 7");
/// # });
/// ```
///
/// It returns a `Result<_, E>` with `E: From<Cancelled>`, or says what to return when the root itself
/// is cancelled: `#[rejoin::root(cancelled = EXPR)]`, where `EXPR` may be a closure that takes the
/// [`Cancelled`](crate::Cancelled).
///
/// `allow(rule, reason = "…")` is an option here as it is of [`scoped`](macro@crate::scoped).
///
/// What it takes must be owned, because it may outlive its caller. A `&self` method uses a clone of
/// `self`. On an `impl` block it stands above `#[async_trait]` and its like.
#[doc(inline)]
pub use rejoin_macros::root;

mod join;
mod join_all;
mod race;
mod race_ok;
pub use join::{join, try_join};
pub use join_all::{join_all, try_join_all};
pub use race::race;
pub use race_ok::race_ok;
