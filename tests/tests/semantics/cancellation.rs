//! Cancellation unwinds.

use std::future::{pending, ready};
use std::sync::Arc;
use std::time::Duration;

use rejoin::{Cancelled, Canceller, Reason, prelude::*};
use rejoin_tests::{Log, on_both};
use tokio::sync::Mutex;
use tokio::task::yield_now;
use tokio::time::sleep;

#[scoped]
async fn waits(log: &Log, name: &'static str) {
    let _gone = log.on_drop(format!("{name} gone"));
    pending().await
}

#[rejoin::test(paused)]
async fn the_leaf_is_dropped_then_blocks_in_reverse_order_then_locals_then_the_caller() {
    #[scoped]
    async fn inner(log: &Log) {
        let _local = log.on_drop("inner local");
        defer!({ log.add("inner first defer") });
        let _between = log.on_drop("between the defers");
        defer!({ log.add("inner second defer") });
        let task = spawn!(waits(log, "task"));
        let leaf = log.on_drop("leaf");
        async move {
            let _leaf = leaf;
            pending::<()>().await
        }
        .await;
        task.await;
    }
    #[scoped]
    async fn outer(log: &Log) {
        let _local = log.on_drop("outer local");
        defer!({ log.add("outer defer") });
        inner(log).await;
        log.add("never");
    }
    let log = Log::new();
    outer(&log).timeout(Duration::from_millis(20)).await.unwrap_err();
    log.assert_order(&[
        "leaf",
        "task gone",
        "inner second defer",
        "between the defers",
        "inner first defer",
        "inner local",
        "outer defer",
        "outer local",
    ]);
    assert_eq!(log.count("never"), 0);
}

#[rejoin::test(paused)]
async fn all_work_is_told_at_once() {
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
    async fn parent(log: &Log) {
        let early = spawn!(waits(log, "declared first"));
        let late = spawn!(slow_to_stop(log));
        yield_now().await;
        early.await;
        late.await;
    }
    let log = Log::new();
    parent(&log).timeout(Duration::from_millis(20)).await.unwrap_err();
    log.assert_is(&["declared first gone", "slow stopped"]);
}

#[rejoin::test(paused)]
async fn a_callees_locals_are_gone_before_anything_of_its_caller_runs() {
    #[scoped]
    async fn inner(lock: &Mutex<u32>) {
        let _held = lock.lock().await;
        pending().await
    }
    #[scoped]
    async fn with_a_defer(lock: &Mutex<u32>) {
        defer!({ *lock.lock().await += 1 });
        inner(lock).await;
    }
    #[scoped]
    async fn with_a_task(lock: &Mutex<u32>) {
        let task = spawn!(async {
            defer!({ *lock.lock().await += 1 });
            pending::<()>().await;
        });
        yield_now().await;
        inner(lock).await;
        task.await;
    }
    let lock = Mutex::new(0);
    with_a_defer(&lock).timeout(Duration::from_millis(5)).await.unwrap_err();
    with_a_task(&lock).timeout(Duration::from_millis(5)).await.unwrap_err();
    assert_eq!(*lock.lock().await, 2);
}

#[rejoin::test(paused)]
async fn code_in_the_cancelled_region_cannot_swallow_or_retry_it() {
    #[scoped]
    async fn stubborn(log: &Log) -> u32 {
        loop {
            log.add("try");
            let outcome: Result<u32, Cancelled> = scope!(async {
                pending::<()>().await;
                1
            })
            .timeout(Duration::from_secs(3600))
            .await;
            log.add("never");
            if let Ok(value) = outcome {
                return value;
            }
        }
    }
    let log = Log::new();
    stubborn(&log).timeout(Duration::from_millis(5)).await.unwrap_err();
    log.assert_is(&["try"]);
}

#[rejoin::test(paused)]
async fn a_retry_loop_around_a_boundary_of_its_own_goes_on() {
    let mut tries = 0;
    let value = loop {
        tries += 1;
        match scope!(sleep(Duration::from_secs(4 / tries))).timeout(Duration::from_millis(1500)).await {
            Ok(()) => break tries,
            Err(cancelled) => assert_eq!(cancelled.reason(), &Reason::Deadline),
        }
    };
    assert_eq!(value, 3);
}

