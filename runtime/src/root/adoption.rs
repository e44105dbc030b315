//! Roots that were dropped before they ended: they unwind all the same.
//!
//! # Invariants
//!
//! 1. A root is adopted at most once, by the runtime it was last polled in. If that runtime does
//!    not take it, or goes away, it is destroyed on the spot (S12).
//! 2. Every adopted root is in the process-wide count from its adoption to its end. The scope it
//!    was made in, or the nearest around it that has not ended, holds it meanwhile.
//! 3. Destroying a root may drop another, which its runtime refuses as well, and so on. Below
//!    [`NESTED`] of them the next waits until the one that dropped it is gone, so that a chain of
//!    100,000 roots does not become 100,000 nested destructors.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::driver::Driver;
use crate::context;
use crate::report;
use crate::scope::node::Node;
use crate::scope::unit::NodeRef;
use crate::site::{Origin, Site};

struct Adopted<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    origin: Origin,
    root: Option<Adoptee<F>>,
}

struct Adoptee<F: Future> {
    body: Pin<Box<Driver<F>>>,
    // After the body: the scope must not end before it is gone.
    _place: Place,
}

/// An adopted root's place in its scope and in the process.
pub(crate) struct Place {
    host: Option<NodeRef>,
    number: u64,
}

struct Orphans {
    next: u64,
    sites: Vec<(u64, Site)>,
}

static ORPHANS: Mutex<Orphans> = Mutex::new(Orphans { next: 0, sites: Vec::new() });
static CHANGED: Notify = Notify::const_new();

fn orphans() -> std::sync::MutexGuard<'static, Orphans> {
    ORPHANS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Place {
    /// A place in the process alone: [`drain`] waits for it.
    pub(crate) fn in_the_process(origin: Origin) -> Self {
        Self::take(None, origin)
    }

    fn take(home: Option<&NodeRef>, origin: Origin) -> Self {
        let host = Node::hold_nearest(home).cloned();
        let mut orphans = orphans();
        let number = orphans.next;
        orphans.next += 1;
        orphans.sites.push((number, origin.site()));
        Self { host, number }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        orphans().sites.retain(|(number, _)| *number != self.number);
        CHANGED.notify_waiters();
        if let Some(host) = &self.host {
            host.node.release();
        }
    }
}

/// Lets a cancelled root unwind on `runtime`; `home` is the scope it was made in.
pub(super) fn adopt<F>(body: Pin<Box<Driver<F>>>, home: Option<&NodeRef>, origin: Origin, runtime: &Handle)
where
    F: Future<Output: Send> + Send + 'static,
{
    let root = Some(Adoptee { body, _place: Place::take(home, origin) });
    drop(runtime.spawn(Adopted { origin, root }));
}

impl<F> Future for Adopted<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let origin = self.origin;
        let Some(root) = &mut self.root else { return Poll::Ready(()) };
        match catch_unwind(AssertUnwindSafe(|| root.body.as_mut().poll_root(cx).map(drop))) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(())) => {}
            Err(payload) => report::lost_panic(origin, payload),
        }
        if let Some(root) = self.root.take() {
            report::drop_quietly(origin, root);
        }
        Poll::Ready(())
    }
}

impl<F> Drop for Adopted<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    fn drop(&mut self) {
        if let Some(root) = self.root.take() {
            destroy(self.origin, root);
        }
    }
}

/// How many destructions of roots may be in progress on a thread, each in the middle of another.
const NESTED: usize = 16;

thread_local! {
    // Without a destructor (S4).
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// A root that waits to be destroyed, and the number of the thread that is to do it.
struct Refused {
    thread: u32,
    origin: Origin,
    root: Box<dyn Send>,
}

static REFUSED: Mutex<Vec<Refused>> = Mutex::new(Vec::new());

fn refused() -> std::sync::MutexGuard<'static, Vec<Refused>> {
    REFUSED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next_of(thread: u32) -> Option<Refused> {
    let mut waiting = refused();
    let next = waiting.iter().rposition(|refused| refused.thread == thread)?;
    Some(waiting.swap_remove(next))
}

/// Destroys a root where no runtime takes it; deep inside of another one's destruction, when that
/// is over.
fn destroy<F>(origin: Origin, root: Adoptee<F>)
where
    F: Future<Output: Send> + Send + 'static,
{
    let (depth, thread) = (DEPTH.get(), context::thread_number());
    if depth == NESTED {
        refused().push(Refused { thread, origin, root: Box::new(root) });
        return;
    }
    DEPTH.set(depth + 1);
    report::drop_quietly(origin, root);
    let deepest = depth + 1 == NESTED;
    while let Some(next) = deepest.then(|| next_of(thread)).flatten() {
        report::drop_quietly(next.origin, next.root);
    }
    DEPTH.set(depth);
}

/// Waits until every root that was dropped before it had ended has unwound, everywhere in the
/// process.
///
/// To be called at the end of a program that makes its own runtime; `#[rejoin::main]` does it.
/// After `within` it gives up and says who is left.
///
/// # Errors
///
/// [`StillUnwinding`], with the places where the roots that are left were made.
///
/// # Panics
///
/// When it is polled outside of a tokio runtime, or in one without a time driver.
///
/// # Cancel safety
///
/// Safe: it only looks.
///
/// ```
/// # use std::time::Duration;
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// rejoin::drain(Duration::from_secs(5)).await.expect("all clean-up is done");
/// # });
/// ```
pub async fn drain(within: Duration) -> Result<(), StillUnwinding> {
    let empty = async {
        loop {
            let changed = CHANGED.notified();
            let mut changed = std::pin::pin!(changed);
            // Registered before looking, so that a change in between is seen.
            changed.as_mut().enable();
            if orphans().sites.is_empty() {
                return;
            }
            changed.await;
        }
    };
    match tokio::time::timeout(within, empty).await {
        Ok(()) => Ok(()),
        Err(_) => Err(StillUnwinding { sites: sites() }),
    }
}

/// Where the roots that are unwinding without a holder were made.
pub(crate) fn sites() -> Vec<Site> {
    orphans().sites.iter().map(|(_, site)| *site).collect()
}

/// The error of [`drain`]: some dropped roots have not unwound in time.
///
/// ```
/// # use std::time::Duration;
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// if let Err(left) = rejoin::drain(Duration::from_secs(5)).await {
///     eprintln!("the program ends in the middle of clean-up: {left}");
/// }
/// # });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillUnwinding {
    sites: Vec<Site>,
}

impl StillUnwinding {
    /// Where they were made.
    ///
    /// ```
    /// use rejoin::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[scoped]
    /// async fn upload() {
    ///     defer!({ tokio::time::sleep(Duration::from_secs(5)).await });
    ///     std::future::pending::<()>().await
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// // A client that goes away.
    /// let _ = tokio::time::timeout(Duration::from_millis(1), rejoin::run(upload())).await;
    /// let left = rejoin::drain(Duration::from_millis(1)).await.unwrap_err();
    /// assert_eq!(left.sites().len(), 1);
    /// # });
    /// ```
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }
}

impl std::fmt::Display for StillUnwinding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} dropped roots are still unwinding, made at", self.sites.len())?;
        for (index, site) in self.sites.iter().enumerate() {
            write!(f, "{} {site}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl std::error::Error for StillUnwinding {}
