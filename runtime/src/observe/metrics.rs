//! What becomes of tasks, in numbers.
//!
//! A task that starts or ends adds one to a number of this process, in a shard of its thread: no recorder is called, so
//! none can be slow, panic, or be missed because it was installed later. Whoever looks adds up the shards and
//! tells the recorder that is installed by then.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ::metrics::{counter, describe_counter, describe_gauge, gauge};

use super::clock::{self, Elapsed};
use super::hooks::Ended;
use super::watchdog::Watchdog;
use super::{capture, registry};
use crate::reason::Reason;
use crate::report::EventKind;
use crate::scope::node::{Kind, Node};
use crate::scope::unit::NodeRef;
use crate::shards::{SHARDS, Shard, Shards};

/// The label `kind`, at the place of its number.
const KINDS: [&str; 3] = ["root", "task", "daemon"];

/// The label `reason`, at the place of its number.
const REASONS: [&str; 8] =
    ["deadline", "requested", "shutdown", "failed", "lost", "abandoned", "left", "unknown"];

const STARTED: usize = 0;
const COMPLETED: usize = 1;
const FAILED: usize = 2;
const PANICKED: usize = 3;
/// And one for each reason after it.
const CANCELLED: usize = 4;
const FATES: usize = CANCELLED + REASONS.len();

type Counts = [[AtomicU64; FATES]; KINDS.len()];

static COUNTS: Shards<Counts> = Shards::new(
    [const { Shard::new([const { [const { AtomicU64::new(0) }; FATES] }; KINDS.len()]) }; SHARDS],
);

static EVENTS: [AtomicU64; EventKind::ALL.len()] = [const { AtomicU64::new(0) }; EventKind::ALL.len()];

thread_local! {
    // Without a destructor (S4).
    static LET_GO: Cell<bool> = const { Cell::new(false) };
}

fn number(kind: Kind) -> Option<usize> {
    match kind {
        Kind::Root => Some(0),
        Kind::Task => Some(1),
        Kind::Daemon => Some(2),
        _ => None,
    }
}

fn count(kind: Kind, fate: usize) {
    if let Some(kind) = number(kind) {
        COUNTS.here()[kind][fate].fetch_add(1, Ordering::Relaxed);
    }
}

pub(super) fn started(kind: Kind) {
    count(kind, STARTED);
}

pub(super) fn ended(node: &Node, ended: &Ended<'_>) {
    let fate = match ended {
        Ended::Completed => COMPLETED,
        Ended::Failed => FAILED,
        Ended::Panicked(_) => PANICKED,
        Ended::Cancelled(_) => CANCELLED + reason(node),
    };
    count(node.kind(), fate);
}

pub(super) fn event(kind: EventKind) {
    EVENTS[kind as usize].fetch_add(1, Ordering::Relaxed);
}

pub(super) fn let_go<R>(end: impl FnOnce() -> R) -> R {
    /// Restores on unwinding too.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            LET_GO.set(self.0);
        }
    }
    let _restore = Restore(LET_GO.replace(true));
    end()
}

/// The number of the reason why a task ended without a value.
fn reason(node: &Node) -> usize {
    let word = match node.near_cause(super::hooks::NEAR) {
        Some(Some(cause)) => word(&cause.reason),
        // Destroyed where nothing could be awaited.
        _ if LET_GO.get() => "shutdown",
        _ if std::thread::panicking() => "failed",
        None => "unknown",
        Some(None) if node.parent().is_some_and(|parent| parent.node.is_in_cancelled()) => "shutdown",
        Some(None) => "left",
    };
    REASONS.iter().position(|known| *known == word).unwrap_or(0)
}

fn word(reason: &Reason) -> &'static str {
    match reason {
        Reason::Deadline => "deadline",
        Reason::Requested(_) => "requested",
        Reason::Shutdown => "shutdown",
        Reason::Failed(_) => "failed",
        Reason::Lost => "lost",
        Reason::Abandoned => "abandoned",
        Reason::Left => "left",
    }
}

