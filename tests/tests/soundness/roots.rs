//! Roots: what is in the user's hands, and what may become of it.

use std::cell::Cell;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rejoin::{Canceller, Reason, Run, Scope, prelude::*};
use rejoin_tests::Log;
use tokio::task::yield_now;
use tokio_util::sync::CancellationToken;

use crate::common::{
    Lent, ReadsLate, one_thread, poll_once, reads_for_ever, record_events, turns, two_threads, until,
};

#[scoped]
async fn lends(log: Log) {
    let data = Lent::new();
    let _gone = log.on_drop("data gone");
    let task = spawn!(reads_for_ever(&data));
    log.add("lends");
    task.await;
}

/// S2, F6: a root that is not `Send` borrows, and is polled and dropped on its own thread alone, while its
/// tasks run beside it.
#[test]
fn a_root_that_is_not_send_stays_on_its_thread() {
    let count = Rc::new(Cell::new(0));
    let shared = count.clone();
    let data = Lent::new();
    let call = scope!(async {
        let task = spawn!(async {
            turns(3).await;
            data.read();
            5
        });
        for _ in 0..10 {
            shared.set(shared.get() + 1);
            yield_now().await;
        }
        shared.set(shared.get() + task.await);
    });
    rejoin::block_on(call).unwrap();
    assert_eq!(count.get(), 15);
    data.read();
}

/// S2: a blocked thread is inside of `block_on` until the tree is gone, also when the call panics.
#[test]
fn a_blocked_root_that_panics_has_given_back_what_it_borrowed() {
    record_events();
    let mut data = Lent::new();
    let log = Log::new();
    for way in 0..2 {
        let blocked = catch_unwind(AssertUnwindSafe(|| {
            rejoin::block_on(scope!(async {
                let task = spawn!(async {
                    let _late = ReadsLate(&data);
                    let _gone = log.on_drop("task gone");
                    pending::<()>().await;
                });
                turns(2).await;
                if way == 0 {
                    panic!("the root");
                }
                let other = spawn!(async { panic!("its task") });
                other.await;
                task.await;
            }))
        }));
        blocked.unwrap_err();
        data = Lent::new();
    }
    data.read();
    assert_eq!(log.entries(), ["task gone"; 2]);
}

/// S2: inside of a runtime `block_on` refuses, and has then given back what it was lent.
#[test]
fn a_nested_blocked_root_panics_and_leaves_nothing_behind() {
    let log = Log::new();
    let runtime = one_thread();
    runtime.block_on(async {
        let data = Lent::new();
        let blocked = catch_unwind(AssertUnwindSafe(|| {
            rejoin::block_on(scope!(async {
                let _gone = log.on_drop("never");
                let task = spawn!(reads_for_ever(&data));
                task.await;
            }))
        }));
        blocked.unwrap_err();
        drop(data);
        turns(5).await;
    });
    log.assert_is(&[]);
}

/// S9: a root with borrowing tasks is run to its end in the middle of another task's poll, where tokio
/// lets a thread block.
#[test]
fn a_blocked_root_in_the_middle_of_anothers_poll() {
    fn blocks() -> u32 {
        let data = Lent::new();
        let call = scope!(async {
            let inner = spawn!(async {
                yield_now().await;
                data.read();
                3
            });
            inner.await
        });
        rejoin::block_on(call).unwrap()
    }
    #[scoped]
    async fn outer() -> u32 {
        let task = spawn!(async { tokio::task::block_in_place(blocks) });
        let value = task.await;
        assert!(rejoin::try_current().is_some(), "the thread-local is as it was");
        value
    }
    let runtime = two_threads();
    let task = runtime.spawn(rejoin::run(outer()));
    assert_eq!(runtime.block_on(task).unwrap().unwrap(), 3);
}

/// S12, F17: a root whose poll panicked is polled no more, and adopted by nobody.
#[test]
fn a_root_that_panicked_is_never_polled_again() {
    record_events();
    let runtime = one_thread();
    let log = Log::new();
    runtime.block_on(async {
        let shared = log.clone();
        let mut root = Box::pin(rejoin::run(scope!(async move {
            let data = Lent::new();
            let _gone = shared.on_drop("data gone");
            let task = spawn!(reads_for_ever(&data));
            yield_now().await;
            if shared.count("never") == 0 {
                panic!("the root");
            }
            task.await;
        })));
        assert!(poll_once(root.as_mut()).is_pending());
        for _ in 0..3 {
            let polled = catch_unwind(AssertUnwindSafe(|| poll_once(root.as_mut()).is_ready()));
            polled.unwrap_err();
            log.assert_is(&["data gone"]);
            turns(3).await;
        }
        drop(root);
        assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0, "adopted");
        turns(5).await;
        log.assert_is(&["data gone"]);
    });
}

