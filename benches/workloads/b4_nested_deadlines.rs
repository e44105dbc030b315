//! B4: awaits below 1, 4 and 16 nested deadlines, each inner one earlier than those around it.

use std::hint::black_box;
use std::pin::Pin;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_benches::arguments::Arguments;
use rejoin_benches::contest::Contest;
use rejoin_benches::runtimes::Bench;
use rejoin_benches::stopwatch::Stopwatch;
use rejoin_benches::table::{Bar, Row};
use tokio::time::timeout;

use crate::leaf::Once;

const AWAITS: usize = 10_000;
const HOUR: Duration = Duration::from_secs(3600);

pub(crate) fn run(arguments: &Arguments) -> Vec<Row> {
    let bench = Bench::current_thread();
    let mut rows = Vec::new();
    for (depth, bar) in [(1, Bar::Shown), (4, Bar::Ratio(0.25)), (16, Bar::Shown)] {
        let workload = format!("an await that waits once, deadlines: {depth}");
        let mut contest = Contest::new("B4", workload, || bench.run(ours(depth)))
            .against("nested timeouts", bar, || bench.run_plain(timeouts(depth)))
            .against("as many calls, without deadlines", Bar::Shown, || bench.run_plain(calls(depth)));
        if depth > 1 {
            // Each level is a future in a box that is polled on the way, with a deadline or without.
            contest = contest.against("ours, one deadline", FLAT, || bench.run(ours(1)));
        }
        rows.extend(contest.run(arguments.rounds(101)).per(AWAITS));
    }
    rows
}

/// Flat in depth.
const FLAT: Bar = Bar::Ratio(1.5);

#[scoped]
async fn ours(depth: u32) -> Duration {
    if depth > 0 {
        return ours(depth - 1).timeout(HOUR * depth).await.unwrap();
    }
    let began = Stopwatch::start();
    for _ in 0..AWAITS {
        black_box(Once::default().await);
    }
    began.elapsed()
}

fn timeouts(depth: u32) -> Pin<Box<dyn Future<Output = Duration> + Send>> {
    Box::pin(async move {
        if depth > 0 {
            return timeout(HOUR * depth, timeouts(depth - 1)).await.unwrap();
        }
        awaits().await
    })
}

fn calls(depth: u32) -> Pin<Box<dyn Future<Output = Duration> + Send>> {
    Box::pin(async move { if depth > 0 { calls(depth - 1).await } else { awaits().await } })
}

async fn awaits() -> Duration {
    let began = Stopwatch::start();
    for _ in 0..AWAITS {
        black_box(Once::default().await);
    }
    began.elapsed()
}