/// Tells the recorder of `metrics` what there is to tell now.
///
/// A [`Watchdog`], which `#[rejoin::main]` starts, does so once a second. To be called by programs without one, and
/// where the numbers are read by somebody who wants them fresh: before a page for Prometheus is rendered.
///
/// It goes to the global recorder, or to that of the running `metrics::with_local_recorder`. Without one nothing
/// happens.
///
/// # Cost
///
/// That of [`Tree::now`](super::Tree::now) without its names and times: about a millisecond for ten thousand tasks.
///
/// ```
/// rejoin::observe::publish_metrics();
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub fn publish_metrics() {
    let mut tally = Tally::begin(Watchdog::latest());
    let now = clock::look();
    capture::walk(registry::roots(), |node, _| tally.see(node, now));
    tally.publish();
}

/// What was seen in one walk over all nodes.
pub(crate) struct Tally {
    cancelled_for: Duration,
    blocking_for: Duration,
    tasks: [u32; KINDS.len()],
    scopes: u32,
    lingering: u32,
    blocking: u32,
}

impl Tally {
    pub(crate) fn begin(limits: Watchdog) -> Self {
        let (cancelled_for, blocking_for) = limits.limits();
        Self { cancelled_for, blocking_for, tasks: [0; KINDS.len()], scopes: 0, lingering: 0, blocking: 0 }
    }

    pub(crate) fn see(&mut self, unit: &NodeRef, now: u32) {
        let node = &unit.node;
        let kind = node.kind();
        if matches!(kind, Kind::Root | Kind::Boundary | Kind::Shield) {
            self.scopes += 1;
        }
        let Some(number) = number(kind) else { return };
        if unit.payload.has_ended() {
            return;
        }
        self.tasks[number] += 1;
        let seen = node.seen.glance();
        if seen.polling && Elapsed::between(seen.polled, now).at_least() >= self.blocking_for {
            self.blocking += 1;
        }
        if node.is_cancelled() && capture::cancelled(node, now).at_least() >= self.cancelled_for {
            self.lingering += 1;
        }
    }

    pub(crate) fn publish(&self) {
        describe();
        for (kind, name) in KINDS.into_iter().enumerate() {
            let sum =
                |fate: usize| COUNTS.iter().map(|counts| counts[kind][fate].load(Ordering::Relaxed)).sum();
            // Ends first: what has ended is then among what was started.
            counter!("rejoin_tasks_completed_total", "kind" => name).absolute(sum(COMPLETED));
            counter!("rejoin_tasks_panicked_total", "kind" => name).absolute(sum(PANICKED));
            // What a root returns is its caller's, whatever it is.
            if name != "root" {
                counter!("rejoin_tasks_failed_total", "kind" => name).absolute(sum(FAILED));
            }
            for (number, reason) in REASONS.into_iter().enumerate() {
                counter!("rejoin_tasks_cancelled_total", "kind" => name, "reason" => reason)
                    .absolute(sum(CANCELLED + number));
            }
            counter!("rejoin_tasks_started_total", "kind" => name).absolute(sum(STARTED));
            gauge!("rejoin_tasks", "kind" => name).set(self.tasks[kind]);
        }
        for kind in EventKind::ALL {
            let events = EVENTS[kind as usize].load(Ordering::Relaxed);
            counter!("rejoin_events_total", "event" => kind.word()).absolute(events);
        }
        gauge!("rejoin_scopes").set(self.scopes);
        gauge!("rejoin_tasks_lingering").set(self.lingering);
        gauge!("rejoin_tasks_blocking").set(self.blocking);
    }
}

/// Each time, because nobody knows when a recorder is installed.
fn describe() {
    describe_counter!("rejoin_tasks_started_total", "Roots, tasks and daemons that were started");
    describe_counter!("rejoin_tasks_completed_total", "Those that ended with a value");
    describe_counter!("rejoin_tasks_failed_total", "Those that ended with an error nobody gets as a value");
    describe_counter!("rejoin_tasks_panicked_total", "Those that ended with a panic");
    describe_counter!("rejoin_tasks_cancelled_total", "Those that ended because they were cancelled");
    describe_counter!("rejoin_events_total", "What could not be returned to anybody");
    describe_gauge!("rejoin_tasks", "Roots, tasks and daemons that live");
    describe_gauge!("rejoin_scopes", "Roots, limits, names and shields that live");
    describe_gauge!("rejoin_tasks_lingering", "Cancelled too long ago, and still alive");
    describe_gauge!("rejoin_tasks_blocking", "In a poll that takes too long");
}
