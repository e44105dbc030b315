//! Roots that are dropped before they have ended.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rejoin::{Run, prelude::*};
use rejoin_tests::Log;
use tokio::task::yield_now;

use crate::common::{Lent, ReadsLate, one_thread, poll_once, record_events, turns, two_threads, until};

/// Lends to a task, and cleans up.
#[scoped]
async fn lends(log: Log) {
    let data = Lent::new();
    let _gone = log.on_drop("data gone");
    defer!({
        yield_now().await;
        data.read();
        log.add("clean-up");
    });
    let task = spawn!(async {
        let _late = ReadsLate(&data);
        pending::<()>().await;
    });
    log.add("lends");
    task.await;
}

fn started(log: &Log) -> Run<()> {
    let mut root = rejoin::run(lends(log.clone()));
    assert!(poll_once(Pin::new(&mut root)).is_pending());
    root
}

/// S12: in a child that is itself destroyed on the spot: the root climbs to a scope that still runs, and
/// unwinds there.
#[test]
fn a_root_in_a_child_that_is_destroyed_unwinds_in_a_scope_around() {
    #[scoped]
    async fn panics(log: Log) {
        let task = spawn!(async {
            let _root = started(&log);
            pending::<()>().await
        });
        turns(3).await;
        if log.count("never") == 0 {
            panic!("on the spot");
        }
        task.await;
    }
    record_events();
    for runtime in [one_thread(), two_threads()] {
        let log = Log::new();
        let shared = log.clone();
        let outer = scope!(async move {
            panics(shared.clone()).named("inner").catch_panic().await.unwrap_err();
            shared.add("caught");
        });
        let outer = runtime.spawn(rejoin::run(outer.named("outer")));
        runtime.block_on(outer).unwrap().unwrap();
        // On two threads the root may have unwound before the panic is caught.
        log.assert_order(&["lends", "clean-up", "data gone"]);
        assert_eq!(log.count("caught"), 1);
    }
}

/// S12: a root that is dropped in a child of its own, which is then cancelled by it.
#[test]
fn a_root_may_be_dropped_by_its_own_task() {
    for runtime in [one_thread(), two_threads()] {
        let log = Log::new();
        let place: Arc<Mutex<Option<Run<()>>>> = Arc::default();
        let (shared, own) = (log.clone(), place.clone());
        let mut root = rejoin::run(scope!(async move {
            let data = Lent::new();
            let _gone = shared.on_drop("data gone");
            let task = spawn!(async {
                let _late = ReadsLate(&data);
                until(|| own.lock().unwrap().is_some()).await;
                let root = own.lock().unwrap().take();
                drop(root);
                shared.add("dropped");
                pending::<()>().await;
            });
            task.await;
        }));
        runtime.block_on(async {
            assert!(poll_once(Pin::new(&mut root)).is_pending());
            *place.lock().unwrap() = Some(root);
            until(|| log.count("data gone") == 1).await;
        });
        log.assert_is(&["dropped", "data gone"]);
    }
}

/// S12: in a clean-up, at the end of which the scope it was made in waits for it.
#[rejoin::test]
async fn a_root_may_be_dropped_in_a_clean_up() {
    let log = Log::new();
    scope!(async {
        defer!({
            let root = started(&log);
            drop(root);
            log.add("dropped");
        });
        yield_now().await;
    })
    .named("waits")
    .await;
    log.assert_is(&["lends", "dropped", "clean-up", "data gone"]);
}

/// S12: on a thread without a runtime: the runtime it was polled in takes it.
#[test]
fn a_root_may_be_dropped_on_a_thread_without_a_runtime() {
    let runtime = two_threads();
    let log = Log::new();
    let root = {
        let _inside = runtime.enter();
        started(&log)
    };
    std::thread::spawn(move || drop(root)).join().unwrap();
    runtime.block_on(until(|| log.count("data gone") == 1));
    log.assert_is(&["lends", "clean-up", "data gone"]);
}

/// S12: a root that was never polled has done nothing, wherever it is dropped.
#[test]
fn a_root_that_was_never_polled_is_dropped_and_that_is_all() {
    let log = Log::new();
    let root = rejoin::run(lends(log.clone()));
    std::thread::spawn(move || drop(root)).join().unwrap();
    drop(rejoin::run(lends(log.clone())));
    let runtime = one_thread();
    runtime.block_on(async {
        drop(rejoin::run(lends(log.clone())));
        assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
    });
    log.assert_is(&[]);
}

/// S12: a dropped root whose clean-up panics, and one whose locals panic, are reported, once.
#[test]
fn a_dropped_root_that_panics_is_polled_no_more() {
    record_events();
    let runtime = one_thread();
    let log = Log::new();
    runtime.block_on(async {
        let shared = log.clone();
        let mut root = rejoin::run(scope!(async move {
            let _gone = shared.on_drop("local gone");
            defer!({
                shared.add("clean-up");
                yield_now().await;
                if shared.count("never") == 0 {
                    panic!("in the clean-up");
                }
            });
            pending::<()>().await
        }));
        assert!(poll_once(Pin::new(&mut root)).is_pending());
        drop(root);
        rejoin::drain(Duration::from_secs(10)).await.unwrap();
        turns(5).await;
    });
    log.assert_is(&["clean-up", "local gone"]);
}

/// S12: a root is dropped while it is polled by the future that holds it, by a panic beside it.
#[test]
fn a_root_beside_a_panic_is_adopted() {
    let runtime = one_thread();
    let log = Log::new();
    runtime.block_on(async {
        let mut both = Box::pin(async {
            let root = rejoin::run(lends(log.clone()));
            tokio::join!(root, async {
                turns(2).await;
                if log.count("never") == 0 {
                    panic!("beside the root");
                }
            })
        });
        assert!(poll_once(both.as_mut()).is_pending());
        let _ = poll_once(both.as_mut());
        let polled = catch_unwind(AssertUnwindSafe(|| poll_once(both.as_mut()).is_ready()));
        polled.unwrap_err();
        drop(both);
        until(|| log.count("data gone") == 1).await;
    });
    log.assert_is(&["lends", "clean-up", "data gone"]);
}
