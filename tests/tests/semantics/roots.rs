//! Roots.

use std::future::pending;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use rejoin::{EventKind, Reason, prelude::*};
use rejoin_tests::{Log, record_events};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

fn runtimes() -> [Runtime; 2] {
    [
        Builder::new_current_thread().enable_all().build().unwrap(),
        Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap(),
    ]
}

/// Holds a task, a defer and a local, and waits for ever.
#[scoped]
async fn holds(log: Log) {
    let _local = log.on_drop("local gone");
    defer!({
        yield_now().await;
        log.add("defer");
    });
    let task = spawn!(async {
        let _gone = log.on_drop("task gone");
        log.add("waits");
        pending::<()>().await
    });
    task.await;
}

async fn until(log: &Log, entry: &str) {
    while log.count(entry) == 0 {
        yield_now().await;
    }
}

#[test]
fn run_yields_the_value() {
    for runtime in runtimes() {
        let value = runtime.block_on(async { rejoin::run(scope!(async { 1 })).await });
        assert_eq!(value.unwrap(), 1);
    }
}

#[test]
fn try_run_flattens() {
    #[derive(Debug, PartialEq)]
    struct Error;
    impl From<Cancelled> for Error {
        fn from(_: Cancelled) -> Self {
            Self
        }
    }
    let [runtime, _] = runtimes();
    runtime.block_on(async {
        assert_eq!(rejoin::try_run(scope!(async { Ok::<u32, Error>(1) })).await, Ok(1));
        assert_eq!(rejoin::try_run(scope!(async { Err::<u32, Error>(Error) })).await, Err(Error));
    });
}

#[test]
fn block_on_may_borrow_and_need_not_be_send() {
    let mut numbers = vec![1];
    let shared = Rc::new(2);
    let sum = rejoin::block_on(scope!(async {
        let task = spawn!(async { numbers.push(2) });
        task.await;
        numbers.len() + *shared
    }));
    assert_eq!(sum.unwrap(), 4);
    numbers.push(3);
}

#[rejoin::test(paused)]
async fn a_root_made_inside_a_scope_is_its_child() {
    let log = Log::new();
    let inner = log.clone();
    let call = scope!(async {
        let root = rejoin::run(scope!(async move {
            inner.add(rejoin::current().name().unwrap());
            defer!({ inner.add("root unwound") });
            pending::<()>().await
        }));
        let cancelled = root.await;
        assert!(cancelled.is_err());
    });
    call.named("outer").timeout(Duration::from_millis(10)).await.unwrap_err();
    log.assert_is(&["outer", "root unwound"]);
}

#[test]
fn a_dropped_root_unwinds_with_all_its_clean_up() {
    for runtime in runtimes() {
        let log = Log::new();
        runtime.block_on(async {
            let mut root = Box::pin(rejoin::run(holds(log.clone())));
            tokio::select! {
                biased;
                _ = &mut root => unreachable!(),
                () = until(&log, "waits") => {}
            }
            drop(root);
            rejoin::drain(Duration::from_secs(30)).await.unwrap();
        });
        log.assert_is(&["waits", "task gone", "defer", "local gone"]);
    }
}

#[test]
fn the_scope_a_dropped_root_was_made_in_does_not_end_before_it() {
    for runtime in runtimes() {
        let log = Log::new();
        let shared = log.clone();
        let outer = rejoin::run(scope!(async move {
            let mut root = Box::pin(rejoin::run(holds(shared.clone())));
            tokio::select! {
                biased;
                _ = &mut root => unreachable!(),
                () = until(&shared, "waits") => {}
            }
            shared.add("left");
            drop(root);
        }));
        runtime.block_on(outer).unwrap();
        log.assert_order(&["waits", "left", "task gone", "defer", "local gone"]);
    }
}

/// As [`holds`], telling why its clean-up runs, which takes a few turns.
#[scoped]
async fn holds_and_tells_why(log: Log) {
    defer!({
        for _ in 0..3 {
            yield_now().await;
        }
        log.add(rejoin::current().reason().expect("it was cancelled"));
    });
    holds(log.clone()).await;
}