#[rejoin::test(paused)]
async fn a_task_is_not_a_boundary() {
    #[scoped]
    async fn parent(log: &Log) {
        let task = spawn!(waits(log, "task"));
        task.await;
        log.add("never");
    }
    let log = Log::new();
    parent(&log).timeout(Duration::from_millis(5)).await.unwrap_err();
    log.assert_is(&["task gone"]);
}

#[rejoin::test]
async fn a_cancelled_scope_stays_cancelled() {
    let (stop, log) = (Canceller::new(), Log::new());
    stop.cancel("before it began");
    let call = scope!(async {
        log.add("begins");
        ready(()).await;
        log.add("never");
    });
    assert_eq!(
        call.cancel_on(&stop).await.unwrap_err().reason(),
        &Reason::Requested("before it began".into())
    );
    log.assert_is(&["begins"]);
}

#[rejoin::test]
async fn a_body_that_reaches_its_end_without_a_cancelled_await_returns_its_value() {
    let stop = Canceller::new();
    let call = scope!(async {
        stop.cancel("too late");
        7
    });
    assert_eq!(call.cancel_on(&stop).await.unwrap(), 7);
}

#[rejoin::test]
async fn an_outer_cancellation_while_an_inner_boundary_unwinds_is_not_lost() {
    let (inner, outer, log) = (Canceller::new(), Canceller::new(), Log::new());
    let call = scope!(async {
        let first = scope!(async {
            defer!({ outer.cancel("outer") });
            inner.cancel("inner");
            pending::<()>().await;
        });
        let cancelled = first.cancel_on(&inner).await.unwrap_err();
        log.add(cancelled.reason());
        ready(()).await;
        log.add("never");
    });
    let cancelled = call.cancel_on(&outer).await.unwrap_err();
    assert_eq!(cancelled.reason(), &Reason::Requested("outer".into()));
    log.assert_is(&["it was asked to stop (inner)"]);
}

#[rejoin::test(paused)]
async fn a_body_cancelled_in_the_await_of_a_task_drops_its_value() {
    #[scoped]
    async fn late(log: &Log) -> rejoin_tests::OnDrop {
        let value = log.on_drop("value dropped");
        scope!(sleep(Duration::from_millis(20))).shield().await;
        value
    }
    let log = Log::new();
    let call = scope!(async {
        let task = spawn!(late(&log));
        let _value = task.await;
        log.add("never");
    });
    call.timeout(Duration::from_millis(5)).await.unwrap_err();
    log.assert_is(&["value dropped"]);
}

#[test]
fn cancelling_from_another_thread_while_the_tree_grows() {
    #[scoped]
    async fn grow(depth: u32, alive: Arc<()>) {
        if depth == 0 {
            return pending().await;
        }
        let left = spawn!(grow(depth - 1, alive.clone()));
        let right = spawn!(grow(depth - 1, alive.clone()));
        left.await;
        right.await;
    }
    let depth = if cfg!(miri) { 2 } else { 6 };
    for round in 0..if cfg!(miri) { 1 } else { 20 } {
        let (stop, alive) = (Canceller::new(), Arc::new(()));
        let canceller = {
            let stop = stop.clone();
            std::thread::spawn(move || {
                for _ in 0..round * 50 {
                    std::thread::yield_now();
                }
                stop.cancel("from outside");
            })
        };
        let shared = alive.clone();
        let outcome = on_both(|| grow(depth, shared.clone()).cancel_on(&stop));
        canceller.join().unwrap();
        assert!(outcome.iter().all(Result::is_err));
        drop(shared);
        assert_eq!(Arc::strong_count(&alive), 1, "nobody is alive");
    }
}

#[test]
fn many_levels_are_cancelled_without_using_up_the_stack() {
    #[scoped]
    async fn nested(levels: u32, log: Arc<Log>) {
        if levels == 0 {
            log.add("bottom");
            return pending().await;
        }
        let task = spawn!(nested(levels - 1, log.clone()));
        task.await;
    }
    let levels = if cfg!(miri) { 20 } else { 100_000 };
    let log = Arc::new(Log::new());
    let stop = Canceller::new();
    let call = nested(levels, log.clone()).cancel_on(&stop);
    let watcher = {
        let log = log.clone();
        std::thread::spawn(move || {
            while log.count("bottom") == 0 {
                std::thread::yield_now();
            }
            stop.cancel("deep enough");
        })
    };
    rejoin::block_on(call).unwrap().unwrap_err();
    watcher.join().unwrap();
}

