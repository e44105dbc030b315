//! async_nursery: nurseries over any executor.
//!
//! Without meaning here: the choice of executor, spawning by a handle that outlives the nursery, and
//! cooperation with an `Abortable` (cancellation needs none).

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use ::tokio::sync::mpsc;
use ::tokio::time::{Instant, sleep};
use rejoin::prelude::*;
use rejoin_tests::{Log, on_both};

use crate::MS;

#[test]
fn what_was_nursed_has_finished_when_the_function_returns() {
    #[scoped]
    async fn nurse(streamed: bool) -> usize {
        let done = AtomicUsize::new(0);
        let group = task_group!();
        for _ in 0..5 {
            group.spawn(async {
                sleep(2 * MS).await;
                done.fetch_add(1, SeqCst);
            });
        }
        if streamed {
            while group.next().await.is_some() {}
        } else {
            group.join_all().await;
        }
        done.load(SeqCst)
    }
    for streamed in [false, true] {
        assert_eq!(on_both(|| nurse(streamed)), [5; 2]);
    }
}

#[test]
fn what_was_nursed_is_dropped_with_the_nursery() {
    #[scoped]
    async fn leaves_early(tell: mpsc::UnboundedSender<()>) -> Result<(), ()> {
        let group = task_group!();
        for _ in 0..2 {
            let tell = tell.clone();
            group.spawn(async move {
                sleep(60_000 * MS).await;
                let _ = tell.send(());
            });
        }
        drop(tell);
        sleep(2 * MS).await;
        Err(())?;
        group.join_all().await;
        Ok(())
    }
    #[scoped]
    async fn owner() -> bool {
        let (tell, mut told) = mpsc::unbounded_channel();
        leaves_early(tell).await.unwrap_err();
        told.recv().await.is_none()
    }
    assert_eq!(on_both(owner), [true; 2]);
}

#[rejoin::test]
async fn the_values_of_the_nursed_are_folded() {
    let group = task_group!();
    group.spawn(async { 5 + 5 });
    group.spawn(async { 5 + 5 });
    let mut sum = 0;
    while let Some(value) = group.next().await {
        sum += value;
    }
    assert_eq!(sum, 20);
}

#[rejoin::test(paused)]
async fn an_error_returns_early_and_nobody_waits_for_the_slow_one() {
    #[scoped]
    async fn nurse(log: &Log) -> Result<(), &'static str> {
        let slow = spawn!(async {
            sleep(5000 * MS).await;
            log.add("never");
            Ok(())
        }?);
        let wrong = spawn!(async { Err::<(), _>("it does not like to wait") }?);
        slow.await;
        wrong.await;
        Ok(())
    }
    let (log, began) = (Log::new(), Instant::now());
    assert_eq!(nurse(&log).await, Err("it does not like to wait"));
    assert!(began.elapsed() < MS);
    log.assert_is(&[]);
}

#[rejoin::test]
async fn a_subtask_nurses_by_the_handle_it_was_lent() {
    #[scoped]
    async fn subtask<'g>(group: TaskGroup<'g, usize>) -> usize {
        for n in 1..=3 {
            group.spawn(async move { n });
        }
        10
    }
    let group = task_group!();
    group.spawn(subtask(group));
    assert_eq!(group.join_all().await, [10, 1, 2, 3]);
}

#[rejoin::test(paused)]
async fn all_are_cancelled_and_say_goodbye() {
    #[scoped]
    async fn polite(log: &Log) {
        defer!({
            sleep(MS).await;
            log.add("goodbye");
        });
        pending::<()>().await
    }
    let log = Log::new();
    let group = task_group!();
    for _ in 0..3 {
        group.spawn(polite(&log));
    }
    sleep(MS).await;
    group.stop().await;
    log.assert_is(&["goodbye"; 3]);
}
