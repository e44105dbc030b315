//! Finds the three mistakes of `clinic --leak` in the ways that `examples/README.md` tells of.
#![cfg(unix)]

mod support;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rejoin::prelude::*;
use serde_json::Value;
use support::http::Exchange;
use support::program::Program;
use tokio::time::sleep;

const LIMIT: Duration = Duration::from_secs(60);

fn leaking_clinic() -> Program {
    // One of its tasks blocks a worker: on a machine with one core there would be no other.
    let settings =
        [("CLINIC_ADDR", "127.0.0.1:0"), ("CLINIC_TASKS_ADDR", "127.0.0.1:0"), ("TOKIO_WORKER_THREADS", "2")];
    Program::start_with("clinic", &["--leak"], &settings)
}

/// The sum of the series of this name whose labels contain `label`.
fn sum(metrics: &str, name: &str, label: &str) -> f64 {
    let series =
        metrics.lines().filter(|line| line.split(['{', ' ']).next() == Some(name) && line.contains(label));
    series.map(|line| line.rsplit(' ').next().unwrap_or_default().parse::<f64>().expect("a number")).sum()
}

#[scoped]
async fn metrics(tasks: SocketAddr) -> String {
    Exchange::get(tasks, "/metrics").await.rest().await
}

#[rejoin::test(limit = LIMIT)]
async fn prometheus_shows_what_grows_and_what_lingers() {
    let mut clinic = leaking_clinic();
    let tasks = clinic.tasks_address().await;
    let first = metrics(tasks).await;
    let begun = Instant::now();
    loop {
        let now = metrics(tasks).await;
        let growth = |name, label| sum(&now, name, label) - sum(&first, name, label);
        let receipts = growth("rejoin_tasks", "examples/clinic/leak.rs");
        let around = growth("rejoin_tasks_around", "");
        let lingering = sum(&now, "rejoin_tasks_cancelled", "function=\"leak\"");
        if receipts >= 3.0 && around >= 3.0 && lingering == 1.0 {
            break;
        }
        assert!(begun.elapsed() < LIMIT / 2, "{receipts} {around} {lingering}\n{now}");
        sleep(Duration::from_millis(100)).await;
    }
}

#[rejoin::test(limit = LIMIT)]
async fn the_tree_says_where_the_blocking_task_is() {
    let mut clinic = leaking_clinic();
    let tasks = clinic.tasks_address().await;
    let begun = Instant::now();
    loop {
        let seen = Exchange::get(tasks, "/tasks.json").await.answer().await.json;
        let entries = seen["tree"]["entries"].as_array().cloned().unwrap_or_default();
        let index = entries.iter().find(|entry| entry["name"] == "index").cloned().unwrap_or(Value::Null);
        if index["reason"].is_string() {
            assert_eq!(index["state"], "running");
            assert_eq!(index["awaiting"]["site"]["function"], "build_index");
            break;
        }
        assert!(begun.elapsed() < LIMIT / 2, "{seen}");
        sleep(Duration::from_millis(100)).await;
    }
}

#[rejoin::test(limit = LIMIT)]
async fn the_watchdog_reports_the_blocking_task_twice() {
    let mut clinic = leaking_clinic();
    clinic.logs(&["blocks its thread"]).await;
    // Ten seconds after it was cancelled; a line is waited for as long as that.
    sleep(Duration::from_secs(5)).await;
    clinic.logs(&["has not ended since it was cancelled"]).await;
}