#[rejoin::test(paused)]
async fn every_task_and_group_below_is_told_however_deep() {
    #[scoped]
    async fn tree(log: &Log, depth: u32) {
        let _gone = log.on_drop("gone");
        log.add("waits");
        if depth == 0 {
            return pending().await;
        }
        let group = task_group!();
        group.spawn(tree(log, depth - 1));
        let task = spawn!(tree(log, depth - 1).named("below").timeout(Duration::from_secs(60)));
        tree(log, depth - 1).await;
        group.stop().await;
        task.await.ok();
    }
    let log = Log::new();
    tree(&log, 3).timeout(Duration::from_millis(5)).await.unwrap_err();
    assert_eq!((log.count("waits"), log.count("gone")), (40, 40));
}

#[rejoin::test(paused)]
async fn it_unwinds_up_to_the_boundary_that_was_cancelled_and_no_further() {
    #[scoped]
    async fn middle(log: &Log) -> Result<(), Cancelled> {
        let _local = log.on_drop("middle local");
        defer!({ log.add("middle defer") });
        let beside = spawn!(async {
            sleep(Duration::from_secs(2)).await;
            log.add("beside");
        });
        let cut = waits(log, "inner").timeout(Duration::from_secs(1)).await;
        log.add("goes on");
        beside.await;
        cut
    }
    let log = Log::new();
    let outcome = middle(&log).timeout(Duration::from_secs(60)).await;
    assert!(outcome.unwrap().is_err());
    log.assert_is(&["inner gone", "goes on", "beside", "middle defer", "middle local"]);
}

#[rejoin::test(paused)]
async fn nothing_in_the_cancelled_region_makes_a_value_of_it() {
    #[derive(Debug)]
    struct Late;
    impl From<Cancelled> for Late {
        fn from(_: Cancelled) -> Self {
            Self
        }
    }
    let hour = Duration::from_secs(3600);
    let never = || scope!(pending::<Result<(), Late>>());
    let (other, log) = (&Canceller::new(), &Log::new());
    let calls: Vec<(&str, BoxScoped<'_, ()>)> = vec![
        ("timeout", never().timeout(hour).map(drop).boxed()),
        ("deadline", never().deadline(tokio::time::Instant::now() + hour).map(drop).boxed()),
        ("try_timeout", never().try_timeout(hour).map(drop).boxed()),
        ("timeout_or", never().timeout_or(hour, |_| Ok(())).map(drop).boxed()),
        ("cancel_on", never().cancel_on(other).map(drop).boxed()),
        ("catch_panic", never().catch_panic().map(drop).boxed()),
        ("map", never().map(|_| ()).boxed()),
        ("named", never().named("name").with_value(1_u8).map(drop).boxed()),
        ("timeout of tokio", scope!(tokio::time::timeout(hour, pending::<()>())).map(drop).boxed()),
        ("limited task", {
            let wait = async || {
                let _ = tokio::time::timeout(hour, pending::<()>()).await;
            };
            scope!(async move {
                let task = spawn!(pending::<()>());
                let ended = task.timeout(hour).await;
                wait().await;
                drop(ended);
            })
            .boxed()
        }),
        ("handler of select", {
            scope!(async {
                tokio::select! { () = pending() => {} , () = sleep(2 * hour) => {} }
            })
            .boxed()
        }),
    ];
    for (name, call) in calls {
        let region = scope!(async {
            call.await;
            log.add(name);
        });
        region.timeout(Duration::from_millis(5)).await.unwrap_err();
    }
    log.assert_is(&[]);
}

#[rejoin::test(paused)]
async fn an_await_that_was_cut_is_never_polled_again() {
    let log = Log::new();
    let call = scope!(async {
        defer!({
            for _ in 0..5 {
                yield_now().await;
            }
            log.add("defer");
        });
        std::future::poll_fn(|cx| {
            log.add("poll");
            cx.waker().wake_by_ref();
            std::task::Poll::<()>::Pending
        })
        .await;
    });
    call.timeout(Duration::ZERO).await.unwrap_err();
    log.assert_is(&["poll", "defer"]);
}
