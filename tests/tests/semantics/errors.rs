//! Errors of tasks: `spawn!(EXPR?)`.

use std::future::pending;

use rejoin::{Canceller, EventKind, prelude::*};
use rejoin_tests::{Log, events, on_both, record_events};
use tokio::sync::oneshot;
use tokio::task::yield_now;

#[scoped]
async fn waits(log: &Log, name: &'static str) -> u32 {
    let _gone = log.on_drop(format!("{name} gone"));
    log.add(format!("{name} waits"));
    pending().await
}

/// Fails when it is told to.
#[scoped]
async fn fails(when: oneshot::Receiver<()>) -> Result<u32, String> {
    let _ = when.await;
    Err("failed".to_owned())
}

/// Fails after so many turns, whatever happens meanwhile.
#[scoped]
async fn fails_in_a_shield(turns: u32, text: &'static str) -> Result<u32, &'static str> {
    let wait = scope!(async {
        for _ in 0..turns {
            yield_now().await;
        }
    });
    wait.shield().await;
    Err(text)
}

#[test]
fn a_childs_error_is_the_functions_error_at_once() {
    #[scoped]
    async fn parent(log: Log) -> Result<u32, String> {
        defer!({ log.add("defer") });
        let (fail, when) = oneshot::channel();
        let sibling = spawn!(waits(&log, "sibling"));
        let failing = spawn!(fails(when)?);
        yield_now().await;
        fail.send(()).unwrap();
        waits(&log, "body").await;
        log.add("never");
        Ok(sibling.await + failing.await)
    }
    for log in [Log::new(), Log::new()] {
        let [one, two] = on_both(|| parent(log.clone()));
        assert_eq!((one, two), (Err("failed".to_owned()), Err("failed".to_owned())));
        assert_eq!(log.count("defer"), 2);
        assert_eq!(log.count("body gone"), 2);
        assert_eq!(log.count("never"), 0);
    }
}

#[rejoin::test]
async fn siblings_are_joined_before_the_defers_run() {
    #[scoped]
    async fn parent(log: &Log) -> Result<u32, String> {
        defer!({ log.add("defer") });
        let (fail, when) = oneshot::channel();
        let sibling = spawn!(waits(log, "sibling"));
        let failing = spawn!(fails(when)?);
        yield_now().await;
        fail.send(()).unwrap();
        Ok(sibling.await + failing.await)
    }
    let log = Log::new();
    assert_eq!(parent(&log).await, Err("failed".to_owned()));
    log.assert_order(&["sibling waits", "sibling gone", "defer"]);
}

#[derive(Debug, PartialEq)]
struct Broad(String);

impl From<&str> for Broad {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[rejoin::test]
async fn a_linked_error_may_borrow_and_is_converted() {
    #[scoped]
    async fn parse(text: &str) -> Result<u32, &str> {
        yield_now().await;
        text.parse().map_err(|_| text)
    }
    #[scoped]
    async fn parent(text: &str) -> Result<u32, Broad> {
        let own = format!("{text}!");
        let task = spawn!(parse(&own)?);
        pending::<()>().await;
        Ok(task.await)
    }
    assert_eq!(parent("x").await, Err(Broad("x!".to_owned())));
}

#[rejoin::test]
async fn in_a_linked_block_the_error_type_is_the_functions() {
    #[scoped]
    async fn parent(text: &str) -> Result<u32, std::num::ParseIntError> {
        let task = spawn!(async {
            yield_now().await;
            let number: u32 = text.parse()?;
            Ok(number + 1)
        }?);
        Ok(task.await)
    }
    assert_eq!(parent("1").await, Ok(2));
    parent("x").await.unwrap_err();
}

#[rejoin::test]
async fn without_the_question_mark_the_result_is_the_readers() {
    let (fail, when) = oneshot::channel();
    let failing = spawn!(fails(when));
    fail.send(()).unwrap();
    assert_eq!(failing.await, Err("failed".to_owned()));
}

#[rejoin::test]
async fn the_current_await_unwinds_wherever_in_the_callees_it_is() {
    #[scoped]
    async fn deep(log: &Log, levels: u32) -> u32 {
        let _local = log.on_drop(format!("level {levels}"));
        if levels == 0 {
            return waits(log, "leaf").await;
        }
        let value = deep(log, levels - 1).await;
        log.add("never");
        value
    }
    #[scoped]
    async fn parent(log: &Log) -> Result<u32, &'static str> {
        let failing = spawn!(fails_in_a_shield(1, "failed")?);
        let value = deep(log, 2).await;
        log.add("never");
        Ok(value + failing.await)
    }
    let log = Log::new();
    assert_eq!(parent(&log).await, Err("failed"));
    log.assert_is(&["leaf waits", "leaf gone", "level 0", "level 1", "level 2"]);
}

#[rejoin::test]
async fn the_caller_of_a_function_that_failed_goes_on() {
    #[scoped]
    async fn parent() -> Result<u32, &'static str> {
        let failing = spawn!(fails_in_a_shield(1, "failed")?);
        Ok(failing.await)
    }
    let sibling = spawn!(async { 1 });
    assert_eq!(parent().await, Err("failed"));
    yield_now().await;
    assert_eq!(sibling.await, 1);
}

