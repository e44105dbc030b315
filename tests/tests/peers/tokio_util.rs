//! tokio-util: `CancellationToken`, `TaskTracker`, `AbortOnDropHandle`.
//!
//! Without meaning here: closing and reopening a tracker (a group is closed by waiting for its end, and
//! stays so); tokens whose parent is dropped in some order (a scope outlives what is below it).
//! The race of a check without a lock against a cancellation is model-checked in `runtime/src/loom.rs`.

use std::future::pending;
use std::sync::Arc;

use ::tokio::task::yield_now;
use ::tokio::time::sleep;
use ::tokio_util::sync::CancellationToken;
use rejoin::{Canceller, prelude::*};
use rejoin_tests::Log;

use crate::MS;

#[rejoin::test]
async fn a_token_cancels_who_waits_already_and_who_comes_later() {
    let token = CancellationToken::new();
    let first = spawn!(scope!(pending::<()>()).cancel_on(&token));
    let second = spawn!(scope!(pending::<()>()).cancel_on(&token));
    yield_now().await;
    token.cancel();
    first.await.unwrap_err();
    second.await.unwrap_err();
    scope!(pending::<()>()).cancel_on(&token).await.unwrap_err();
}

#[rejoin::test]
async fn a_grandchild_is_cancelled_although_what_was_between_has_returned() {
    #[scoped]
    async fn between<'g>(group: TaskGroup<'g, ()>, log: &'g Log) {
        group.spawn(async {
            let _gone = log.on_drop("grandchild gone");
            pending::<()>().await
        });
    }
    let (stop, log) = (Canceller::new(), Log::new());
    let call = scope!(async {
        let group = task_group!();
        between(group, &log).await;
        log.add("between has returned");
        yield_now().await;
        stop.cancel("all of them");
        group.join_all().await;
    });
    call.cancel_on(&stop).await.unwrap_err();
    log.assert_is(&["between has returned", "grandchild gone"]);
}

#[rejoin::test]
async fn a_child_of_what_is_cancelled_is_born_cancelled() {
    let (stop, log) = (Canceller::new(), Log::new());
    let call = scope!(async {
        stop.cancel("before its children");
        let child = spawn!(async { log.add("never") });
        let inner = scope!(async {
            yield_now().await;
            log.add("never");
        });
        inner.timeout(1000 * MS).await.ok();
        child.await;
    });
    call.cancel_on(&stop).await.unwrap_err();
    log.assert_is(&[]);
}

#[rejoin::test]
async fn cancelling_a_child_leaves_its_parent_and_siblings_alone() {
    let token = CancellationToken::new();
    let sibling = spawn!(async {
        yield_now().await;
        yield_now().await;
        "sibling"
    });
    let child = spawn!(scope!(pending::<()>()).cancel_on(&token.child_token()));
    yield_now().await;
    token.cancel();
    child.await.unwrap_err();
    assert_eq!(sibling.await, "sibling");
}

#[rejoin::test(paused)]
async fn cancelling_reaches_all_descendants_and_nobody_else() {
    #[scoped]
    async fn family(log: &Log, name: &str, depth: u32) {
        let _gone = log.on_drop(format!("{name}{depth} gone"));
        if depth == 0 {
            return pending().await;
        }
        let left = spawn!(family(log, name, depth - 1));
        let right = spawn!(family(log, name, depth - 1));
        left.await;
        right.await;
    }
    let (stop, log) = (Canceller::new(), Log::new());
    let ours = spawn!(family(&log, "ours", 2).cancel_on(&stop));
    let theirs = spawn!(family(&log, "theirs", 2));
    sleep(MS).await;
    stop.cancel("ours");
    ours.await.unwrap_err();
    assert_eq!([0, 1, 2].map(|n| log.count(&format!("ours{n} gone"))), [4, 2, 1]);
    assert!(log.entries().iter().all(|entry| entry.starts_with("ours")));
    theirs.stop().await;
}

#[test]
fn cancelling_parent_and_child_at_once_from_two_threads() {
    for _ in 0..if cfg!(miri) { 3 } else { 200 } {
        let (parent, child) = (Canceller::new(), Canceller::new());
        let threads =
            [parent.clone(), child.clone()].map(|stop| std::thread::spawn(move || stop.cancel("at once")));
        let call = scope!(async {
            let inner = scope!(pending::<()>()).cancel_on(&child);
            inner.await.unwrap_err();
            pending::<()>().await
        });
        rejoin::block_on(call.cancel_on(&parent)).unwrap().unwrap_err();
        for thread in threads {
            thread.join().unwrap();
        }
    }
}

#[rejoin::test]
async fn the_last_task_to_leave_ends_the_wait_whenever_it_began() {
    for waits_after in 0..5 {
        let group = task_group!();
        let gates: Vec<_> = (0..5).map(|_| Arc::new(::tokio::sync::Notify::new())).collect();
        for gate in gates.clone() {
            group.spawn(async move { gate.notified().await });
        }
        let waits = spawn!(async {
            for _ in 0..waits_after {
                yield_now().await;
            }
            while group.next().await.is_some() {}
        });
        for gate in gates {
            gate.notify_one();
            yield_now().await;
            yield_now().await;
        }
        waits.await;
        assert!(group.is_empty());
        group.stop().await;
    }
}

#[rejoin::test]
async fn several_wait_for_the_same_end() {
    let group = task_group!();
    group.spawn(async {
        for _ in 0..5 {
            yield_now().await;
        }
    });
    let waits = task_group!();
    for _ in 0..10 {
        waits.spawn(async { while group.next().await.is_some() {} });
    }
    waits.join_all().await;
    group.stop().await;
}

#[rejoin::test(paused)]
async fn a_handle_that_goes_out_of_scope_aborts_its_task() {
    let log = Log::new();
    {
        let task = spawn!(async {
            let _gone = log.on_drop("gone");
            pending::<()>().await
        });
        sleep(MS).await;
        task.cancel();
    }
    log.assert_is(&["gone"]);
}
