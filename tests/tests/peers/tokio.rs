//! tokio: `JoinSet`, aborting tasks, `timeout`.
//!
//! Without meaning here: `try_join_next` and sets over a `LocalSet` (a group is drained by awaiting, and
//! its children are `Send`); `detach_all` (nothing is detached); the text of a `JoinError` (a panic
//! travels, it is no value); a panic of a destructor that stays in its task (it travels like any other).

use std::future::{pending, ready};
use std::panic::panic_any;
use std::sync::{Arc, Weak};

use ::tokio::io::AsyncReadExt;
use ::tokio::runtime::Builder;
use ::tokio::sync::{Semaphore, oneshot};
use ::tokio::task::yield_now;
use ::tokio::time::{Duration, Instant, sleep};
use rejoin::{Reason, prelude::*};
use rejoin_tests::Log;

use crate::MS;

#[rejoin::test(paused)]
async fn set_with_sleep_is_drained_twice() {
    let group = task_group!();
    let mut round = 0;
    loop {
        for n in 0..10_u64 {
            group.spawn(async move {
                sleep(Duration::from_secs(n)).await;
                n
            });
        }
        assert_eq!(group.len(), 10, "round {round}");
        let mut seen = Vec::new();
        while let Some(n) = group.next().await {
            seen.push(n);
        }
        assert_eq!(seen, Vec::from_iter(0..10));
        assert!(group.is_empty());
        round += 1;
        if round == 2 {
            break;
        }
    }
}

#[rejoin::test]
async fn set_dropped_after_spawning_aborts_everything() {
    #[scoped]
    async fn leaves(left: &mut Vec<oneshot::Receiver<()>>) -> Result<(), ()> {
        let group = task_group!();
        for _ in 0..16 {
            let (send, receive) = oneshot::channel();
            left.push(receive);
            group.spawn(async move {
                pending::<()>().await;
                let _ = send.send(());
            });
        }
        yield_now().await;
        Err(())?;
        group.join_all().await;
        Ok(())
    }
    let mut left = Vec::new();
    leaves(&mut left).await.unwrap_err();
    for mut receiver in left {
        // Not "soon": they are gone when the function returns.
        assert_eq!(receiver.try_recv(), Err(oneshot::error::TryRecvError::Closed));
    }
}

#[rejoin::test]
async fn alternating_between_joining_and_spawning_keeps_the_length() {
    let group = task_group!();
    group.spawn(async {});
    group.spawn(async {});
    for _ in 0..16 {
        group.next().await.unwrap();
        assert_eq!(group.len(), 1);
        group.spawn(async {});
        assert_eq!(group.len(), 2);
    }
    group.stop().await;
}

#[rejoin::test(paused)]
async fn every_other_task_is_aborted_and_the_others_complete() {
    let (mut completed, mut cancelled) = (0, 0);
    let group = task_group!();
    for n in 0..16 {
        group.spawn(async move {
            let task = spawn!(async move {
                sleep(n * 1000 * MS).await;
                n
            });
            if n % 2 == 0 { Some(task.await) } else { task.stop().await }
        });
    }
    while let Some(outcome) = group.next().await {
        match outcome {
            Some(n) => {
                assert_eq!(n % 2, 0);
                completed += 1;
            }
            None => cancelled += 1,
        }
    }
    assert_eq!((completed, cancelled), (8, 8));
}

#[test]
fn runtime_gone_makes_an_end_not_a_panic() {
    let gone = Builder::new_current_thread().build().unwrap();
    let root = rejoin::run(scope!(async {
        let task = spawn!(pending::<()>());
        task.await
    }));
    let mut root = Box::pin(root);
    gone.block_on(async {
        let polled = std::future::poll_fn(|cx| std::task::Poll::Ready(root.as_mut().poll(cx).is_pending()));
        assert!(polled.await);
    });
    drop(gone);
    let other = Builder::new_current_thread().build().unwrap();
    assert_eq!(other.block_on(root).unwrap_err().reason(), &Reason::Shutdown);
}

#[rejoin::test(paused)]
async fn join_all_panics_with_the_first_panic_and_stops_the_rest() {
    let (send, mut receive) = oneshot::channel();
    let call = scope!(async {
        let group = task_group!();
        group.spawn(async {
            sleep(2000 * MS).await;
            let _ = send.send(());
        });
        group.spawn(async {
            sleep(1000 * MS).await;
            panic_any("first")
        });
        group.join_all().await;
    });
    assert_eq!(call.catch_panic().await.unwrap_err().message(), Some("first"));
    assert_eq!(receive.try_recv(), Err(oneshot::error::TryRecvError::Closed));
}

