//! Structured concurrency for tokio as a small language inside Rust.
//!
//! A task that outlives its request, a `cancel` nobody heard, a pool that never closed, a shutdown
//! that lost data: with rejoin the compiler and the runtime see to it that none of them happens.
//!
//! ```
//! use rejoin::prelude::*;
//! use std::time::Duration;
//! # struct Db; #[derive(Debug)] struct Report(u32, u32, u32);
//! # #[derive(Debug)] struct CheckError;
//! # impl From<Cancelled> for CheckError { fn from(_: Cancelled) -> Self { CheckError } }
//! # #[scoped] async fn fetch_info(_: &Db, id: u32) -> Result<u32, CheckError> { Ok(id) }
//! # #[scoped] async fn fetch_drugs(_: &Db, id: u32) -> Result<u32, CheckError> { Ok(id) }
//! # #[scoped] async fn fetch_events(_: &Db, id: u32) -> Result<u32, CheckError> { Ok(id) }
//!
//! #[scoped(timeout = Duration::from_secs(3))]
//! async fn check(db: &Db, id: u32) -> Result<Report, CheckError> {
//!     let info = spawn!(fetch_info(db, id)?);
//!     let drugs = spawn!(fetch_drugs(db, id)?);
//!     let events = fetch_events(db, id).await?;
//!     Ok(Report(info.await, drugs.await, events))
//! }
//! # let report = rejoin::block_on(check(&Db, 7)).unwrap().unwrap();
//! # assert_eq!((report.0, report.1, report.2), (7, 7, 7));
//! ```
//!
//! All three are asked at once. The tasks borrow `db`. The first error, the time limit, or a caller
//! that went away stops the others; `check` returns only when they have ended.
//!
//! # The rules in ten sentences
//!
//! 1. A scoped function returns only when everything it started has ended.
//! 2. Calling it gives an inert [`Scoped`]; a scoped body, a word of the language, a combinator or a
//!    root starts it.
//! 3. Every `.await` in a scoped body is a cancellation point, and a cancelled body never goes past it.
//! 4. A block is undone in reverse order of declaration, and awaited while it is: what stands below
//!    a [`defer!`] has ended when it runs.
//! 5. [`spawn!`] runs in parallel, may borrow what was declared before it, and must be awaited or
//!    cancelled on every normal path.
//! 6. `spawn!(call?)`: the child's error is this function's error, at once.
//! 7. A panic travels like that too; [`.catch_panic()`](Scoped::catch_panic) stops it.
//! 8. Cancellation becomes a value only where the type says [`Cancelled`].
//! 9. Deadlines nest by minimum; a [shield](Scoped::shield) cuts the chain.
//! 10. What must outlive a function goes into a [group](TaskGroup), a [scope](Scope::spawn) or a
//!     [stream](fn@stream) that was handed to it.
//!
//! # Cancellation
//!
//! When a scope is cancelled, all work in it is told at once. Then, in each task, innermost
//! function first: the body never goes past its current await; each block is undone in reverse
//! order of declaration (tasks are joined as they unwind in the same way, clean-up runs, daemons
//! stop when their turn comes); its locals drop; then the caller does the same, up to the boundary
//! that was cancelled. Nothing in between can catch, swallow or retry it. It is what dropping a
//! future means to Rust people already, plus clean-up that is awaited.
//!
//! The boundary has a [`Cancelled`] in its type: [`.timeout(d)`](Scoped::timeout),
//! [`.deadline(at)`](Scoped::deadline), [`.cancel_on(&source)`](Scoped::cancel_on), a function's `timeout`
//! option, a root.
//!
//! ```
//! use rejoin::prelude::*;
//! use std::time::Duration;
//!
//! #[scoped]
//! async fn transfer(log: &mut Vec<&'static str>) {
//!     log.push("begin");
//!     defer!({ log.push("roll back") });
//!     tokio::time::sleep(Duration::from_secs(60)).await;
//!     log.push("never");
//! }
//!
//! let mut log = Vec::new();
//! let outcome = rejoin::block_on(transfer(&mut log).timeout(Duration::from_millis(1))).unwrap();
//! assert_eq!(outcome.unwrap_err().reason(), &rejoin::Reason::Deadline);
//! assert_eq!(log, ["begin", "roll back"]);
//! ```
//!
//! # Tasks
//!
//! | | |
//! |---|---|
//! | `let t = spawn!(call);` | in parallel; it may borrow what stands above, mutably too, until it is awaited |
//! | `t.await` | its value; a panic of it resumes here |
//! | `spawn!(call?)` | its error ends this function at once; `t.await` is the value |
//! | `t.cancel()`, `t.stop().await`, `t.timeout(d).await`, `t.shutdown(grace).await` | the other ways to end it |
//! | [`daemon!(call);`](daemon!) | serves the statements below it, and is stopped when they have ended |
//! | [`spawn_blocking!(\|cancel\| …)`](spawn_blocking!) | a closure on a thread of its own |
//!
//! Many of a kind go into a [group](TaskGroup): `let g = task_group!();`, `g.spawn(call)`, `g.next().await`,
//! `g.join_all().await`. It may be limited (`limit = n`), `ordered`, `fail_fast` or `supervised`, and its handle may
//! be handed to callees and children. For a collection of calls there is [`join_all!`], [`try_join_all!`] and
//! [`race_ok!`].
//!
//! ```
//! use rejoin::prelude::*;
//! # #[scoped] async fn fetch(id: u32) -> Result<String, std::io::Error> { Ok(format!("patient {id}")) }
//!
//! #[scoped]
//! async fn names(ids: &[u32]) -> Result<Vec<String>, std::io::Error> {
//!     try_join_all!(ids.iter().map(|id| fetch(*id)), limit = 8)
//! }
//! # assert_eq!(rejoin::block_on(names(&[1, 2])).unwrap().unwrap(), ["patient 1", "patient 2"]);
//! ```
//!
//! Several things in *one* task: [`join!`], [`try_join!`], and [`race!`], which is `select!` whose losers have
//! unwound before the handler runs.
//!
//! ```
//! use rejoin::prelude::*;
//! # use std::time::Duration;
//! # #[scoped] async fn primary() -> u32 { std::future::pending().await }
//! # #[scoped] async fn replica() -> u32 { 7 }
//!
//! #[scoped]
//! async fn either() -> Option<u32> {
//!     race! {
//!         n = primary() => Some(n),
//!         n = replica() => Some(n),
//!         _ = tokio::time::sleep(Duration::from_secs(1)) => None,
//!     }
//! }
//! # assert_eq!(rejoin::block_on(either()).unwrap(), Some(7));
//! ```
//!
//! # Clean-up
//!
//! [`defer!({ … })`](defer!) runs after the statements below it, however they were left, and may await. It runs in a
//! shield, for ten seconds at the most. A daemon that stands above it is still alive when it runs.
//!
//! # Shutdown
//!
//! [`scope.shutdown(grace)`](Scope::shutdown) tells everything below that it is time to end: waits that are idle,
//! marked by [`.until_shutdown()`](ShutdownExt::until_shutdown), yield `None`; work in hand goes on. After the grace
//! comes the cancellation, and who is still alive is named, with the place it was started at and the await it is
//! in. [`#[rejoin::main(grace = …)]`](macro@main) does that at SIGINT and SIGTERM.
//!
//! ```no_run
//! use rejoin::prelude::*;
//! use std::{io, time::Duration};
//! use tokio::net::{TcpListener, TcpStream};
//!
//! #[scoped]
//! async fn serve(mut connection: TcpStream) -> io::Result<()> {
//!     let (mut from, mut to) = connection.split();
//!     tokio::io::copy(&mut from, &mut to).await?;
//!     Ok(())
//! }
//!
//! #[rejoin::main(grace = Duration::from_secs(5))]
//! async fn main() -> io::Result<()> {
//!     let listener = TcpListener::bind("127.0.0.1:7000").await?;
//!     let connections = task_group!(supervised);
//!     while let Some(accepted) = listener.accept().until_shutdown().await {
//!         connections.spawn(serve(accepted?.0));
//!     }
//!     connections.join_all().await;
//!     Ok(())
//! }
//! ```
//!
//! # Tests, and a look at what runs
//!
//! [`#[rejoin::test]`](macro@test) fails when something is left; with `cancel_everywhere` it runs once for each await,
//! cancelled exactly there; with `shuffle = n` in `n` orders. [`rejoin::dump()`](dump) tells of every task where it was
//! started and what it waits for; [`observe`] has more.
//!
//! # What the compiler checks
//!
//! A task that some path leaves without awaiting or cancelling it does not compile, and neither does a
//! group that is not drained, a `tokio::spawn` nobody waits for, a call that blocks the thread, a lock
//! held across an await, a loop that nothing can stop. Each [rule](rules) has a page with what to write instead.
//!
//! ```text
//! error: task `drugs` is neither awaited nor cancelled when this `return` is taken [unresolved_task]
//!        help: await it (`drugs.await`), or stop it (`drugs.cancel()`), before leaving
//! ```
//!
//! # Where to start
//!
//! | you have | write |
//! |---|---|
//! | a program | [`#[rejoin::main]`](macro@main) |
//! | a handler that a framework calls | [`#[rejoin::root]`](macro@root) |
//! | a test | [`#[rejoin::test]`](macro@test) |
//! | any tokio context | [`rejoin::run(call)`](run), a future |
//! | a plain thread | [`rejoin::block_on(call)`](block_on) |
//! | a place where a future may borrow, or is not `Send` | [`rejoin::inline(call)`](inline) |
//! | the body of a response | [`rejoin::try_stream(capacity, …)`](fn@try_stream) |
//! | a server that spawns by itself | [`future.in_scope(&scope)`](InScope::in_scope) |
//!
//! From `tokio::spawn`, `JoinSet`, tokens and `select!` to what to write instead: [`migration`]. Patterns of services,
//! ready to be copied, are in [`recipes`].
//!
//! # Two traps
//!
//! *Give senders away.* A task that borrows `&tx` keeps the channel open while its owner waits for the
//! receiver's end. Move the sender into the task.
//!
//! *A task that blocks its thread cannot be stopped by anyone.* Neither can a loop that never awaits. What
//! has to block goes into a [`spawn_blocking!`].
//!
//! # Features
//!
//! | feature | what it adds | default |
//! |---|---|---|
//! | `main` | [`#[rejoin::main]`](macro@main), threads in tests | yes |
//! | `hyper` | a [`Scope`] is an executor of hyper 1 | no |
//! | `inspect` | a page with every task, and the same as text, JSON and for Prometheus: `rejoin::inspect` | no |
//! | `tower` | `ScopeLayer`: each request in a scope | no |
//! | `serde` | the tree of [`dump`] can be serialised | no |
//! | `metrics` | counters and gauges of tasks, by the `metrics` crate, see [`observe`] | no |
//! | `test-util` | a paused clock, every await cancelled, every order tried in [`#[rejoin::test]`](macro@test) | no |
//! | `tracing` | `#[instrument]` on scoped functions, and `.instrument(span)` on scoped calls; a span for each task, events, see [`observe`] | no |
//!
//! Why all this is sound although tasks borrow is written down in `SOUNDNESS.md` beside the sources.
#![cfg_attr(docsrs, feature(doc_cfg))]