#[test]
fn of_several_failures_the_first_is_returned_and_later_ones_become_events() {
    #[scoped]
    async fn parent_of_three() -> Result<u32, &'static str> {
        let late = spawn!(fails_in_a_shield(20, "late")?);
        let first = spawn!(fails_in_a_shield(2, "first")?);
        let later = spawn!(fails_in_a_shield(30, "later")?);
        Ok(late.await + first.await + later.await)
    }
    record_events();
    assert_eq!(rejoin::block_on(parent_of_three()).unwrap(), Err("first"));
    assert_eq!(events(EventKind::LostError, "parent_of_three").len(), 2);
}

#[rejoin::test]
async fn an_error_of_the_body_comes_before_those_of_the_tasks_it_stops() {
    #[scoped]
    async fn leaves_early(log: &Log) -> Result<u32, &'static str> {
        defer!({ log.add("defer") });
        let task = spawn!(fails_in_a_shield(5, "the task's")?);
        yield_now().await;
        Err("its own")?;
        Ok(task.await)
    }
    record_events();
    let log = Log::new();
    assert_eq!(leaves_early(&log).await, Err("its own"));
    log.assert_is(&["defer"]);
    assert_eq!(events(EventKind::LostError, "leaves_early").len(), 1);
}

#[rejoin::test]
async fn the_late_error_of_a_cancelled_task_is_an_event() {
    #[scoped]
    async fn cancels(log: &Log) -> Result<u32, &'static str> {
        {
            let task = spawn!(fails_in_a_shield(5, "too late")?);
            yield_now().await;
            task.cancel();
        }
        log.add("goes on");
        yield_now().await;
        Ok(1)
    }
    record_events();
    let log = Log::new();
    assert_eq!(cancels(&log).await, Ok(1));
    log.assert_is(&["goes on"]);
    assert_eq!(events(EventKind::LostError, "cancels").len(), 1);
}

#[rejoin::test]
async fn the_errors_of_a_function_that_is_cancelled_are_events() {
    #[scoped]
    async fn cancelled_parent(stop: &Canceller) -> Result<u32, &'static str> {
        let task = spawn!(fails_in_a_shield(5, "too late")?);
        yield_now().await;
        stop.cancel("now");
        Ok(task.await)
    }
    record_events();
    let stop = Canceller::new();
    cancelled_parent(&stop).cancel_on(&stop).await.unwrap_err();
    assert_eq!(events(EventKind::LostError, "cancelled_parent").len(), 1);
}

#[rejoin::test]
async fn bail_and_ensure_are_known_exits() {
    #[scoped]
    async fn leaves(log: &Log, way: u32) -> anyhow::Result<u32> {
        let task = spawn!(waits(log, "task"));
        yield_now().await;
        anyhow::ensure!(way != 0, "ensured");
        if way == 1 {
            anyhow::bail!("bailed out");
        }
        Ok(task.stop().await.unwrap_or_default())
    }
    record_events();
    for (way, text) in ["ensured", "bailed out"].into_iter().enumerate() {
        let log = Log::new();
        let error = leaves(&log, u32::try_from(way).unwrap()).await.unwrap_err();
        assert_eq!(error.to_string(), text);
        log.assert_is(&["task waits", "task gone"]);
    }
    assert_eq!(leaves(&Log::new(), 2).await.unwrap(), 0);
    assert_eq!(events(EventKind::TaskLeft, "leaves").len(), 0);
}
