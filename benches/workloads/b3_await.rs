//! B3: one await that can be cancelled, of a future that is ready at once, and of one that waits
//! once.

use std::hint::black_box;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_benches::arguments::Arguments;
use rejoin_benches::contest::Contest;
use rejoin_benches::runtimes::Bench;
use rejoin_benches::stopwatch::Stopwatch;
use rejoin_benches::table::{Bar, Row};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::leaf::{Now, Once};

const READY: usize = 200_000;
const WAITING: usize = 20_000;
const HOUR: Duration = Duration::from_secs(3600);

pub(crate) fn run(arguments: &Arguments) -> Vec<Row> {
    let bench = Bench::current_thread();
    let rounds = arguments.rounds(101);

    let ready_bare = || bench.run_plain(ready_bare(READY));
    let mut rows = Contest::new("B3", "an await, ready", || bench.run(ready(READY)))
        .against("bare", Bar::More(2.0), ready_bare)
        .against("run_until_cancelled", Bar::Shown, || bench.run_plain(ready_until_cancelled(READY)))
        .against("select! on a token", Bar::Shown, || bench.run_plain(ready_select(READY)))
        .against("timeout", Bar::Shown, || bench.run_plain(ready_timeout(READY)))
        .run(rounds)
        .per(READY);
    let with_tasks = || bench.run(ready_with_tasks(READY));
    let contest = Contest::new("B3", "an await, ready, in a function with tasks", with_tasks);
    rows.extend(contest.against("bare", Bar::More(2.0), ready_bare).run(rounds).per(READY));

    let waiting_bare = || bench.run_plain(waiting_bare(WAITING));
    let contest = Contest::new("B3", "an await that waits once", || bench.run(waiting(WAITING)))
        .against("bare", Bar::More(5.0), waiting_bare)
        .against("run_until_cancelled", Bar::Ratio(0.5), || bench.run_plain(waiting_until_cancelled(WAITING)))
        .against("select! on a token", Bar::Shown, || bench.run_plain(waiting_select(WAITING)))
        .against("timeout", Bar::Shown, || bench.run_plain(waiting_timeout(WAITING)));
    rows.extend(contest.run(rounds).per(WAITING));
    let in_a_task = || bench.run(waiting_in_a_task(WAITING));
    let contest = Contest::new("B3", "an await that waits once, in a task", in_a_task);
    rows.extend(contest.against("bare", Bar::More(5.0), waiting_bare).run(rounds).per(WAITING));
    let with_tasks = || bench.run(waiting_with_tasks(WAITING));
    let contest = Contest::new("B3", "an await that waits once, in a function with tasks", with_tasks);
    rows.extend(contest.against("bare", Bar::More(5.0), waiting_bare).run(rounds).per(WAITING));
    rows
}

#[scoped]
async fn ready(times: usize) -> Duration {
    let began = Stopwatch::start();
    for _ in 0..times {
        black_box(Now.await);
    }
    began.elapsed()
}

#[scoped]
async fn ready_with_tasks(times: usize) -> Duration {
    let tasks = task_group!();
    tasks.spawn(async {});
    let began = Stopwatch::start();
    for _ in 0..times {
        black_box(Now.await);
    }
    let took = began.elapsed();
    tasks.join_all().await;
    took
}

async fn ready_bare(times: usize) -> Duration {
    let began = Stopwatch::start();
    for _ in 0..times {
        black_box(Now.await);
    }
    began.elapsed()
}

async fn ready_until_cancelled(times: usize) -> Duration {
    let token = CancellationToken::new();
    let began = Stopwatch::start();
    for _ in 0..times {
        let Some(value) = token.run_until_cancelled(Now).await else { break };
        black_box(value);
    }
    began.elapsed()
}

async fn ready_select(times: usize) -> Duration {
    let token = CancellationToken::new();
    let began = Stopwatch::start();
    for _ in 0..times {
        tokio::select! {
            biased;
            () = token.cancelled() => break,
            value = Now => { black_box(value); }
        }
    }
    began.elapsed()
}

async fn ready_timeout(times: usize) -> Duration {
    let began = Stopwatch::start();
    for _ in 0..times {
        let Ok(value) = timeout(HOUR, Now).await else { break };
        black_box(value);
    }
    began.elapsed()
}

#[scoped]
async fn waiting(times: usize) -> Duration {
    let began = Stopwatch::start();
    for _ in 0..times {
        black_box(Once::default().await);
    }
    began.elapsed()
}

#[scoped]
async fn waiting_in_a_task(times: usize) -> Duration {
    let task = spawn!(waiting(times));
    task.await
}

#[scoped]
async fn waiting_with_tasks(times: usize) -> Duration {
    let tasks = task_group!();
    tasks.spawn(async {});
    let began = Stopwatch::start();
    for _ in 0..times {
        black_box(Once::default().await);
    }
    let took = began.elapsed();
    tasks.join_all().await;
    took
}

async fn waiting_bare(times: usize) -> Duration {
    let began = Stopwatch::start();
    for _ in 0..times {
        black_box(Once::default().await);
    }
    began.elapsed()
}

async fn waiting_until_cancelled(times: usize) -> Duration {
    let token = CancellationToken::new();
    let began = Stopwatch::start();
    for _ in 0..times {
        let Some(value) = token.run_until_cancelled(Once::default()).await else { break };
        black_box(value);
    }
    began.elapsed()
}

async fn waiting_select(times: usize) -> Duration {
    let token = CancellationToken::new();
    let began = Stopwatch::start();
    for _ in 0..times {
        tokio::select! {
            biased;
            () = token.cancelled() => break,
            value = Once::default() => { black_box(value); }
        }
    }
    began.elapsed()
}

async fn waiting_timeout(times: usize) -> Duration {
    let began = Stopwatch::start();
    for _ in 0..times {
        let Ok(value) = timeout(HOUR, Once::default()).await else { break };
        black_box(value);
    }
    began.elapsed()
}
