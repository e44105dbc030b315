//! Many checks within one time limit: those that are done by then count, the others are late.

use std::time::Duration;

use rejoin::prelude::*;
use serde::{Deserialize, Serialize};
use tracing::info;

use crate::check::{PatientId, Report, Upstreams, Wishes, check};

/// How many patients are checked at a time.
const AT_ONCE: usize = 16;

#[derive(Deserialize)]
pub(crate) struct Wanted {
    id: PatientId,
    #[serde(flatten)]
    wishes: Wishes,
}

#[derive(Serialize)]
pub(crate) struct Entry {
    id: PatientId,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase", tag = "outcome", content = "detail")]
enum Outcome {
    Report(Report),
    Error(String),
    /// The time was up before its turn, or in the middle of it.
    Late,
}

/// One entry for each, in the order in which they were wanted.
#[scoped(name = "batch")]
pub(crate) async fn check_all(at: &Upstreams, wanted: &[Wanted], within: Duration) -> Vec<Entry> {
    let mut entries: Vec<Entry> =
        wanted.iter().map(|wanted| Entry { id: wanted.id, outcome: Outcome::Late }).collect();
    let checking = scope!(async {
        let checks = task_group!(limit = AT_ONCE);
        // Each check writes into an entry of its own: nothing is shared, and what was written stays when
        // the time is up.
        for (Wanted { id, wishes }, entry) in wanted.iter().zip(&mut entries) {
            checks.spawn(async move {
                entry.outcome = match check(at, *id, *wishes).await {
                    Ok(report) => Outcome::Report(report),
                    Err(error) => Outcome::Error(error.to_string()),
                };
            });
        }
        checks.join_all().await;
    });
    if let Err(late) = checking.timeout(within).await {
        info!("batch of {}: {late}", wanted.len());
    }
    entries
}
