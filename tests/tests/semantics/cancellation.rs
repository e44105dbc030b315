//! Cancellation unwinds.

use std::error::Error;
use std::future::{pending, ready};
use std::io;
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
        scope!(async move {
            let _leaf = leaf;
            pending::<()>().await
        })
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
async fn the_first_cause_wins() {
    let stop = Canceller::new();
    let call = scope!(async {
        defer!({
            stop.cancel("second");
            stop.cancel("third");
        });
        stop.cancel("first");
        pending::<()>().await;
    });
    let cancelled = call.cancel_on(&stop).await.unwrap_err();
    assert_eq!(cancelled.reason(), &Reason::Requested("first".into()));
}

#[rejoin::test]
async fn cancelled_prints_as_one_sentence_with_reason_scope_origin_and_await() {
    let line = line!() + 1;
    let late = scope!(async { pending::<()>().await }).timeout(Duration::ZERO);
    let cancelled = late.named("checkout").await.unwrap_err();
    let text = cancelled.to_string();
    assert!(
        text.starts_with("scope `checkout` was cancelled because its deadline passed, as set at "),
        "{text}"
    );
    assert!(text.contains("while it waited at `pending::<()>().await`"), "{text}");
    assert_eq!(text.lines().count(), 1);
    assert_eq!(cancelled.scope(), Some("checkout"));
    assert!(cancelled.origin().file().ends_with("cancellation.rs"));
    assert_eq!(cancelled.awaiting().unwrap().line(), line);
}

#[rejoin::test]
async fn cancelled_is_found_behind_other_errors() {
    #[derive(Debug)]
    struct Wrapped(io::Error);
    impl std::fmt::Display for Wrapped {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("wrapped")
        }
    }
    impl Error for Wrapped {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }
    fn is_error<E: Error + Clone + Send + Sync + 'static>(_: &E) {}
    let cancelled = scope!(pending::<()>()).timeout(Duration::ZERO).await.unwrap_err();
    is_error(&cancelled);
    let error = io::Error::from(cancelled);
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert!(Cancelled::find(&Wrapped(error)).is_some());
    assert!(Cancelled::find(&io::Error::other("no")).is_none());
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
    assert_eq!(rejoin_tests::panics_on_both(|| panics(log.clone())), ["in the body"; 2]);
    let entries = log.entries();
    assert_eq!(log.count("defer"), 2);
    assert!(entries.iter().rposition(|e| e == "task gone") < entries.iter().rposition(|e| e == "defer"));
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
