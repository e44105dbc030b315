//! Tasks and daemons.

use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rejoin::{EventKind, Reason, prelude::*};
use rejoin_tests::{Log, events, on_both, panics_on_both, record_events};
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;
use tokio::time::sleep;

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

#[test]
fn a_task_runs_in_parallel() {
    // Each of the two waits, blocking its thread, for the other.
    #[scoped]
    async fn both() {
        let (one, other) = (AtomicBool::new(false), AtomicBool::new(false));
        let task = spawn!(async {
            one.store(true, Ordering::SeqCst);
            while !other.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
        });
        // The runtime's timer brings this one back, on whichever thread is free.
        sleep(Duration::from_millis(5)).await;
        while !one.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        other.store(true, Ordering::SeqCst);
        task.await;
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    let task = runtime.spawn(rejoin::run(both()));
    runtime.block_on(task).unwrap().unwrap();
}

#[test]
fn it_may_borrow_arguments_and_locals_mutably_too_and_the_borrow_ends_at_the_await() {
    #[scoped]
    async fn fill(numbers: &mut Vec<u32>) {
        yield_now().await;
        numbers.push(2);
    }
    #[scoped]
    async fn all(base: &u32) -> Vec<u32> {
        let mut numbers = vec![*base];
        let filling = spawn!(fill(&mut numbers));
        filling.await;
        numbers.push(3);
        let stopped = spawn!(fill(&mut numbers));
        stopped.stop().await;
        numbers.retain(|n| *n != 2);
        let limited = spawn!(async { numbers.push(4) });
        limited.timeout(Duration::from_secs(60)).await.unwrap();
        numbers.push(5);
        numbers
    }
    assert_eq!(on_both(|| all(&1)), [[1, 3, 4, 5], [1, 3, 4, 5]]);
}

#[rejoin::test]
async fn the_forms_of_the_statement() {
    let plain = spawn!(async { 1_u32 });
    let mut mutable = spawn!(async { 2_u32 });
    let _mutably = &mut mutable;
    let declared: Task<'_, u32> = spawn!(std::future::ready(3));
    let named = spawn!(name = format!("task {}", 4), async { 4_u32 });
    assert_eq!(named.name().as_deref(), Some("task 4"));
    assert!(named.site().unwrap().file().ends_with("tasks.rs"));
    assert_eq!(plain.await + mutable.await + declared.await + named.await, 10);
    assert_eq!(spawn!(async { 5_u32 }).await, 5);
}

#[rejoin::test]
async fn await_gives_the_output_of_a_task_that_has_ended_long_ago() {
    let task = spawn!(async { String::from("kept") });
    for _ in 0..5 {
        yield_now().await;
    }
    assert_eq!(task.await, "kept");
}

#[rejoin::test(paused)]
async fn timeout_cancels_the_task_and_it_has_unwound() {
    let log = Log::new();
    let slow = spawn!(waits(&log, "slow"));
    let cancelled = slow.timeout(Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(cancelled.reason(), &Reason::Deadline);
    assert_eq!(cancelled.awaiting().unwrap().function(), Some("waits"));
    log.assert_is(&["slow waits", "slow gone"]);
    let quick = spawn!(async { 1 });
    assert_eq!(quick.timeout(Duration::from_secs(1)).await.unwrap(), 1);
}

#[rejoin::test]
async fn cancel_asks_the_task_to_stop_and_it_is_joined_at_the_end_of_the_block() {
    let log = Log::new();
    {
        let task = spawn!(waits(&log, "task"));
        yield_now().await;
        task.cancel();
        log.add("asked");
    }
    log.assert_is(&["task waits", "asked", "task gone"]);
}

#[rejoin::test]
async fn stop_waits_until_the_task_has_unwound_and_gives_a_value_it_produced_in_time() {
    let log = Log::new();
    let waiting = spawn!(waits(&log, "task"));
    yield_now().await;
    assert_eq!(waiting.stop().await, None);
    log.assert_is(&["task waits", "task gone"]);
    let done = spawn!(async { 1 });
    yield_now().await;
    assert_eq!(done.stop().await, Some(1));
}

#[rejoin::test]
#[expect(clippy::forget_non_drop, reason = "what the test is about")]
async fn stop_and_timeout_without_an_await_are_futures_that_own_nothing() {
    let log = Log::new();
    {
        let task = spawn!(waits(&log, "task"));
        yield_now().await;
        std::mem::forget(task.stop());
    }
    log.assert_is(&["task waits", "task gone"]);
    {
        let task = spawn!(waits(&log, "other"));
        yield_now().await;
        drop(task.timeout(Duration::ZERO));
    }
    assert_eq!(log.count("other gone"), 1);
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
async fn of_several_failures_the_first_is_returned_and_later_ones_become_events() {
    #[scoped]
    async fn fails_with(text: &'static str) -> Result<u32, &'static str> {
        defer!({ yield_now().await });
        Err(text)
    }
    #[scoped]
    async fn parent_of_two() -> Result<u32, &'static str> {
        let one = spawn!(fails_with("one")?);
        let two = spawn!(fails_with("two")?);
        Ok(one.await + two.await)
    }
    record_events();
    parent_of_two().await.unwrap_err();
    assert_eq!(events(EventKind::LostError, "parent_of_two").len(), 1);
}

#[test]
fn a_panic_stops_the_siblings_and_resumes_in_the_parent() {
    #[scoped]
    async fn parent(log: Log) {
        defer!({ log.add("defer") });
        let sibling = spawn!(waits(&log, "sibling"));
        let panicking = spawn!(async {
            yield_now().await;
            panic!("the payload");
        });
        sibling.await;
        log.add("never");
        panicking.await;
    }
    let log = Log::new();
    assert_eq!(panics_on_both(|| parent(log.clone())), ["the payload", "the payload"]);
    assert_eq!(log.count("sibling waits"), log.count("sibling gone"));
    assert_eq!(log.count("defer"), 2);
    assert_eq!(log.count("never"), 0);
}

#[rejoin::test]
async fn catch_panic_turns_it_into_a_value() {
    let task = spawn!(
        scope!(async {
            if true {
                panic!("stopped here")
            }
        })
        .catch_panic()
    );
    assert_eq!(task.await.unwrap_err().message(), Some("stopped here"));
}

#[rejoin::test]
async fn a_daemon_serves_what_stands_below_it_and_ends_after_it() {
    let log = Log::new();
    let inner = log.clone();
    scope!(async move {
        let log = inner;
        let (ask, mut asked) = mpsc::channel::<oneshot::Sender<u32>>(1);
        daemon!(async {
            let _gone = log.on_drop("daemon gone");
            while let Some(answer) = asked.recv().await {
                let _ = answer.send(7);
            }
        });
        defer!({
            let (answer, answered) = oneshot::channel();
            ask.send(answer).await.unwrap();
            log.add(format!("answered {}", answered.await.unwrap()));
        });
        let task = spawn!(waits(&log, "task"));
        yield_now().await;
        task.cancel();
    })
    .await;
    log.assert_is(&["task waits", "task gone", "answered 7", "daemon gone"]);
}

#[rejoin::test(paused)]
async fn a_daemon_is_there_for_the_cleanup_also_when_the_scope_is_cancelled() {
    let log = Log::new();
    #[scoped]
    async fn served(log: &Log) {
        let (ask, mut asked) = mpsc::channel::<oneshot::Sender<u32>>(1);
        daemon!(async {
            let _gone = log.on_drop("daemon gone");
            while let Some(answer) = asked.recv().await {
                let _ = answer.send(7);
            }
        });
        defer!({
            let (answer, answered) = oneshot::channel();
            ask.send(answer).await.unwrap();
            log.add(format!("answered {}", answered.await.unwrap()));
        });
        let task = spawn!(waits(log, "task"));
        task.await;
    }
    served(&log).timeout(Duration::from_millis(20)).await.unwrap_err();
    log.assert_order(&["task gone", "answered 7", "daemon gone"]);
}

#[rejoin::test]
async fn a_daemons_error_is_the_functions() {
    #[scoped]
    async fn parent(log: &Log) -> Result<(), String> {
        daemon!(async {
            yield_now().await;
            Err("driver failed".to_owned())
        }?);
        waits(log, "body").await;
        Ok(())
    }
    let log = Log::new();
    assert_eq!(parent(&log).await, Err("driver failed".to_owned()));
    log.assert_is(&["body waits", "body gone"]);
}

#[test]
fn every_way_out_of_a_block_joins_its_tasks() {
    #[scoped(allow(
        unresolved_task,
        reason = "what a way out does with the tasks it leaves is the question"
    ))]
    async fn block(log: &Log, way: u32) -> Result<u32, String> {
        let mut value = 0;
        'outer: for round in 0..2 {
            let first = spawn!(waits(log, "first"));
            let second = spawn!(waits(log, "second"));
            yield_now().await;
            match way {
                0 => break,
                1 => continue,
                2 => return Ok(2),
                3 => Err("question mark")?,
                4 => break 'outer,
                5 => {
                    value = 'inner: {
                        let third = spawn!(waits(log, "third"));
                        yield_now().await;
                        if round == 0 {
                            break 'inner 5;
                        }
                        third.await
                    };
                    break;
                }
                6 => {
                    value = loop {
                        let third = spawn!(waits(log, "third"));
                        yield_now().await;
                        if round == 0 {
                            break 6;
                        }
                        third.cancel();
                    };
                    break 'outer;
                }
                _ => {}
            }
            first.cancel();
            second.cancel();
        }
        Ok(value)
    }
    for way in 0..8 {
        let log = Log::new();
        let outcome = rejoin::block_on(block(&log, way)).unwrap();
        let expected = match way {
            2 => Ok(2),
            3 => Err("question mark".to_owned()),
            5 => Ok(5),
            6 => Ok(6),
            _ => Ok(0),
        };
        assert_eq!(outcome, expected, "way {way}");
        let waited = log.entries().iter().filter(|entry| entry.ends_with("waits")).count();
        let gone = log.entries().iter().filter(|entry| entry.ends_with("gone")).count();
        assert_eq!(waited, gone, "way {way}: {:?}", log.entries());
        assert!(waited >= 2, "way {way}");
    }
}

#[rejoin::test]
async fn a_value_moved_before_a_break_may_be_used_by_the_other_ways() {
    #[scoped]
    async fn find(names: &[&str]) -> Option<String> {
        let mut found = None;
        let budget = String::from("one");
        for name in names {
            let task = spawn!(async { name.len() });
            if task.await == 3 {
                found = Some(budget);
                break;
            }
        }
        found
    }
    assert_eq!(find(&["a", "bcd", "efg"]).await.as_deref(), Some("one"));
    assert_eq!(find(&["a"]).await, None);
}
