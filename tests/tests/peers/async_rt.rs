//! async-rt: scopes that are driven by their own future.
//!
//! Theirs drain what nobody awaits. Here that does not compile for a task, and a group says how it is
//! drained. Without meaning: handles that outlive the scope, and coroutines fed by a channel.

use std::future::pending;
use std::panic::panic_any;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use ::tokio::task::yield_now;
use rejoin::prelude::*;
use rejoin_tests::{Log, on_both};

use crate::MS;

#[rejoin::test]
async fn a_nested_child_nobody_awaits_is_drained() {
    let ran = AtomicUsize::new(0);
    let group = task_group!();
    let nested = async || {
        yield_now().await;
        ran.fetch_add(1, SeqCst);
    };
    group.spawn(async move { group.spawn(nested()) });
    group.join_all().await;
    assert_eq!(ran.load(SeqCst), 1);
}

#[test]
fn a_child_starts_another_and_waits_for_it_also_inside_of_a_spawned_root() {
    #[scoped]
    async fn nested() -> u32 {
        let outer = spawn!(async {
            let inner = spawn!(async { 41 });
            inner.await + 1
        });
        outer.await
    }
    assert_eq!(on_both(nested), [42; 2]);
}

#[test]
fn many_at_once_complete_and_their_values_are_theirs() {
    #[scoped]
    async fn sum() -> usize {
        let count = AtomicUsize::new(0);
        let group = task_group!();
        for n in 0..32 {
            let count = &count;
            group.spawn(async move {
                count.fetch_add(1, SeqCst);
                n
            });
        }
        let sum = group.join_all().await.into_iter().sum();
        assert_eq!(count.load(SeqCst), 32);
        sum
    }
    assert_eq!(on_both(sum), [(0..32).sum::<usize>(); 2]);
}

#[rejoin::test]
async fn the_panic_of_a_child_that_is_caught_does_not_stop_the_others() {
    let group = task_group!();
    for n in 0..8 {
        let child = scope!(async move {
            yield_now().await;
            if n == 3 {
                panic_any("number three");
            }
            n
        });
        group.spawn(child.catch_panic());
    }
    let outcomes = group.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 7);
}

#[rejoin::test]
async fn a_child_pushed_while_the_owner_waits_wakes_it() {
    let log = Log::new();
    let group = task_group!();
    let pushes = spawn!(async {
        yield_now().await;
        yield_now().await;
        group.spawn(async { log.add("pushed") });
    });
    pushes.await;
    group.join_all().await;
    log.assert_is(&["pushed"]);
}

#[rejoin::test(paused)]
async fn a_cancellation_while_it_is_drained_stops_what_is_left() {
    let log = Log::new();
    let call = scope!(async {
        let group = task_group!();
        group.spawn(async {
            let _gone = log.on_drop("first gone");
        });
        group.spawn(async {
            let _gone = log.on_drop("second gone");
            pending::<()>().await
        });
        group.join_all().await;
        log.add("never");
    });
    call.timeout(MS).await.unwrap_err();
    log.assert_is(&["first gone", "second gone"]);
}
