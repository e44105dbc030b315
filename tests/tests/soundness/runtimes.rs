//! Runtimes that go away while roots live.

use std::cell::RefCell;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;

use rejoin::{Reason, Run, prelude::*};
use rejoin_tests::Log;
use tokio::runtime::Runtime;
use tokio::task::{LocalSet, yield_now};

use crate::common::{
    Lent, ReadsLate, one_thread, poll_once, reads_for_ever, record_events, turns, two_threads,
};

#[scoped]
async fn lends(log: Log) -> u32 {
    let data = Lent::new();
    let _data_gone = log.on_drop("data gone");
    let idle = spawn!(async {
        let _late = ReadsLate(&data);
        let _gone = log.on_drop("idle gone");
        pending::<()>().await
    });
    let running = spawn!(reads_for_ever(&data));
    let group = task_group!();
    group.spawn(async {
        let _late = ReadsLate(&data);
        pending::<()>().await
    });
    idle.await;
    running.await;
    group.join_all().await;
    7
}

/// S7, F17, shapes A9: the children's runtime ends below a root that lives on: its next poll finds them
/// ended, and the root is cancelled.
#[test]
fn a_root_whose_tasks_lost_their_runtime_is_cancelled() {
    record_events();
    for turns_before in 0..3 {
        for make in [one_thread, two_threads] {
            let (first, second) = (make(), one_thread());
            let log = Log::new();
            let mut root = Box::pin(rejoin::run(lends(log.clone())));
            first.block_on(async {
                assert!(poll_once(root.as_mut()).is_pending());
                turns(turns_before).await;
            });
            drop(first);
            let cancelled = second.block_on(root).unwrap_err();
            assert_eq!(cancelled.reason(), &Reason::Shutdown);
            log.assert_order(&["data gone"]);
        }
    }
}

/// S12, F17: a runtime is dropped with roots in it: nothing recurs, nothing hangs, every destructor runs
/// once.
#[test]
fn a_runtime_may_be_dropped_with_roots_in_it() {
    record_events();
    for make in [one_thread, two_threads] {
        let runtime: Runtime = make();
        let log = Log::new();
        // Held by the runtime.
        drop(runtime.spawn(rejoin::run(lends(log.clone()))));
        // Held outside, started.
        let mut root = Box::pin(rejoin::run(lends(log.clone())));
        runtime.block_on(async {
            assert!(poll_once(root.as_mut()).is_pending());
            turns(3).await;
        });
        drop(runtime);
        drop(root);
        assert_eq!(log.count("data gone"), 2);
        assert_eq!(log.count("idle gone"), 2);
    }
}

/// S12, F17: the same for a set of local tasks.
#[test]
fn a_local_set_may_be_dropped_with_roots_in_it() {
    record_events();
    let runtime = one_thread();
    let log = Log::new();
    let set = LocalSet::new();
    drop(set.spawn_local(rejoin::run(lends(log.clone()))));
    set.block_on(&runtime, turns(3));
    drop(set);
    runtime.block_on(turns(10));
    drop(runtime);
    log.assert_order(&["idle gone", "data gone"]);
}

/// S4, F9: outside of a runtime nothing can be started: the word panics, and what it was given is gone.
#[test]
fn a_task_that_no_runtime_takes_is_gone_at_once() {
    #[scoped]
    async fn task(log: Log) {
        let data = Lent::new();
        let _gone = log.on_drop("data gone");
        let late = ReadsLate(&data);
        let gone = log.on_drop("task gone");
        let task = spawn!(async move {
            let _both = (late, gone);
            pending::<()>().await
        });
        task.await;
    }
    #[scoped]
    async fn group(log: Log) {
        let data = Lent::new();
        let _gone = log.on_drop("data gone");
        let late = ReadsLate(&data);
        let gone = log.on_drop("task gone");
        let group = task_group!();
        group.spawn(async move {
            let _both = (late, gone);
            pending::<()>().await
        });
        group.join_all().await;
    }
    let log = Log::new();
    for call in [task(log.clone()).boxed(), group(log.clone()).boxed()] {
        let mut root = Box::pin(rejoin::run(call));
        let polled = catch_unwind(AssertUnwindSafe(|| poll_once(root.as_mut()).is_ready()));
        polled.unwrap_err();
    }
    log.assert_is(&["task gone", "data gone", "task gone", "data gone"]);
}

thread_local! {
    static KEPT: RefCell<Option<Pin<Box<Run<u32>>>>> = const { RefCell::new(None) };
}

/// S4: a guard is dropped by the destructor of a thread-local, at the end of its thread, when the runtime
/// is there and when it is gone.
#[test]
fn a_root_may_be_dropped_by_a_thread_local() {
    record_events();
    for gone in [false, true] {
        let log = Log::new();
        let shared = log.clone();
        let runtime = two_threads();
        let handle = runtime.handle().clone();
        let (begun, wait) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            let _inside = handle.enter();
            let mut root = Box::pin(rejoin::run(lends(shared)));
            assert!(poll_once(root.as_mut()).is_pending());
            KEPT.with(|kept| *kept.borrow_mut() = Some(root));
            begun.send(()).unwrap();
            let _ = ended.recv();
        });
        wait.recv().unwrap();
        let runtime = if gone {
            drop(runtime);
            None
        } else {
            Some(runtime)
        };
        drop(end);
        thread.join().unwrap();
        if let Some(runtime) = &runtime {
            runtime.block_on(async {
                while log.count("data gone") == 0 {
                    yield_now().await;
                }
            });
        }
        assert_eq!(log.count("data gone"), 1);
    }
}

/// S7: a task that is destroyed on the spot leaves nothing in its runtime.
#[test]
fn nothing_stays_in_the_runtime_of_a_task_that_was_destroyed() {
    #[scoped]
    async fn parent(log: Log) {
        let data = Lent::new();
        let idle = spawn!(async {
            let _late = ReadsLate(&data);
            pending::<()>().await
        });
        let group = task_group!();
        group.spawn(async {
            let _late = ReadsLate(&data);
            pending::<()>().await
        });
        turns(3).await;
        if log.count("never") == 0 {
            panic!("on the spot");
        }
        group.join_all().await;
        idle.await;
    }
    let runtime = one_thread();
    runtime.block_on(async {
        let log = Log::new();
        rejoin::run(parent(log).catch_panic()).await.unwrap().unwrap_err();
        turns(5).await;
        assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
    });
}
