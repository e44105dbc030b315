//! B7: a server. Its connections send 10 000 requests, one after the other on each; a request asks
//! three backends at once, has a deadline, and one in a hundred finds a backend that never answers.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rejoin::prelude::*;
use rejoin_benches::arguments::Arguments;
use rejoin_benches::contest::{Contest, nanoseconds};
use rejoin_benches::runtimes::Bench;
use rejoin_benches::table::{Bar, Row, Unit};
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

const REQUESTS: usize = 10_000;
/// Few enough for their calls to fit into the queue of one worker, which holds 256.
const CONNECTIONS: usize = 64;
const DEADLINE: Duration = Duration::from_millis(5);

pub(crate) fn run(arguments: &Arguments) -> Vec<Row> {
    let mut rows = Vec::new();
    for bench in Bench::both() {
        let outcome = Contest::new("B7", format!("a server, {bench}"), || bench.run(ours()))
            .against("JoinSet, token, timeout", Bar::Shown, || bench.run_plain(plain()))
            .run(arguments.rounds(51));
        let named = |mut row: Row, what, bar| {
            row.workload = format!("{what} of a server, {bench}");
            row.bar = bar;
            row
        };
        let time = outcome.rows(Unit::Nanoseconds, |load| load.time / REQUESTS as f64);
        // 1.3 times the throughput.
        rows.extend(time.into_iter().map(|row| named(row, "time per request", Bar::Ratio(1.0 / 1.3))));
        let latency = outcome.rows(Unit::Nanoseconds, |load| load.p99);
        rows.extend(latency.into_iter().map(|row| named(row, "99th percentile", Bar::Ratio(1.0))));
    }
    rows
}

/// What one run of the server came to, in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Load {
    time: f64,
    /// Of the requests that were answered.
    p99: f64,
}

/// What the connections and the backends share.
#[derive(Default)]
struct Server {
    next: AtomicUsize,
}

impl Server {
    /// The next request; `None` when all have been sent.
    fn next(&self) -> Option<Request> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (number < REQUESTS).then_some(Request { number })
    }
}

#[derive(Clone, Copy)]
struct Request {
    number: usize,
}

impl Request {
    /// One in a hundred finds a backend that never answers: the earlier ones, so that nobody waits
    /// for the last of them while there is nothing else to do.
    fn is_lost(self) -> bool {
        self.number < REQUESTS / 2 && self.number % 50 == 7
    }
}

async fn ask(backend: usize, request: &Request) -> usize {
    if request.is_lost() && backend == 2 {
        std::future::pending::<()>().await;
    }
    yield_now().await;
    yield_now().await;
    black_box(request.number + backend)
}

fn load(began: Instant, latencies: impl IntoIterator<Item = Vec<Duration>>) -> Load {
    let time = nanoseconds(began.elapsed());
    let mut latencies: Vec<Duration> = latencies.into_iter().flatten().collect();
    latencies.sort_unstable();
    let p99 = latencies.get(latencies.len() * 99 / 100).copied().unwrap_or_default();
    Load { time, p99: nanoseconds(p99) }
}

#[scoped]
async fn handle(request: &Request) -> usize {
    let first = spawn!(ask(0, request));
    let second = spawn!(ask(1, request));
    let third = spawn!(ask(2, request));
    first.await + second.await + third.await
}

#[scoped]
async fn connection(server: &Server) -> Vec<Duration> {
    let mut latencies = Vec::new();
    while let Some(request) = server.next() {
        let began = Instant::now();
        if let Ok(answer) = handle(&request).timeout(DEADLINE).await {
            black_box(answer);
            latencies.push(began.elapsed());
        }
    }
    latencies
}

#[scoped]
async fn ours() -> Load {
    let server = Server::default();
    let began = Instant::now();
    let connections = task_group!();
    for _ in 0..CONNECTIONS {
        connections.spawn(connection(&server));
    }
    load(began, connections.join_all().await)
}

/// On expiry the calls are told to stop, and waited for.
async fn plain_handle(request: Request, server: &CancellationToken) -> Option<usize> {
    let request = Arc::new(request);
    let token = server.child_token();
    let mut calls = JoinSet::new();
    for backend in 0..3 {
        let (request, token) = (request.clone(), token.clone());
        calls.spawn(async move { token.run_until_cancelled(ask(backend, &request)).await });
    }
    let answers = async {
        let mut sum = 0;
        while let Some(answer) = calls.join_next().await {
            sum += answer.unwrap().unwrap_or(0);
        }
        sum
    };
    let answer = timeout(DEADLINE, answers).await;
    if answer.is_err() {
        token.cancel();
        while calls.join_next().await.is_some() {}
    }
    answer.ok()
}

async fn plain_connection(server: Arc<Server>, token: CancellationToken) -> Vec<Duration> {
    let mut latencies = Vec::new();
    while let Some(request) = server.next() {
        let began = Instant::now();
        if let Some(answer) = plain_handle(request, &token).await {
            black_box(answer);
            latencies.push(began.elapsed());
        }
    }
    latencies
}

async fn plain() -> Load {
    let server = Arc::new(Server::default());
    let token = CancellationToken::new();
    let began = Instant::now();
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        connections.spawn(plain_connection(server.clone(), token.clone()));
    }
    load(began, connections.join_all().await)
}
