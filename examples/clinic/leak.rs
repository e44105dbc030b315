//! Three mistakes that no compiler sees, to be found while the program runs: `clinic --leak`.
//!
//! Each stands in a function that the rest of the program could well have got from a library.

use std::future::pending;
use std::thread;
use std::time::Duration;

use rejoin::prelude::*;
use tokio::task::yield_now;
use tokio::time::sleep;
use tracing::warn;

const BEAT: Duration = Duration::from_millis(500);
/// How long the index may take to be built.
const PATIENCE: Duration = Duration::from_secs(2);

/// Makes the first mistake once, the other two at each beat, if that is `wanted`.
#[scoped]
pub(crate) async fn leak(wanted: bool) {
    if !wanted {
        return;
    }
    // What nobody can be told goes to the log, that of the watchdog which `#[rejoin::main]` starts included.
    rejoin::set_event_hook(Some(Box::new(|event| warn!("{event}"))));
    let index = spawn!(name = "index", build_index());
    sleep(PATIENCE).await;
    index.cancel();
    // A scope that nobody ever ends.
    let receipts = rejoin::current();
    loop {
        sleep(BEAT).await;
        receipts.spawn(wait_for_receipt());
        audit();
    }
}

/// It does not end when it is cancelled: nothing can stop what never comes to an await.
#[scoped]
async fn build_index() {
    yield_now().await;
    read_pages();
}

/// A loop that blocks its thread, and asks nobody whether it should go on.
fn read_pages() {
    loop {
        thread::sleep(Duration::from_millis(100));
    }
}

/// The receipt never comes.
#[scoped]
async fn wait_for_receipt() {
    pending::<()>().await;
}

/// Starts a task that nobody knows.
fn audit() {
    tokio::spawn(pending::<()>());
}
