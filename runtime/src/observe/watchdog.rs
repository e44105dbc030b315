//! A thread that looks at the tasks from time to time.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Weak};
#[cfg(feature = "metrics")]
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::clock::{self, Elapsed, PERIOD, Readable};
use super::hooks::Tally;
use super::{capture, registry};
use crate::report::{self, Event, EventKind};
use crate::scope::unit::{NodeRef, Payload, Unit};

/// How often all tasks are looked at, at the most.
const ROUND: Duration = Duration::from_secs(1);
/// A round takes this part of the time of one thread, at the most.
const SHARE: u32 = 50;

#[cfg(feature = "metrics")]
static LATEST: Mutex<Watchdog> = Mutex::new(Watchdog::new());

/// Reports tasks that were cancelled and do not end, and tasks that block their thread.
///
/// Each is reported once, as an [`Event`](crate::Event) that says where the task was started and where it is. `#[rejoin::main]`
/// starts one; other programs may. While it runs, the times in a [`Tree`](super::Tree) are exact.
///
/// ```
/// use rejoin::observe::Watchdog;
/// use std::time::Duration;
///
/// let watching = Watchdog::new().blocking_for(Duration::from_millis(250)).start();
/// // …
/// drop(watching);
/// ```
///
/// # Cost
///
/// A thread that wakes up ten times a second, and looks at all tasks once a second: about a millisecond for ten
/// thousand. It never takes more than a fiftieth of one core.
#[derive(Clone, Copy, Debug)]
#[must_use = "a watchdog does nothing until it is started"]
pub struct Watchdog {
    cancelled_for: Duration,
    blocking_for: Duration,
}

impl Default for Watchdog {
    fn default() -> Self {
        Self::new()
    }
}

impl Watchdog {
    /// Reports what has not ended ten seconds after it was cancelled, and polls that take longer than a second.
    ///
    /// ```
    /// let watching = rejoin::observe::Watchdog::new().start();
    /// # drop(watching);
    /// ```
    pub const fn new() -> Self {
        Self { cancelled_for: Duration::from_secs(10), blocking_for: Duration::from_secs(1) }
    }

    /// How long after it was cancelled a task that has not ended is reported:
    /// [`EventKind::Lingering`].
    ///
    /// ```
    /// # use rejoin::observe::Watchdog;
    /// # use std::time::Duration;
    /// // Its clean-up talks to a database, and may.
    /// let watchdog = Watchdog::new().cancelled_for(Duration::from_secs(30));
    /// # drop(watchdog.start());
    /// ```
    pub const fn cancelled_for(mut self, limit: Duration) -> Self {
        self.cancelled_for = limit;
        self
    }

    /// How long one poll of a task may take before it is reported:
    /// [`EventKind::Blocking`].
    ///
    /// ```
    /// # use rejoin::observe::Watchdog;
    /// # use std::time::Duration;
    /// let watchdog = Watchdog::new().blocking_for(Duration::from_millis(250));
    /// # drop(watchdog.start());
    /// ```
    pub const fn blocking_for(mut self, limit: Duration) -> Self {
        self.blocking_for = limit;
        self
    }

