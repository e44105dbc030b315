//! The pulse of a patient, for as long as somebody looks.

use std::time::Duration;

use rejoin::{StreamSender, prelude::*};
use serde_json::json;
use tokio::time::interval;
use tracing::info;

use crate::check::PatientId;

const MEASURED: Duration = Duration::from_millis(200);

/// A line of JSON for each measurement. It ends with its reader; and by itself when the clinic closes.
#[scoped]
pub(crate) async fn vitals(id: PatientId, lines: StreamSender<String>) {
    defer!({ info!("vitals of patient {id}: nobody looks any more") });
    info!("vitals of patient {id}: somebody looks");
    let mut measurements = interval(MEASURED);
    let mut count = 0;
    while measurements.tick().until_shutdown().await.is_some() {
        count += 1;
        lines.send(format!("{}\n", json!({ "measurement": count, "pulse": 60 + count % 20 }))).await;
    }
}
