//! Spans of tracing around scoped functions.

use std::io;

use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::task::yield_now;
use tracing::{Instrument, info, info_span, instrument};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

/// Writes every line of output into a log.
#[derive(Clone)]
struct Lines(Log);

impl io::Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.add(String::from_utf8_lossy(line).trim_end());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Runs a call and gives what it has traced; not what rejoin traces by itself.
fn traced<T>(call: impl FnOnce() -> T) -> Vec<String> {
    let log = Log::new();
    let lines = tracing_subscriber::fmt::layer()
        .without_time()
        .with_ansi(false)
        .with_target(false)
        .with_writer(Lines(log.clone()))
        .with_filter(filter_fn(|metadata| !metadata.target().starts_with("rejoin::")));
    let subscriber = tracing_subscriber::registry().with(lines);
    tracing::subscriber::with_default(subscriber, call);
    log.entries()
}

struct Secret;

#[scoped]
#[instrument(level = "debug", skip(_secret), fields(kind = "check"))]
async fn check(id: u32, name: &str, _secret: Secret) -> u32 {
    yield_now().await;
    info!("checking");
    let task = spawn!(doubled(id).instrument(info_span!("below")));
    task.await
}

#[scoped]
async fn doubled(id: u32) -> u32 {
    info!("doubling");
    id * 2
}

#[test]
fn instrument_below_the_attribute_is_applied_to_the_inner_future() {
    // Outside of a runtime with threads, so that the task is polled under the same subscriber.
    let lines = traced(|| block_on(check(7, "x", Secret)));
    assert_eq!(
        lines,
        [
            r#" INFO check{id=7 name="x" kind="check"}: checking"#,
            r#" INFO check{id=7 name="x" kind="check"}:below: doubling"#,
        ]
    );
}

#[scoped]
#[tracing::instrument(name = "parsing", skip_all, err, ret(level = "trace"))]
async fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    yield_now().await;
    let number = text.parse()?;
    Ok(number)
}

#[test]
fn what_a_function_returns_becomes_an_event_in_its_span() {
    let lines = traced(|| block_on(parse("12")));
    assert_eq!(lines, ["TRACE parsing: return=12"]);
    let lines = traced(|| block_on(parse("x")));
    assert_eq!(lines, ["ERROR parsing: error=invalid digit found in string"]);
}

#[instrument(err, fields(kind = "above"))]
#[scoped]
async fn instrumented_above(id: u32) -> Result<u32, std::num::ParseIntError> {
    let task = spawn!(doubled(id).instrument(info_span!("below")));
    defer!({ info!("clean-up") });
    yield_now().await;
    info!("above");
    let more = "x".parse::<u32>()?;
    Ok(task.await + more)
}

#[tracing::instrument]
#[scoped]
async fn plainly(id: u32) -> u32 {
    let task = spawn!(async move { id + 1 });
    if id == 0 {
        task.cancel();
        return 0;
    }
    info!("plainly");
    task.await
}

#[test]
fn instrument_above_the_attribute_is_recognised() {
    let lines = traced(|| block_on(instrumented_above(4)));
    assert_eq!(
        lines,
        [
            r#" INFO instrumented_above{id=4 kind="above"}:below: doubling"#,
            r#" INFO instrumented_above{id=4 kind="above"}: above"#,
            r#" INFO instrumented_above{id=4 kind="above"}: clean-up"#,
            r#"ERROR instrumented_above{id=4 kind="above"}: error=invalid digit found in string"#,
        ]
    );
    let lines = traced(|| {
        assert_eq!(block_on(plainly(0)), 0);
        assert_eq!(block_on(plainly(1)), 2);
    });
    assert_eq!(lines, [" INFO plainly{id=1}: plainly"]);
}

struct Service;

#[scoped]
impl Service {
    #[instrument(skip(self))]
    async fn method(&self, list: Vec<u32>) -> usize {
        yield_now().await;
        info!("called");
        list.len()
    }
}

#[test]
fn methods_of_a_scoped_block_are_instrumented() {
    let lines = traced(|| block_on(Service.method(vec![1, 2])));
    assert_eq!(lines, [" INFO method{list=[1, 2]}: called"]);
}

#[test]
fn a_call_can_be_given_a_span() {
    let lines = traced(|| block_on(doubled(1).instrument(info_span!("outer", id = 3))));
    assert_eq!(lines, [" INFO outer{id=3}: doubling"]);
}

#[test]
fn an_ordinary_future_is_still_instrumented_by_tracing() {
    let lines = traced(|| {
        block_on(scope!(async {
            async { info!("plain") }.instrument(info_span!("of_tracing")).await;
        }))
    });
    assert_eq!(lines, [" INFO of_tracing: plain"]);
}

#[test]
fn an_await_in_an_event_is_cut() {
    let stop = rejoin::Canceller::new();
    stop.cancel("before it began");
    let lines = traced(|| {
        let call = scope!(async {
            info!("begins");
            info!("got {}", std::future::pending::<u32>().await);
        });
        block_on(call.cancel_on(&stop)).unwrap_err();
        block_on(scope!(async { info!("got {}", std::future::ready(7).await) }));
    });
    assert_eq!(lines, [" INFO begins", " INFO got 7"]);
}

/// Current-thread, so that everything is polled under the subscriber of the test.
fn block_on<C: rejoin::Call>(call: C) -> C::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let _entered = runtime.enter();
    rejoin::block_on(call).expect("not cancelled")
}