/// S9, F14: whatever can be kept of a scope is kept, and used, after the scope, its parent and its root
/// have ended.
#[test]
fn what_is_kept_of_a_scope_may_be_used_after_its_end() {
    struct Kept {
        scope: Scope,
        task_scope: Scope,
        token: CancellationToken,
        stop: Canceller,
        run: Run<u32>,
    }
    #[derive(Clone)]
    struct Value(Arc<String>);
    let kept = Arc::new(Mutex::new(None));
    let place = kept.clone();
    let stop = Canceller::new();
    let call = scope!(async move {
        let data = Lent::new();
        let stop_inside = stop.clone();
        let inner = scope!(async {
            let task = spawn!(async {
                data.read();
                rejoin::current()
            });
            let run = rejoin::run(scope!(async {
                let below = spawn!(async { rejoin::current().value::<Value>() });
                below.await.map_or(0, |value| u32::try_from(value.0.len()).unwrap_or_default())
            }));
            let scope = rejoin::current();
            let (task_scope, token) = (task.await, scope.token());
            let value = Kept { scope, task_scope, token, stop: stop_inside, run };
            *place.lock().unwrap() = Some(value);
        });
        let with_value = inner.named("inner").with_value(Value(Arc::new("value".to_owned())));
        with_value.cancel_on(&stop).await.unwrap();
    });
    rejoin::block_on(call).unwrap();
    let Kept { scope, task_scope, token, stop, run } = kept.lock().unwrap().take().unwrap();
    assert_eq!(task_scope.name().as_deref(), Some("inner"));
    assert_eq!(scope.value::<Value>().unwrap().0.as_str(), "value");
    assert_eq!((scope.reason(), scope.deadline(), token.is_cancelled()), (None, None, false));
    stop.cancel("late");
    assert!(!token.is_cancelled());
    let runtime = one_thread();
    // A root that was made in a scope, run below another when its own has ended.
    let other = rejoin::run(scope!(async move { run.await }).named("other"));
    assert_eq!(runtime.block_on(other).unwrap().unwrap(), 5);
    // And one that is made below a scope that has ended.
    let late = runtime.block_on(scope.run(scope!(async {
        let task = spawn!(async { 1 });
        task.await
    })));
    assert_eq!(late.unwrap(), 1);
    assert!(scope.token().child_token().cancelled_owned().now_or_never().is_none());
}

trait NowOrNever: Future + Sized {
    fn now_or_never(self) -> Option<Self::Output> {
        match poll_once(Box::pin(self).as_mut()) {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        }
    }
}

impl<F: Future> NowOrNever for F {}

/// S12, F14: roots that were never polled, or were forgotten, or stand still, keep nobody waiting.
#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn forgotten_roots_keep_no_scope_waiting() {
    let runtime = one_thread();
    let log = Log::new();
    let place: Arc<Mutex<Vec<Run<()>>>> = Arc::default();
    let (shared, kept) = (log.clone(), place.clone());
    let call = scope!(async move {
        kept.lock().unwrap().push(rejoin::run(lends(shared.clone())));
        drop(rejoin::run(lends(shared.clone())));
        let mut forgotten = Box::pin(rejoin::run(lends(shared.clone())));
        assert!(poll_once(forgotten.as_mut()).is_pending());
        std::mem::forget(forgotten);
        let mut parked = rejoin::run(lends(shared.clone()));
        assert!(poll_once(std::pin::Pin::new(&mut parked)).is_pending());
        kept.lock().unwrap().push(parked);
        shared.add("over");
    });
    runtime.block_on(rejoin::run(call)).unwrap();
    log.assert_is(&["lends", "lends", "over"]);
    // One was never polled, the other is adopted, by no scope that has ended.
    let roots = std::mem::take(&mut *place.lock().unwrap());
    drop(roots);
    runtime.block_on(until(|| log.count("data gone") == 1));
    runtime.block_on(rejoin::drain(Duration::from_secs(60))).unwrap();
}

/// S2, S9: a root is cancelled from another thread between two polls of what a pointer hides, under each
/// of the things that stand around a call.
#[test]
fn boxed_calls_are_cancelled_from_another_thread() {
    #[scoped(dyn)]
    trait Lends: Send + Sync {
        async fn lend(&self, log: Log);
    }
    struct Lender;
    #[scoped(dyn)]
    impl Lends for Lender {
        async fn lend(&self, log: Log) {
            lends(log).await;
        }
    }
    static LENDER: &dyn Lends = &Lender;
    fn around(call: BoxScoped<'static, ()>, stop: &Canceller, which: u32) -> BoxScoped<'static, ()> {
        match which {
            0 => call.timeout(Duration::from_secs(600)).map(drop).boxed(),
            1 => call.cancel_on(stop).map(drop).boxed(),
            2 => call.catch_panic().map(drop).boxed(),
            3 => call.named("named").with_value(7_u32).boxed(),
            4 => call.shield().boxed(),
            _ => call.timeout_or(Duration::from_secs(600), |_| ()).boxed(),
        }
    }
    for which in 0..6 {
        let runtime = two_threads();
        let (log, stop, inner) = (Log::new(), Canceller::new(), Canceller::new());
        let call = if which % 2 == 0 { lends(log.clone()).boxed() } else { LENDER.lend(log.clone()) };
        let boxed = around(call, &inner, which);
        // Inside of a shield only the inner source is heard.
        let boxed =
            if which == 4 { around(lends(log.clone()).boxed(), &inner, 1).shield().boxed() } else { boxed };
        let task = runtime.spawn(rejoin::run(boxed.cancel_on(&stop)));
        let shared = log.clone();
        let canceller = std::thread::spawn(move || {
            while shared.count("lends") == 0 {
                std::thread::yield_now();
            }
            stop.cancel("from another thread");
            inner.cancel("from another thread");
        });
        let outcome = runtime.block_on(task).unwrap().unwrap();
        canceller.join().unwrap();
        if let Err(cancelled) = outcome {
            assert_eq!(cancelled.reason(), &Reason::Requested("from another thread".into()));
        }
        log.assert_is(&["lends", "data gone"]);
    }
}
