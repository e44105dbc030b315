//! What the watchdog reports, and what time it tells.

use std::future::pending;
use std::time::Duration;

use rejoin::EventKind;
use rejoin::observe::{Elapsed, Watchdog};
use rejoin::prelude::*;
use rejoin_tests::{events, record_events};
use tokio::time::{Instant, sleep};

use crate::task;

/// What a reasonable machine needs.
const SOON: Duration = Duration::from_secs(20);

/// Waits for the first event of this kind from this function.
#[scoped]
async fn event(kind: EventKind, function: &str) -> String {
    let begun = Instant::now();
    loop {
        if let [first, ..] = &events(kind, function)[..] {
            return first.clone();
        }
        assert!(begun.elapsed() < SOON, "nothing was reported of `{function}`");
        sleep(Duration::from_millis(10)).await;
    }
}

#[scoped]
async fn lingers() {
    let lingering = spawn!(async {
        defer!(timeout = Duration::from_millis(1200), { pending::<()>().await });
        pending::<()>().await
    });
    sleep(Duration::from_millis(50)).await;
    lingering.stop().await;
}

/// A watchdog sees the whole process, and two would report twice.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[rejoin::test(limit = Duration::from_secs(60))]
async fn a_cancelled_task_that_does_not_end_is_reported_once_with_where_it_is() {
    record_events();
    let _alone = ALONE.lock().await;
    let _watching = Watchdog::new().cancelled_for(Duration::from_millis(300)).start();
    lingers().await;
    let event = event(EventKind::Lingering, "lingers").await;
    assert!(event.contains("it waits at `pending::<()>().await`"), "{event}");
    assert_eq!(events(EventKind::Lingering, "lingers").len(), 1);
}

/// Blocks its thread, in a way no attribute sees.
fn nap() {
    std::thread::sleep(Duration::from_millis(1200));
}

#[scoped]
async fn blocks() {
    let blocking = spawn!(async {
        tokio::task::yield_now().await;
        nap();
        pending::<()>().await
    });
    sleep(Duration::from_millis(50)).await;
    blocking.stop().await;
}

#[rejoin::test(multi_thread, limit = Duration::from_secs(60))]
async fn a_task_that_blocks_its_thread_is_reported_once_with_where_it_was() {
    record_events();
    let _alone = ALONE.lock().await;
    let _watching = Watchdog::new().blocking_for(Duration::from_millis(300)).start();
    blocks().await;
    let event = event(EventKind::Blocking, "blocks").await;
    assert!(event.contains("it last waited at `tokio::task::yield_now().await`"), "{event}");
    assert_eq!(events(EventKind::Blocking, "blocks").len(), 1);
}

#[rejoin::test]
async fn while_it_runs_times_are_exact() {
    let _alone = ALONE.lock().await;
    let _watching = Watchdog::new().start();
    let timed = spawn!(name = "timed", pending::<()>());
    sleep(Duration::from_millis(400)).await;
    let tree = rejoin::current().dump().await;
    let Elapsed::About(age) = task(&tree, "timed").age() else { panic!("exact in\n{tree}") };
    assert!(age >= Duration::from_millis(350) && age < SOON, "{age:?}");
    timed.cancel();
}