#[rejoin::test(paused)]
async fn abort_all_keeps_what_was_finished() {
    let group = task_group!();
    for _ in 0..5 {
        group.spawn(pending::<u32>());
    }
    for n in 0..5 {
        group.spawn(async move {
            sleep(1000 * MS).await;
            n
        });
    }
    sleep(2000 * MS).await;
    assert_eq!(group.len(), 10);
    assert_eq!(group.stop().await, [0, 1, 2, 3, 4]);
    assert!(group.is_empty());
}

#[rejoin::test]
async fn a_thousand_ready_children_are_drained_although_the_budget_is_used_up() {
    let permits = Arc::new(Semaphore::new(0));
    let group = task_group!();
    for _ in 0..1000 {
        let permits = permits.clone();
        group.spawn(async move { permits.add_permits(1) });
    }
    drop(permits.acquire_many(1000).await.unwrap());
    let mut count = 0;
    while group.next().await.is_some() {
        count += 1;
    }
    assert_eq!(count, 1000);
}

#[rejoin::test]
async fn a_set_is_extended_while_it_is_there() {
    let group = task_group!();
    (0..5).for_each(|n| group.spawn(async move { n }));
    (5..10).for_each(|n| group.spawn(async move { n }));
    assert_eq!(group.join_all().await, Vec::from_iter(0..10));
}

#[test]
fn abort_during_completion_gives_the_value_or_nothing() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for _ in 0..if cfg!(miri) { 5 } else { 500 } {
        let root = rejoin::run(scope!(async {
            let task = spawn!(async {
                yield_now().await;
                Arc::new(7)
            });
            yield_now().await;
            task.stop().await
        }));
        let outcome = runtime.block_on(runtime.spawn(root)).unwrap().unwrap();
        assert!(outcome.is_none_or(|value| *value == 7 && Arc::strong_count(&value) == 1));
    }
}

#[test]
fn abort_from_another_thread_drops_the_task_where_it_is_awaited() {
    let runtime = Builder::new_current_thread().build().unwrap();
    let stop = rejoin::Canceller::new();
    let alive = Arc::new(());
    let left: Weak<()> = Arc::downgrade(&alive);
    let call = scope!(async move {
        let task = spawn!(async move {
            let _alive = alive;
            pending::<()>().await
        });
        task.await
    });
    let root = rejoin::run(call.cancel_on(&stop));
    let thread = std::thread::spawn(move || {
        std::thread::sleep(10 * MS);
        stop.cancel("from another thread");
    });
    runtime.block_on(root).unwrap().unwrap_err();
    assert!(left.upgrade().is_none(), "gone when the call returned");
    thread.join().unwrap();
}

/// Panics when it is dropped.
struct PanicOnDrop;

impl Drop for PanicOnDrop {
    fn drop(&mut self) {
        panic_any("what did you expect");
    }
}

#[rejoin::test(paused)]
async fn aborting_a_task_whose_destructor_panics_tells_whoever_waits() {
    let call = scope!(async {
        let task = spawn!(async {
            let _bomb = PanicOnDrop;
            sleep(100_000 * MS).await
        });
        sleep(10 * MS).await;
        task.stop().await;
    });
    assert_eq!(call.catch_panic().await.unwrap_err().message(), Some("what did you expect"));
}

#[rejoin::test(paused)]
async fn simultaneous_deadline_and_completion_complete() {
    scope!(ready(1)).deadline(Instant::now()).await.unwrap();
    scope!(ready(1)).deadline(Instant::now() - 1000 * MS).await.unwrap();
}

#[rejoin::test(paused)]
async fn a_future_that_completes_before_the_limit_wins() {
    let (send, receive) = oneshot::channel();
    let task = spawn!(scope!(receive).timeout(100 * MS));
    sleep(90 * MS).await;
    send.send(5).unwrap();
    assert_eq!(task.await.unwrap(), Ok(5));
}

#[rejoin::test(paused)]
async fn a_very_large_limit_does_not_overflow() {
    let (send, receive) = oneshot::channel();
    let task = spawn!(scope!(receive).timeout(Duration::MAX));
    sleep(Duration::from_secs(86_400 * 365 * 10)).await;
    send.send(5).unwrap();
    assert_eq!(task.await.unwrap(), Ok(5));
}

#[rejoin::test(paused)]
async fn a_deadline_that_is_now_or_past_elapses() {
    for at in [Instant::now(), Instant::now() - 1000 * MS] {
        let late = scope!(pending::<()>()).deadline(at).await.unwrap_err();
        assert_eq!(late.reason(), &Reason::Deadline);
    }
}

#[rejoin::test]
async fn a_limit_is_not_starved_by_a_body_that_uses_the_budget_up() {
    let log = Log::new();
    let body = scope!(async {
        let mut buffer = [0; 1];
        loop {
            // Always ready, until tokio's budget is used up.
            let _ = ::tokio::io::empty().read(&mut buffer).await;
        }
    });
    let late = body.map(|never: ()| never).timeout(MS).await.unwrap_err();
    log.add(late.reason());
    log.assert_is(&["its deadline passed"]);
}
