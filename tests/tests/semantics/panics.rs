//! Panics.

use std::future::pending;
use std::panic::panic_any;
use std::time::Duration;

use rejoin::{EventKind, prelude::*};
use rejoin_tests::{Log, OnDrop, events, panics_on_both, record_events};
use tokio::task::yield_now;

#[scoped]
async fn waits(log: &Log, name: &'static str) -> u32 {
    let _gone = log.on_drop(format!("{name} gone"));
    log.add(format!("{name} waits"));
    pending().await
}

/// Panics after so many turns, whatever happens meanwhile.
#[scoped]
async fn panics_in_a_shield(turns: u32, text: &'static str) -> u32 {
    let wait = scope!(async {
        for _ in 0..turns {
            yield_now().await;
        }
    });
    wait.shield().await;
    panic!("{text}")
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

#[test]
fn a_panic_in_a_body_stops_its_tasks_on_the_spot_runs_its_defers_and_goes_on() {
    #[scoped]
    async fn panics(log: Log) {
        defer!({ log.add("defer") });
        let task = spawn!(waits(&log, "task"));
        yield_now().await;
        if log.count("never") == 0 {
            panic!("in the body");
        }
        task.await;
    }
    let log = Log::new();
    assert_eq!(panics_on_both(|| panics(log.clone())), ["in the body"; 2]);
    let entries = log.entries();
    assert_eq!(log.count("defer"), 2);
    assert!(entries.iter().rposition(|e| e == "task gone") < entries.iter().rposition(|e| e == "defer"));
}

#[test]
fn all_defers_run_even_if_one_panics() {
    #[scoped]
    async fn parent(log: Log) {
        defer!({ log.add("first") });
        defer!({
            if true {
                panic!("in a defer")
            }
        });
        defer!({ log.add("third") });
        yield_now().await;
    }
    let log = Log::new();
    assert_eq!(panics_on_both(|| parent(log.clone())), ["in a defer"; 2]);
    log.assert_is(&["third", "first", "third", "first"]);
}

#[test]
fn of_two_panics_the_first_goes_on_and_the_second_is_reported() {
    #[scoped]
    async fn panics_twice() {
        defer!({
            if true {
                panic!("second")
            }
        });
        yield_now().await;
        panic!("first");
    }
    record_events();
    assert_eq!(panics_on_both(panics_twice), ["first"; 2]);
    assert_eq!(events(EventKind::LostPanic, "panics_twice"), ["second"; 2]);
}

#[rejoin::test]
async fn everything_the_call_started_has_ended_when_its_panic_is_caught() {
    #[scoped]
    async fn slow_to_stop(log: &Log) {
        defer!({
            for _ in 0..20 {
                yield_now().await;
            }
            log.add("slow stopped")
        });
        pending::<()>().await;
    }
    #[scoped]
    async fn parent(log: &Log) -> u32 {
        let slow = spawn!(slow_to_stop(log));
        let panicking = spawn!(panics_in_a_shield(2, "in a task"));
        slow.await;
        panicking.await
    }
    let log = Log::new();
    let beside = spawn!(waits(&log, "beside"));
    let panicked = parent(&log).catch_panic().await.unwrap_err();
    log.add("caught");
    assert_eq!(panicked.message(), Some("in a task"));
    log.assert_is(&["beside waits", "slow stopped", "caught"]);
    beside.cancel();
}

#[rejoin::test]
async fn the_original_payload_is_resumed_however_many_tasks_it_travels_through() {
    struct Payload(u32);
    #[scoped]
    async fn levels(n: u32) {
        if n == 0 {
            panic_any(Payload(7));
        }
        let below = spawn!(levels(n - 1));
        let group = task_group!();
        group.spawn(pending::<()>());
        below.await;
        group.stop().await;
    }
    let panicked = levels(5).catch_panic().await.unwrap_err();
    assert_eq!(panicked.message(), None);
    assert_eq!(panicked.into_payload().downcast::<Payload>().map(|payload| payload.0).ok(), Some(7));
}

#[test]
fn of_two_tasks_that_panic_the_first_goes_on_and_the_second_is_reported() {
    #[scoped]
    async fn parent_of_two_panics() {
        let second = spawn!(panics_in_a_shield(20, "the second"));
        let first = spawn!(panics_in_a_shield(2, "the first"));
        second.await;
        first.await;
    }
    record_events();
    let caught = rejoin::block_on(parent_of_two_panics().catch_panic()).unwrap();
    assert_eq!(caught.unwrap_err().message(), Some("the first"));
    assert_eq!(events(EventKind::LostPanic, "parent_of_two_panics"), ["the second"]);
}

#[test]
fn the_late_panic_of_a_cancelled_task_still_travels() {
    #[scoped]
    async fn parent(log: Log) {
        {
            let task = spawn!(panics_in_a_shield(5, "late"));
            yield_now().await;
            task.cancel();
        }
        yield_now().await;
        log.add("never");
    }
    let log = Log::new();
    assert_eq!(panics_on_both(|| parent(log.clone())), ["late"; 2]);
    log.assert_is(&[]);
}

/// Panics when it is dropped.
struct Bomb<'a>(&'a Log);

impl Drop for Bomb<'_> {
    fn drop(&mut self) {
        self.0.add("bomb");
        panic_any("in a destructor");
    }
}

#[scoped]
async fn armed(log: &Log) {
    defer!({
        yield_now().await;
        log.add("defer");
    });
    let _above = log.on_drop("above");
    let task = spawn!(waits(log, "task"));
    let _bomb = Bomb(log);
    let _below = log.on_drop("below");
    task.await;
}

#[rejoin::test(paused)]
async fn a_panic_in_a_destructor_is_one_of_the_body_and_stops_no_other_destructor_or_clean_up() {
    let log = Log::new();
    let call = armed(&log).timeout(Duration::from_millis(5));
    let panicked = call.catch_panic().await.unwrap_err();
    assert_eq!(panicked.message(), Some("in a destructor"));
    log.assert_is(&["task waits", "task gone", "below", "bomb", "above", "defer"]);
}

#[rejoin::test(paused)]
async fn a_panic_in_a_destructor_of_a_cancelled_task_travels_to_its_function() {
    let log = Log::new();
    let call = scope!(async {
        let task = spawn!(armed(&log));
        task.await;
    });
    let panicked = call.timeout(Duration::from_millis(5)).catch_panic().await.unwrap_err();
    assert_eq!(panicked.message(), Some("in a destructor"));
    log.assert_is(&["task waits", "task gone", "below", "bomb", "above", "defer"]);
}

#[rejoin::test]
async fn a_value_that_is_dropped_with_a_panic_is_dropped_once() {
    #[scoped]
    async fn parent(value: OnDrop, log: &Log) {
        let task = spawn!(async move {
            let _value = value;
            yield_now().await;
            panic_any("with a value");
        });
        waits(log, "body").await;
        task.await;
    }
    let log = Log::new();
    parent(log.on_drop("value"), &log).catch_panic().await.unwrap_err();
    log.assert_is(&["body waits", "value", "body gone"]);
}