    /// Starts it. It looks until what this returns is dropped.
    ///
    /// # Panics
    ///
    /// When the system gives no thread.
    ///
    /// ```
    /// use rejoin::{EventKind, observe::Watchdog};
    /// use std::{sync::mpsc, time::Duration};
    ///
    /// let (tell, told) = mpsc::channel();
    /// rejoin::set_event_hook(Some(Box::new(move |event| tell.send(event.kind()).unwrap_or(()))));
    /// let _watching = Watchdog::new().blocking_for(Duration::from_millis(100)).start();
    ///
    /// // A poll that blocks its thread until somebody complains.
    /// let heard = rejoin::block_on(async { told.recv_timeout(Duration::from_secs(60)) }).unwrap();
    /// assert_eq!(heard, Ok(EventKind::Blocking));
    /// ```
    pub fn start(self) -> Watching {
        #[cfg(feature = "metrics")]
        {
            *LATEST.lock().unwrap_or_else(PoisonError::into_inner) = self;
        }
        let (stop, stopped) = sync_channel::<()>(0);
        clock::steady(true);
        let thread = thread::Builder::new().name("rejoin-watchdog".to_owned()).spawn(move || {
            let mut rounds = Rounds { watchdog: self, reported: HashMap::new() };
            let mut next = Instant::now() + self.round();
            while stopped.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                clock::look();
                let begun = Instant::now();
                if begun >= next {
                    // A reference it holds may be the last to a value of the user's, see `with_value`.
                    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| rounds.look())) {
                        report::discard(payload);
                    }
                    next = Instant::now() + self.round().max(begun.elapsed() * SHARE);
                }
            }
            clock::steady(false);
        });
        match thread {
            Ok(thread) => Watching { _stop: Some(stop), thread: Some(thread) },
            Err(error) => {
                clock::steady(false);
                panic!("a watchdog needs a thread: {error}")
            }
        }
    }

    #[cfg(feature = "metrics")]
    pub(super) fn limits(self) -> (Duration, Duration) {
        (self.cancelled_for, self.blocking_for)
    }

    /// The one that was started last.
    #[cfg(feature = "metrics")]
    pub(super) fn latest() -> Self {
        *LATEST.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn round(self) -> Duration {
        ROUND.min(self.cancelled_for / 2).min(self.blocking_for / 2).max(PERIOD)
    }
}

/// A running [`Watchdog`], which stops when this is dropped.
///
/// The drop waits for a look that is under way. It must not happen in the event hook, which runs in the middle
/// of one.
///
/// ```
/// use rejoin::observe::{Watchdog, Watching};
///
/// // Not `let _ = …`, which would stop it at once.
/// let _watching: Watching = Watchdog::new().start();
/// ```
#[derive(Debug)]
#[must_use = "dropping it stops the watchdog"]
pub struct Watching {
    _stop: Option<SyncSender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self._stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Rounds {
    watchdog: Watchdog,
    /// What has been reported, with the node, so that its address stays its own.
    reported: HashMap<(usize, EventKind), Weak<Unit<dyn Payload>>>,
}

impl Rounds {
    fn look(&mut self) {
        let now = clock::look();
        self.reported.retain(|_, node| node.strong_count() != 0);
        let mut tally = Tally::begin(self.watchdog);
        capture::walk(registry::roots(), |node, _| {
            tally.see(node, now);
            self.look_at(node, now);
        });
        tally.publish();
    }

    fn look_at(&mut self, unit: &NodeRef, now: u32) {
        let node = &unit.node;
        if !node.kind().is_polled_by_itself() || unit.payload.has_ended() {
            return;
        }
        let seen = node.seen.glance();
        if seen.polling {
            let since = Elapsed::between(seen.polled, now).at_least();
            if since >= self.watchdog.blocking_for {
                self.report(unit, EventKind::Blocking, since);
            }
        }
        if node.is_cancelled() {
            let since = capture::cancelled(node, now).at_least();
            if since >= self.watchdog.cancelled_for {
                self.report(unit, EventKind::Lingering, since);
            }
        }
    }

    fn report(&mut self, unit: &NodeRef, kind: EventKind, since: Duration) {
        let key = (Arc::as_ptr(unit).cast::<()>().addr(), kind);
        if self.reported.insert(key, Arc::downgrade(unit)).is_some() {
            return;
        }
        let mut detail = Readable(since).to_string();
        if let Some(awaiting) = capture::awaiting(&unit.node) {
            let verb = if unit.node.seen.glance().polling { "last waited" } else { "waits" };
            let _ = write!(detail, "; it {verb} at {}", awaiting.site());
        }
        report::emit(&Event::new(kind, unit.node.origin(), detail));
    }
}
