//! Wakers are code of the user's, too.

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use rejoin::{Canceller, Reason, prelude::*};
use rejoin_tests::Log;

use crate::common::{Lent, ReadsLate, one_thread, poll_once, record_events, turns};

/// Panics when it wakes.
struct PanicsAtWake;

impl Wake for PanicsAtWake {
    fn wake(self: Arc<Self>) {
        if !std::thread::panicking() {
            panic!("in a waker");
        }
    }
}

/// Panics when it is dropped.
struct PanicsAtDrop;

impl Wake for PanicsAtDrop {
    fn wake(self: Arc<Self>) {}
}

impl Drop for PanicsAtDrop {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("in a waker's destructor");
        }
    }
}

/// Polls a root of its own, whose task waits for ever, with a waker that panics.
async fn polls_a_root_with(waker: Arc<PanicsAtWake>) {
    let mut root = Box::pin(rejoin::run(scope!(async {
        let task = spawn!(pending::<()>());
        task.await;
    })));
    let waker = Waker::from(waker);
    poll_fn(|_| root.as_mut().poll(&mut Context::from_waker(&waker)).map(drop)).await;
}

#[scoped]
async fn owner_of_a_waker_that_panics(log: Log) {
    let data = Lent::new();
    let _data_gone = log.on_drop("data gone");
    let task = spawn!(async {
        let _late = ReadsLate(&data);
        let _task_gone = log.on_drop("task gone");
        polls_a_root_with(Arc::new(PanicsAtWake)).await;
    });
    task.await;
}

/// S4, F19: a waker that panics in the middle of a destruction keeps nothing from being destroyed.
#[test]
fn a_child_is_destroyed_before_its_data_although_a_waker_panics_meanwhile() {
    record_events();
    let runtime = one_thread();
    let log = Log::new();
    let shared = log.clone();
    let mut root = Box::pin(rejoin::run(scope!(async move {
        let task = spawn!(owner_of_a_waker_that_panics(shared));
        task.await;
    })));
    runtime.block_on(async {
        assert!(poll_once(root.as_mut()).is_pending());
        turns(10).await;
    });
    // The owner's runner goes first, without having been told anything before.
    drop(runtime);
    log.assert_is(&["task gone", "data gone"]);
}

/// S8, F19: a cancellation reaches everybody although the waker of one panics.
#[test]
fn a_cancellation_reaches_everybody_although_a_waker_panics() {
    record_events();
    let runtime = one_thread();
    let log = Log::new();
    let stop = Canceller::new();
    runtime.block_on(async {
        let shared = log.clone();
        let work = scope!(async move {
            let _gone = shared.on_drop("root gone");
            let task = spawn!(async {
                let _gone = shared.on_drop("task gone");
                pending::<()>().await
            });
            task.await;
        });
        let mut root = Box::pin(rejoin::run(work.cancel_on(&stop)));
        let waker = Waker::from(Arc::new(PanicsAtWake));
        assert!(root.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        turns(5).await;
        let _ = catch_unwind(AssertUnwindSafe(|| stop.cancel("enough")));
        turns(5).await;
        let cancelled = root.await.unwrap().unwrap_err();
        assert_eq!(cancelled.reason(), &Reason::Requested("enough".into()));
    });
    log.assert_is(&["task gone", "root gone"]);
}

/// S4, S12, F19: a root whose former waker panics when it is dropped.
#[test]
fn a_waker_that_panics_when_it_is_dropped_harms_only_its_root() {
    record_events();
    let runtime = one_thread();
    let log = Log::new();
    runtime.block_on(async {
        let shared = log.clone();
        let mut root = Box::pin(rejoin::run(scope!(async move {
            let data = Lent::new();
            let _data_gone = shared.on_drop("data gone");
            let task = spawn!(async {
                let _late = ReadsLate(&data);
                let _gone = shared.on_drop("task gone");
                pending::<()>().await
            });
            task.await;
        })));
        let waker = Waker::from(Arc::new(PanicsAtDrop));
        assert!(root.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        let _ = catch_unwind(AssertUnwindSafe(|| drop(waker)));
        turns(5).await;
        // The new waker replaces the old one, of which this drops the last.
        let _ = catch_unwind(AssertUnwindSafe(|| poll_once(root.as_mut())));
        let _ = catch_unwind(AssertUnwindSafe(|| drop(root)));
        turns(10).await;
    });
    drop(runtime);
    log.assert_is(&["task gone", "data gone"]);
}

/// S4, S12: a waker that polls the root again, from inside the poll and from a task.
#[test]
fn a_waker_may_try_to_poll_its_root_at_once() {
    type Shared = Arc<Mutex<Option<Pin<Box<rejoin::Run<u32>>>>>>;
    struct PollsAtOnce(Shared, AtomicUsize);
    impl Wake for PollsAtOnce {
        fn wake(self: Arc<Self>) {
            self.1.fetch_add(1, Ordering::SeqCst);
            let waker = Waker::from(self.clone());
            loop {
                // Taken out, so that whoever wakes it meanwhile finds nothing.
                let Some(mut root) = self.0.try_lock().ok().and_then(|mut root| root.take()) else { return };
                let woken = self.1.load(Ordering::SeqCst);
                if root.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                    return;
                }
                *self.0.lock().unwrap() = Some(root);
                if self.1.load(Ordering::SeqCst) == woken {
                    return;
                }
            }
        }
    }
    let runtime = one_thread();
    let root = rejoin::run(scope!(async {
        let task = spawn!(async {
            turns(3).await;
            7
        });
        let other = spawn!(turns(5));
        other.await;
        task.await
    }));
    let shared: Shared = Arc::new(Mutex::new(Some(Box::pin(root))));
    let waker = Arc::new(PollsAtOnce(shared.clone(), AtomicUsize::new(0)));
    runtime.block_on(async {
        waker.clone().wake();
        turns(20).await;
    });
    assert!(waker.1.load(Ordering::SeqCst) > 1);
    assert!(shared.lock().unwrap().is_none(), "it has ended");
}

/// S4, S12: a waker that drops the root it is to wake, while the root's task ends.
#[test]
fn a_waker_may_drop_its_root() {
    struct DropsIt(Mutex<Option<Pin<Box<rejoin::Run<()>>>>>);
    impl Wake for DropsIt {
        fn wake(self: Arc<Self>) {
            let root = self.0.try_lock().ok().and_then(|mut root| root.take());
            drop(root);
        }
    }
    let runtime = one_thread();
    let log = Log::new();
    let shared = log.clone();
    let waker = Arc::new(DropsIt(Mutex::new(None)));
    runtime.block_on(async {
        let mut root = Box::pin(rejoin::run(scope!(async move {
            let data = Lent::new();
            let _data_gone = shared.on_drop("data gone");
            let idle = spawn!(async {
                let _late = ReadsLate(&data);
                pending::<()>().await
            });
            let quick = spawn!(turns(2));
            quick.await;
            idle.await;
        })));
        let as_waker = Waker::from(waker.clone());
        let polled: Poll<_> = root.as_mut().poll(&mut Context::from_waker(&as_waker));
        assert!(polled.is_pending());
        *waker.0.lock().unwrap() = Some(root);
        turns(20).await;
    });
    assert!(waker.0.lock().unwrap().is_none());
    log.assert_is(&["data gone"]);
}
