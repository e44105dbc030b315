//! Every task: where it was started, where it waits, for how long, and why it is about to end.
//!
//! [`dump`] makes a [`Tree`] of everything that lives below the roots of the process;
//! [`Scope::dump`](crate::Scope::dump) of what lives below one scope. A tree prints as text for a terminal, equal
//! tasks together:
//!
//! ```text
//! 1 root, 13 tasks: 12 waiting, 1 running
//!
//! root at src/main.rs:14:1 · waiting 2.1 s at `listener.accept()` in `serve` (src/server.rs:31:33)
//!   in `serve` (src/server.rs:25:10)
//!     group in `serve` (src/server.rs:27:9)
//!       12 × task at src/server.rs:33:15 · waiting 0.1 s to 4.0 s at `socket.read(&mut buffer)` in `handle` (…)
//!       task at src/server.rs:33:15 · running for 3.2 s, last waited at `queue.recv()` in `handle` (…)
//! ```
//!
//! # What it costs
//!
//! Nobody keeps a list of tasks: the tree is the tree of scopes, which is there anyway. While nobody looks, each
//! poll of a task, or of a scoped function that starts tasks, notes in a few plain stores how often
//! it was polled and at which await it waits now. To look is to read that: no task is woken, none
//! is polled, and the futures they wait for are not touched. So a task that blocks its thread is seen like
//! any other, from any other thread.
//!
//! Nothing asks for the time when a task is started or polled. Times are exact, to a quarter of a second, while a
//! [`Watchdog`] runs; until then they are bounds, see [`Elapsed`].

#![cfg_attr(feature = "metrics", doc = "")]
#![cfg_attr(feature = "metrics", doc = include_str!("observe/metrics.md"))]

mod capture;
pub(crate) mod clock;
mod entry;
mod graph;
pub(crate) mod hooks;
#[cfg(feature = "metrics")]
pub(crate) mod metrics;
pub(crate) mod registry;
#[cfg(feature = "serde")]
mod serialize;
#[cfg(all(unix, feature = "main"))]
pub(crate) mod signal;
#[cfg(feature = "tracing")]
pub(crate) mod spans;
mod text;
mod tree;
mod watchdog;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

pub use clock::Elapsed;
pub use entry::{Await, Entry};
#[cfg(feature = "metrics")]
pub use metrics::publish_metrics;
pub use tree::{EntryKind, State, Tree};
pub use watchdog::{Watchdog, Watching};

use crate::scope::Scope;
use crate::scope::unit::NodeRef;

/// Everything that lives in the process below a root of rejoin.
///
/// See [`observe`](crate::observe) for what the tree tells and what it costs, and [`Tree::now`] for code that
/// cannot await.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn fetch() {
///     std::future::pending::<()>().await
/// }
///
/// #[scoped]
/// async fn look() -> String {
///     let task = spawn!(name = "fetcher", fetch());
///     tokio::task::yield_now().await;
///     let tree = rejoin::dump().await;
///     task.stop().await;
///     tree.to_string()
/// }
///
/// let text = rejoin::block_on(look()).unwrap();
/// assert!(text.contains("task \"fetcher\""), "{text}");
/// assert!(text.contains("at `std::future::pending::<()>().await` in `fetch`"), "{text}");
/// ```
///
/// # Cancel safety
///
/// Safe: it only looks.
pub fn dump() -> Dump {
    Dump { below: None }
}

/// The future of [`dump`] and [`Scope::dump`].
///
/// Ready at once. The task that asks is in the tree, too: as one that is being polled.
///
/// ```
/// use rejoin::observe::{EntryKind, State};
///
/// let tree = rejoin::block_on(rejoin::dump()).unwrap();
/// let asks = &tree.entries()[0];
/// assert_eq!((asks.kind(), asks.state()), (EntryKind::Root, State::Running));
/// ```
#[must_use = "futures do nothing unless polled"]
pub struct Dump {
    below: Option<NodeRef>,
}

impl Scope {
    /// What lives in this scope: its functions, tasks and groups, and those below.
    ///
    /// See [`observe`](crate::observe) for what the tree tells.
    ///
    /// # Cancel safety
    ///
    /// Safe: it only looks.
    ///
    /// ```
    /// use rejoin::prelude::*;
    ///
    /// /// For a handler that says what its own server is doing, and nothing of the rest of the process.
    /// #[scoped(name = "server")]
    /// async fn status() -> String {
    ///     rejoin::current().dump().await.to_string()
    /// }
    /// assert!(rejoin::block_on(status()).unwrap().contains("\"server\""));
    /// ```
    pub fn dump(&self) -> Dump {
        Dump { below: Some(self.node().clone()) }
    }
}

impl Future for Dump {
    type Output = Tree;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Tree> {
        Poll::Ready(match &self.below {
            Some(top) => capture::below([top.clone()]),
            None => Tree::now(),
        })
    }
}

impl Tree {
    /// As [`dump`](crate::dump), for code that cannot await: a signal handler's thread, a panic hook, a plain
    /// function. It does not need a runtime, and does not wait for anything.
    ///
    /// ```
    /// use rejoin::observe::Tree;
    ///
    /// // A panic says what the rest of the program was doing.
    /// std::panic::set_hook(Box::new(|panic| eprintln!("{panic}\n{}", Tree::now())));
    /// # drop(std::panic::take_hook());
    /// # println!("{}", Tree::now());
    /// ```
    #[must_use]
    pub fn now() -> Self {
        capture::below(registry::roots())
    }

    /// The tree below one root.
    pub(crate) fn below(root: &NodeRef) -> Self {
        capture::below([root.clone()])
    }
}

impl fmt::Debug for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dump").finish_non_exhaustive()
    }
}