#[test]
fn timeout_select_and_abort_from_outside_leave_nothing_alive() {
    for runtime in runtimes() {
        let log = Log::new();
        runtime.block_on(async {
            let root = || rejoin::run(holds_and_tells_why(log.clone()));
            let mut limited = Box::pin(root());
            tokio::select! {
                biased;
                _ = &mut limited => unreachable!(),
                () = until(&log, "waits") => {}
            }
            tokio::time::timeout(Duration::from_millis(1), limited).await.unwrap_err();
            tokio::select! {
                biased;
                _ = root() => unreachable!(),
                () = async { while log.count("waits") < 2 { yield_now().await } } => {}
            }
            let aborted = tokio::spawn(root());
            while log.count("waits") < 3 {
                yield_now().await;
            }
            aborted.abort();
            assert!(aborted.await.unwrap_err().is_cancelled());
            rejoin::drain(Duration::from_secs(30)).await.unwrap();
            // The last to unwind may still be on its way out of its thread.
            while runtime.metrics().num_alive_tasks() > 0 {
                yield_now().await;
            }
        });
        for entry in ["waits", "task gone", "defer", "local gone", "nobody waited for it any more"] {
            assert_eq!(log.count(entry), 3, "{entry}");
        }
        assert_eq!(log.entries().len(), 15);
    }
}

#[rejoin::test]
async fn the_scope_of_a_root_is_fixed_when_run_is_called() {
    async fn name() -> Option<String> {
        rejoin::current().name().map(String::from)
    }
    let outside = rejoin::run(scope!(name()));
    let mut inside = Vec::new();
    scope!(async { inside.push(rejoin::run(scope!(name()))) }).named("inner").await;
    let inside = inside.remove(0);
    let of_none = scope!(async { outside.await.unwrap() }).named("another").await;
    let of_inner = scope!(async { inside.await.unwrap() }).named("another").await;
    assert_eq!((of_none, of_inner), (None, Some("inner".to_owned())));
}

#[test]
fn a_root_runs_in_any_tokio_context() {
    for runtime in runtimes() {
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, async {
            let on_the_set =
                tokio::task::spawn_local(rejoin::run(scope!(async { spawn!(async { 1 }).await })));
            assert_eq!(on_the_set.await.unwrap().unwrap(), 1);
        });
        let handle = runtime.handle().clone();
        let blocking = runtime.spawn_blocking(move || {
            handle.block_on(rejoin::run(scope!(async { spawn!(async { 2 }).await })))
        });
        assert_eq!(runtime.block_on(blocking).unwrap().unwrap(), 2);
        let mut set = tokio::task::JoinSet::new();
        set.spawn_on(rejoin::run(scope!(async { spawn!(async { 3 }).await })), runtime.handle());
        assert_eq!(runtime.block_on(set.join_next()).unwrap().unwrap().unwrap(), 3);
    }
}

#[test]
fn where_no_runtime_is_left_everything_is_destroyed_on_the_spot() {
    for runtime in runtimes() {
        let log = Log::new();
        let root = rejoin::run(holds(log.clone()));
        let task = runtime.spawn(root);
        runtime.block_on(until(&log, "waits"));
        drop(runtime);
        drop(task);
        assert_eq!(log.count("task gone"), 1);
        assert_eq!(log.count("local gone"), 1);
    }
}

#[test]
fn a_root_that_outlives_its_runtime_is_destroyed_when_it_is_dropped() {
    for runtime in runtimes() {
        let log = Log::new();
        let mut root = Box::pin(rejoin::run(holds(log.clone())));
        runtime.block_on(async {
            tokio::select! {
                biased;
                _ = &mut root => unreachable!(),
                () = until(&log, "waits") => {}
            }
        });
        drop(runtime);
        drop(root);
        assert_eq!(log.count("task gone"), 1);
        assert_eq!(log.count("local gone"), 1);
    }
}

#[test]
fn if_the_runtime_of_its_tasks_is_gone_a_root_is_cancelled_with_shutdown() {
    let [first, second] = runtimes();
    let log = Log::new();
    let mut root = Box::pin(rejoin::run(holds(log.clone())));
    first.block_on(async {
        tokio::select! {
            biased;
            _ = &mut root => unreachable!(),
            () = until(&log, "waits") => {}
        }
    });
    drop(first);
    assert_eq!(log.count("task gone"), 1);
    let cancelled = second.block_on(root).unwrap_err();
    assert_eq!(cancelled.reason(), &Reason::Shutdown);
    log.assert_is(&["waits", "task gone", "defer", "local gone"]);
}

#[test]
fn a_root_that_was_never_polled_has_done_nothing() {
    let log = Log::new();
    let root = rejoin::run(holds(log.clone()));
    drop(root);
    log.assert_is(&[]);
}

