//! The reports of the last seconds, and the daemon that throws old ones away.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rejoin::prelude::*;
use tokio::time::{MissedTickBehavior, interval};
use tracing::info;

use crate::check::{PatientId, Report};

/// How long a report is kept.
const KEPT: Duration = Duration::from_secs(3);
/// How often old ones are looked for.
const SWEEP: Duration = Duration::from_secs(1);

/// A handle of the one table. axum clones the state of its routes for each request, so what is in the
/// state and must not be copied stands behind an `Arc`.
#[derive(Clone, Default)]
pub(crate) struct Reports(Arc<Mutex<HashMap<PatientId, Kept>>>);

struct Kept {
    report: Report,
    since: Instant,
}

#[scoped]
impl Reports {
    /// Removes old reports, once a second, until it is cancelled.
    pub(crate) async fn sweep(&self) {
        let mut ticks = interval(SWEEP);
        // After a pause of the whole machine: one sweep, not all that were missed.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let removed = self.remove_old();
            if removed > 0 {
                info!("reports removed: {removed}");
            }
        }
    }

    pub(crate) fn keep(&self, id: PatientId, report: Report) {
        self.table().insert(id, Kept { report, since: Instant::now() });
    }

    pub(crate) fn find(&self, id: PatientId) -> Option<Report> {
        self.table().get(&id).map(|kept| kept.report.clone())
    }

    fn remove_old(&self) -> usize {
        let mut table = self.table();
        let before = table.len();
        table.retain(|_, kept| kept.since.elapsed() < KEPT);
        before - table.len()
    }

    fn table(&self) -> MutexGuard<'_, HashMap<PatientId, Kept>> {
        // No step above leaves the table half changed, so one that panicked has not spoiled it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