// The server of `inspect` is written in the language itself.
#[cfg(feature = "inspect")]
extern crate self as rejoin;

mod await_point;
mod blocking;
mod boundary;
mod call;
mod cancelled;
mod canceller;
mod combine;
mod context;
mod defer;
mod frame;
mod group;
#[cfg(all(test, loom))]
mod loom;
mod point;
mod readiness;
mod reason;
mod report;
mod restart;
mod root;
mod scope;
mod scoped;
#[cfg(any(feature = "hyper", feature = "tower"))]
mod serve;
mod shards;
mod shutdown;
mod site;
mod sync;
mod task;
mod words;

pub use blocking::CancelFlag;
pub use boundary::panicked::Panicked;
pub use call::Call;
pub use cancelled::Cancelled;
pub use canceller::{CancelSource, Canceller};
pub use group::TaskGroup;
pub use group::mode::{FailFast, Plain, Supervised};
pub use group::supervise::SupervisedOutput;
pub use observe::dump;
pub use readiness::{NotReady, Ready, WhenReady, readiness};
pub use reason::Reason;
pub use report::{Event, EventHook, EventKind, set_event_hook};
pub use restart::Restart;
pub use root::{
    Inline, Run, ScopedStream, StillUnwinding, StreamSender, TryRun, block_on, drain, inline, run, stream,
    try_run, try_stream,
};
pub use scope::{InScope, InScopeFuture, Scope, SpawnResult, current, try_current};
pub use scoped::{BoxScoped, Scoped};
#[cfg(feature = "tower")]
pub use serve::tower::{ScopeLayer, ScopeService};
pub use shutdown::{
    GraceExceeded, Shutdown, ShutdownExt, ShuttingDown, Straggler, UntilShutdown, shutting_down,
};
pub use site::Site;
pub use task::Task;
#[cfg(feature = "main")]
pub use words::main;
pub use words::{
    daemon, defer, join, join_all, race, race_ok, root, scope, scoped, spawn, spawn_blocking, task_group,
    test, try_join, try_join_all,
};

#[doc(hidden)]
pub mod __private;
#[cfg(feature = "inspect")]
#[cfg_attr(docsrs, doc(cfg(feature = "inspect")))]
pub mod inspect;
pub mod migration;
pub mod observe;
pub mod prelude;
pub mod recipes;
pub mod rules;
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub mod testing;
