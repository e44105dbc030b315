//! Roots that were dropped before they ended: they unwind all the same.
//!
//! # Invariants
//!
//! 1. A root is adopted at most once, by the runtime it was last polled in. If that runtime does
//!    not take it, or goes away, it is destroyed on the spot (S12).
//! 2. Every adopted root is in the process-wide count from its adoption to its end. The scope it
//!    was made in, or the nearest around it that has not ended, holds it meanwhile.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::driver::Driver;
use crate::report;
use crate::scope::unit::NodeRef;
use crate::site::{Origin, Site};

struct Adopted<F: Future> {
    body: Option<Pin<Box<Driver<F>>>>,
    // After the body: the scope must not end before it is gone.
    place: Place,
}

/// An adopted root's place in its scope and in the process.
struct Place {
    host: Option<NodeRef>,
    number: u64,
    origin: Origin,
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
    fn take(home: Option<&NodeRef>, origin: Origin) -> Self {
        let mut next = home;
        while let Some(node) = next {
            if node.node.hold() {
                break;
            }
            next = node.node.parent();
        }
        let mut orphans = orphans();
        let number = orphans.next;
        orphans.next += 1;
        orphans.sites.push((number, origin.site()));
        Self { host: next.cloned(), number, origin }
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
    let place = Place::take(home, origin);
    drop(runtime.spawn(Adopted { body: Some(body), place }));
}

impl<F: Future> Future for Adopted<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let origin = self.place.origin;
        let Some(body) = &mut self.body else { return Poll::Ready(()) };
        match catch_unwind(AssertUnwindSafe(|| body.as_mut().poll_root(cx).map(drop))) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(())) => {}
            Err(payload) => report::lost_panic(origin, payload),
        }
        if let Some(body) = self.body.take() {
            report::drop_quietly(origin, body);
        }
        Poll::Ready(())
    }
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillUnwinding {
    sites: Vec<Site>,
}

impl StillUnwinding {
    /// Where they were made.
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
