//! tokio-graceful-shutdown: subsystems that are asked to stop, and then made to.
//!
//! What theirs ask of being asked (a subsystem that sees the request, a grace that is exceeded, signals,
//! partial shutdown, spawning meanwhile) is in `semantics/shutdown.rs` and `signals.rs`. Here it is about being
//! made to. A subsystem that itself panics stops its nested ones on the spot, where theirs lets them end.

use std::future::pending;
use std::panic::panic_any;

use ::tokio::sync::Barrier;
use ::tokio::time::sleep;
use rejoin::{Canceller, EventKind, prelude::*};
use rejoin_tests::{Log, all_events, record_events};

use crate::MS;

#[rejoin::test(paused)]
async fn spawning_during_the_shutdown_starts_nothing() {
    #[scoped]
    async fn subsystem<'g>(group: TaskGroup<'g, ()>, log: &'g Log) {
        defer!({
            sleep(10 * MS).await;
            group.spawn(async { log.add("never") });
            log.add("subsystem ends");
        });
        pending().await
    }
    let (stop, log) = (Canceller::new(), Log::new());
    let call = scope!(async {
        let group = task_group!();
        group.spawn(subsystem(group, &log));
        sleep(MS).await;
        stop.cancel("shutdown");
        group.join_all().await;
    });
    call.cancel_on(&stop).await.unwrap_err();
    log.assert_is(&["subsystem ends"]);
}

#[rejoin::test(multi_thread)]
async fn two_panics_do_not_keep_a_third_subsystem_from_its_clean_up() {
    #[scoped]
    async fn subsystem(log: &Log) {
        let all_are_there = Barrier::new(3);
        let second = spawn!(async {
            all_are_there.wait().await;
            panic_any("second of two")
        });
        let third = spawn!(async {
            defer!({
                sleep(10 * MS).await;
                log.add("third cleaned up");
            });
            all_are_there.wait().await;
            pending::<()>().await
        });
        let first = spawn!(async {
            let step = scope!(async {
                all_are_there.wait().await;
                sleep(20 * MS).await;
            });
            step.shield().await;
            panic_any("first of two")
        });
        third.await;
        second.await;
        first.await
    }
    record_events();
    let log = Log::new();
    let panicked = subsystem(&log).catch_panic().await.unwrap_err();
    let mut told = all_events(EventKind::LostPanic);
    told.push(panicked.message().unwrap().to_owned());
    told.retain(|text| text.ends_with("of two"));
    told.sort();
    assert_eq!(told, ["first of two", "second of two"]);
    log.assert_is(&["third cleaned up"]);
}

#[rejoin::test(paused)]
async fn the_toplevel_dropped_stops_its_subsystems_and_those_of_a_toplevel_inside_of_it() {
    #[scoped]
    async fn inner(log: Log) {
        let _gone = log.on_drop("inner gone");
        pending().await
    }
    #[scoped]
    async fn outer(log: Log) {
        let _gone = log.on_drop("outer gone");
        let subsystem = spawn!(async {
            rejoin::run(inner(log.clone())).await.ok();
            log.add("never");
        });
        subsystem.await;
    }
    let log = Log::new();
    let server = scope!(async {
        ::tokio::time::timeout(50 * MS, rejoin::run(outer(log.clone()))).await.unwrap_err();
    });
    // The scope it was made in ends when it has.
    server.named("server").await;
    log.assert_is(&["inner gone", "outer gone"]);
}

#[rejoin::test(paused)]
async fn a_part_is_stopped_and_the_whole_goes_on() {
    let log = Log::new();
    let whole = spawn!(async {
        let part = spawn!(async {
            let deep = spawn!(async {
                let _gone = log.on_drop("deep gone");
                pending::<()>().await
            });
            let _gone = log.on_drop("part gone");
            deep.await
        });
        sleep(10 * MS).await;
        part.stop().await;
        log.add("whole goes on");
        sleep(10 * MS).await;
        log.add("whole ends");
    });
    whole.await;
    log.assert_is(&["deep gone", "part gone", "whole goes on", "whole ends"]);
}

#[rejoin::test(paused)]
async fn a_subtree_of_its_own_outlives_the_function_that_started_it_but_not_the_scope() {
    let log = Log::new();
    let scope = scope!(async {
        #[scoped]
        async fn starts<'g>(group: TaskGroup<'g, ()>, log: &'g Log) {
            group.spawn(async {
                let _gone = log.on_drop("subtree gone");
                pending::<()>().await
            });
        }
        let group = task_group!();
        starts(group, &log).await;
        sleep(MS).await;
        log.add("function returned long ago");
        group.stop().await;
    });
    scope.await;
    log.assert_is(&["function returned long ago", "subtree gone"]);
}

#[rejoin::test(paused)]
async fn errors_of_several_subsystems_all_reach_somebody() {
    #[scoped]
    async fn subsystems() -> Result<(), &'static str> {
        let first = spawn!(async {
            sleep(100 * MS).await;
            Err::<(), _>("first")
        }?);
        let second = spawn!(async {
            let step = scope!(async { sleep(100 * MS).await });
            step.shield().await;
            Err::<(), _>("second")
        }?);
        first.await;
        second.await;
        Ok(())
    }
    record_events();
    let before = all_events(EventKind::LostError).len();
    assert_eq!(subsystems().await, Err("first"));
    assert_eq!(all_events(EventKind::LostError).len(), before + 1);
}
