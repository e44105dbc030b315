//! Tasks.

use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rejoin::{Canceller, Reason, prelude::*};
use rejoin_tests::{Log, on_both};
use tokio::task::yield_now;
use tokio::time::sleep;

#[scoped]
async fn waits(log: &Log, name: &'static str) -> u32 {
    let _gone = log.on_drop(format!("{name} gone"));
    log.add(format!("{name} waits"));
    pending().await
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

/// Gives its value after so long, whatever happens meanwhile.
#[scoped]
async fn late(limit: Duration) -> u32 {
    scope!(sleep(limit)).shield().await;
    7
}

#[rejoin::test(paused)]
async fn a_value_the_task_produces_after_it_was_asked_to_stop_is_delivered() {
    let began = tokio::time::Instant::now();
    let limited = spawn!(late(Duration::from_secs(3)));
    assert_eq!(limited.timeout(Duration::from_secs(1)).await.ok(), Some(7));
    assert_eq!(began.elapsed(), Duration::from_secs(3));
    let stopped = spawn!(late(Duration::from_secs(3)));
    yield_now().await;
    assert_eq!(stopped.stop().await, Some(7));
    assert_eq!(began.elapsed(), Duration::from_secs(6));
}

#[rejoin::test]
async fn the_borrow_of_a_cancelled_task_ends_with_its_block() {
    let mut numbers = vec![1];
    {
        let task = spawn!(async {
            numbers.push(2);
            pending::<()>().await
        });
        yield_now().await;
        task.cancel();
    }
    numbers.push(3);
    assert_eq!(numbers, [1, 2, 3]);
}

#[rejoin::test]
async fn spawning_in_a_cancelled_scope_starts_nothing() {
    let (stop, log) = (Canceller::new(), Log::new());
    let call = scope!(async {
        stop.cancel("before the tasks");
        let argument = log.on_drop("argument of the task");
        let task = spawn!(async {
            let _argument = argument;
            log.add("never");
        });
        log.add("below the task");
        let argument = log.on_drop("argument of the daemon");
        daemon!(async {
            let _argument = argument;
            log.add("never");
        });
        log.add("below the daemon");
        let group = task_group!();
        let argument = log.on_drop("argument of the group");
        group.spawn(async {
            let _argument = argument;
            log.add("never");
        });
        log.add("below the group");
        task.await;
        log.add("never");
        group.stop().await;
    });
    call.cancel_on(&stop).await.unwrap_err();
    log.assert_is(&[
        "argument of the task",
        "below the task",
        "argument of the daemon",
        "below the daemon",
        "argument of the group",
        "below the group",
    ]);
}

#[rejoin::test]
async fn a_function_returns_only_when_everything_it_started_has_ended() {
    #[scoped]
    async fn starts(log: &Log) -> u32 {
        let tree = spawn!(async {
            let group = task_group!();
            for name in ["one", "two"] {
                group.spawn(async move {
                    let inner = spawn!(waits(log, name));
                    inner.await
                });
            }
            group.join_all().await.len()
        });
        for _ in 0..10 {
            yield_now().await;
        }
        tree.cancel();
        1
    }
    let log = Log::new();
    assert_eq!(starts(&log).await, 1);
    log.add("returned");
    assert_eq!(log.entries().len(), 5);
    log.assert_order(&["one waits", "one gone", "returned"]);
    log.assert_order(&["two waits", "two gone", "returned"]);
}