#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn a_forgotten_root_keeps_nobody_waiting() {
    let [runtime, _] = runtimes();
    let log = Log::new();
    let shared = log.clone();
    let outer = rejoin::run(scope!(async move {
        let mut root = Box::pin(rejoin::run(holds(shared.clone())));
        tokio::select! {
            biased;
            _ = &mut root => unreachable!(),
            () = until(&shared, "waits") => {}
        }
        std::mem::forget(root);
    }));
    runtime.block_on(outer).unwrap();
    assert_eq!(log.count("local gone"), 0);
}

#[test]
fn after_a_panic_a_root_is_not_adopted_and_not_polled_again() {
    let [runtime, _] = runtimes();
    let log = Log::new();
    let shared = log.clone();
    let mut root = Box::pin(rejoin::run(scope!(async move {
        let _local = shared.on_drop("local gone");
        yield_now().await;
        if shared.count("never") == 0 {
            panic!("in the root");
        }
    })));
    let mut poll = || std::panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(&mut root))).map(drop);
    poll().unwrap_err();
    poll().unwrap_err();
    log.assert_is(&["local gone"]);
    drop(root);
    log.assert_is(&["local gone"]);
}

#[rejoin::test]
async fn what_a_dropped_root_panics_with_is_reported_and_harms_nobody() {
    #[scoped]
    async fn panics_at_last() {
        defer!({
            if true {
                panic!("in the clean-up of a dropped root")
            }
        });
        pending::<()>().await
    }
    record_events();
    let mut root = Box::pin(rejoin::run(panics_at_last()));
    tokio::select! {
        biased;
        _ = &mut root => unreachable!(),
        () = yield_now() => {}
    }
    drop(root);
    for _ in 0..10 {
        yield_now().await;
    }
    let site = rejoin_tests::all_events(EventKind::LostPanic);
    assert_eq!(site.iter().filter(|text| text.contains("of a dropped root")).count(), 1);
}

#[test]
fn drain_says_who_is_left() {
    let [runtime, _] = runtimes();
    let log = Log::new();
    let left = runtime.block_on(async {
        let shared = log.clone();
        let mut root = Box::pin(rejoin::run(scope!(async move {
            defer!({ tokio::time::sleep(Duration::from_millis(200)).await });
            shared.add("waits");
            pending::<()>().await
        })));
        tokio::select! {
            biased;
            _ = &mut root => unreachable!(),
            () = until(&log, "waits") => {}
        }
        drop(root);
        let left = rejoin::drain(Duration::from_millis(5)).await.unwrap_err();
        rejoin::drain(Duration::from_secs(30)).await.unwrap();
        left
    });
    assert!(left.sites().iter().any(|site| site.file().ends_with("roots.rs")), "{left}");
}

/// Drops a root that unwinds slowly, and then does as it is told.
#[scoped]
async fn drops_a_root(log: &Log, then: u32) -> u32 {
    let shared = log.clone();
    let mut root = Box::pin(rejoin::run(scope!(async move {
        defer!({
            for _ in 0..10 {
                yield_now().await;
            }
            shared.add("root gone");
        });
        shared.add("root waits");
        pending::<()>().await
    })));
    tokio::select! {
        biased;
        _ = &mut root => unreachable!(),
        () = until(log, "root waits") => {}
    }
    drop(root);
    match then {
        0 => 1,
        1 => pending().await,
        _ => panic!("with a dropped root"),
    }
}

#[rejoin::test]
async fn a_task_does_not_end_before_a_root_that_was_dropped_in_it() {
    for then in 0..3 {
        let log = Log::new();
        let outcome = scope!(async {
            let task = spawn!(drops_a_root(&log, then));
            if then == 1 {
                until(&log, "root waits").await;
                yield_now().await;
                assert_eq!(task.stop().await, None);
            } else {
                assert_eq!(task.await, 1);
            }
            log.add("task ended");
        })
        .catch_panic()
        .await;
        log.add("over");
        assert_eq!(outcome.is_err(), then == 2);
        log.assert_order(&["root waits", "root gone", "over"]);
        if then != 2 {
            log.assert_order(&["root gone", "task ended"]);
        }
    }
}

#[rejoin::test]
async fn a_scope_that_panics_hands_on_what_it_would_have_waited_for() {
    let log = Log::new();
    let shared = log.clone();
    let outer = scope!(async {
        let inner = drops_a_root(&shared, 2).named("left by a panic").catch_panic().await;
        inner.unwrap_err();
        shared.add("caught");
    });
    outer.named("waits for it").await;
    log.assert_order(&["root waits", "caught", "root gone"]);
}
