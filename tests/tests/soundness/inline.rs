//! Inline roots: ordinary futures that borrow, so that safe code may forget them half-way. From then on
//! nobody may poll or drop anything that borrowed, whatever happens around.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::sync::{Notify, oneshot};

use crate::common::{
    Lent, ROUNDS, ReadsLate, SPINS, one_thread, poll_once, reads_for_ever, turns, two_threads,
};

/// Tasks of every kind that read what they borrow at each poll and when they are dropped, and wait for
/// somebody outside to wake them.
#[scoped]
async fn borrows(data: &Lent, wakes: &'static Notify) {
    let _late = ReadsLate(data);
    daemon!(reads_when_woken(data, wakes));
    let task = spawn!(scope!(async {
        let inner = spawn!(reads_when_woken(data, wakes));
        inner.await
    }));
    let group = task_group!();
    group.spawn(reads_when_woken(data, wakes));
    let limited = scope!(async {
        let deepest = spawn!(reads_when_woken(data, wakes));
        deepest.await;
    });
    limited.timeout(std::time::Duration::from_secs(3600)).await.ok();
    task.await;
    group.join_all().await;
}

async fn reads_when_woken(data: &Lent, wakes: &Notify) {
    let _late = ReadsLate(data);
    loop {
        data.read();
        wakes.notified().await;
    }
}

/// Something that lives for ever, so that a waiter in it may be forgotten.
fn for_ever() -> &'static Notify {
    Box::leak(Box::new(Notify::new()))
}

/// S2: forgotten half-way, in no scope: the data goes, then everybody is woken.
#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn a_forgotten_inline_root_is_left_alone_by_those_who_wake_it() {
    let wakes = for_ever();
    one_thread().block_on(async {
        let mut data = Lent::new();
        let mut root = Box::pin(rejoin::inline(borrows(&data, wakes)));
        assert!(poll_once(root.as_mut()).is_pending());
        std::mem::forget(root);
        data = Lent::new();
        wakes.notify_waiters();
        turns(5).await;
        data.read();
        drop(data);
        wakes.notify_waiters();
        turns(5).await;
    });
}

/// S2: forgotten half-way below a scope that is then cancelled: the cancellation walks over its nodes.
#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn a_forgotten_inline_root_is_left_alone_by_the_cancellation_of_its_scope() {
    let wakes = for_ever();
    one_thread().block_on(async {
        let scope = scope!(async {
            let data = Lent::new();
            let mut root = Box::pin(rejoin::inline(borrows(&data, wakes)));
            assert!(poll_once(root.as_mut()).is_pending());
            std::mem::forget(root);
            drop(data);
            pending::<()>().await
        });
        let call = scope.timeout(std::time::Duration::from_millis(1));
        rejoin::run(call).await.unwrap().unwrap_err();
        wakes.notify_waiters();
        turns(5).await;
    });
}

/// S2: forgotten half-way below a task that is then destroyed on the spot, by a panic of the task's parent:
/// the destruction of what is below stops at the root.
#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn a_forgotten_inline_root_is_left_alone_by_the_destruction_of_its_scope() {
    let wakes = for_ever();
    for runtime in [one_thread(), two_threads()] {
        let (tell, told) = oneshot::channel();
        let task = runtime.spawn(rejoin::run(scope!(async move {
            let task = spawn!(async {
                // A root is a child of the nearest boundary: here one that is destroyed with the task.
                let boundary = scope!(async {
                    let data = Lent::new();
                    let mut root = Box::pin(rejoin::inline(borrows(&data, wakes)));
                    assert!(poll_once(root.as_mut()).is_pending());
                    std::mem::forget(root);
                    drop(data);
                    tell.send(()).unwrap();
                    pending::<()>().await
                });
                boundary.named("inside").await;
            });
            told.await.unwrap();
            if wakes as *const Notify as usize != 0 {
                panic!("on the spot");
            }
            task.await;
        })));
        assert!(runtime.block_on(task).unwrap_err().is_panic());
        wakes.notify_waiters();
        drop(runtime);
    }
}

/// S2: forgotten half-way below a runtime that goes away.
#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn a_forgotten_inline_root_is_left_alone_by_the_end_of_its_runtime() {
    let wakes = for_ever();
    let runtime = one_thread();
    let mut outer = Box::pin(rejoin::run(scope!(async {
        let task = spawn!(async {
            let data = Lent::new();
            let mut root = Box::pin(rejoin::inline(borrows(&data, wakes)));
            assert!(poll_once(root.as_mut()).is_pending());
            std::mem::forget(root);
            drop(data);
            pending::<()>().await
        });
        task.await
    })));
    runtime.block_on(async {
        assert!(poll_once(outer.as_mut()).is_pending());
        turns(5).await;
    });
    drop(runtime);
    drop(outer);
    wakes.notify_waiters();
}

/// S2: of a forgotten root, its scope takes work still; nobody runs it, and nobody touches the root.
#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn a_forgotten_inline_root_takes_work_that_never_runs() {
    let kept = Arc::new(Mutex::new(None));
    let log = Log::new();
    one_thread().block_on(async {
        let data = Lent::new();
        let mut root = Box::pin(rejoin::inline(scope!(async {
            *kept.lock().unwrap() = Some(rejoin::current());
            let task = spawn!(reads_for_ever(&data));
            task.await
        })));
        // Outside of the budget of a turn: what wakes itself asks to be polled again.
        assert!(poll_once(root.as_mut()).is_pending());
        std::mem::forget(root);
        drop(data);
        let scope = kept.lock().unwrap().take().unwrap();
        let shared = log.clone();
        scope.spawn(async move { shared.add("never") });
        turns(5).await;
    });
    log.assert_is(&[]);
}

/// A root of its own inside of a forgotten one goes on: it borrows nothing.
#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn a_root_inside_of_a_forgotten_inline_root_is_left_with_it() {
    let wakes = for_ever();
    let runtime = one_thread();
    runtime.block_on(async {
        let data = Lent::new();
        let mut root = Box::pin(rejoin::inline(scope!(async {
            let task = spawn!(reads_when_woken(&data, wakes));
            let own = rejoin::run(scope!(async {
                let data = Lent::new();
                let task = spawn!(reads_for_ever(&data));
                task.await
            }));
            own.await.ok();
            task.await;
        })));
        assert!(poll_once(root.as_mut()).is_pending());
        turns(5).await;
        std::mem::forget(root);
        drop(data);
        turns(5).await;
    });
    drop(runtime);
    wakes.notify_waiters();
}

/// S4: dropped half-way, everything below it is gone before the drop returns.
#[test]
fn a_dropped_inline_root_is_gone_before_what_it_borrows() {
    let wakes = Notify::new();
    let wakes_ref: &Notify = &wakes;
    one_thread().block_on(async {
        let data = Lent::new();
        {
            let mut root = pin!(rejoin::inline(scope!(async {
                let _late = ReadsLate(&data);
                let local = Lent::new();
                let task = spawn!(async {
                    let _late = ReadsLate(&local);
                    let inner = rejoin::inline(scope!(async {
                        let _late = ReadsLate(&local);
                        let deepest = spawn!(reads_when_woken(&local, wakes_ref));
                        deepest.await;
                    }));
                    inner.await.ok();
                });
                let group = task_group!();
                group.spawn(reads_when_woken(&data, wakes_ref));
                group.join_all().await;
                task.await;
            })));
            assert!(poll_once(root.as_mut()).is_pending());
            wakes.notify_waiters();
            assert!(poll_once(root.as_mut()).is_pending());
        }
        wakes.notify_waiters();
    });
}

/// S4: dropped while other threads wake its tasks.
#[test]
fn an_inline_root_may_be_dropped_while_others_wake_it() {
    for _ in 0..ROUNDS {
        let wakers: Arc<Mutex<Vec<Waker>>> = Arc::default();
        let collect = |cx: &mut Context<'_>| {
            wakers.lock().unwrap().push(cx.waker().clone());
            Poll::<()>::Pending
        };
        std::thread::scope(|threads| {
            let data = Lent::new();
            let mut root = Box::pin(rejoin::inline(scope!(async {
                let group = task_group!();
                for _ in 0..8 {
                    group.spawn(async {
                        let _late = ReadsLate(&data);
                        poll_fn(|cx| {
                            data.read();
                            collect(cx)
                        })
                        .await
                    });
                }
                group.join_all().await;
            })));
            assert!(poll_once(root.as_mut()).is_pending());
            let known = wakers.lock().unwrap().clone();
            assert_eq!(known.len(), 8);
            threads.spawn(move || {
                for _ in 0..SPINS / 20 {
                    known.iter().for_each(Waker::wake_by_ref);
                }
            });
            assert!(poll_once(root.as_mut()).is_pending());
            drop(root);
        });
        wakers.lock().unwrap().iter().for_each(Waker::wake_by_ref);
    }
}

/// S4: dropped on one thread while another hands work to its scope and cancels it.
#[test]
fn an_inline_root_may_be_dropped_while_others_hand_work_to_it() {
    for _ in 0..ROUNDS {
        let kept = Arc::new(Mutex::new(None));
        let log = Log::new();
        let stop = rejoin::Canceller::new();
        std::thread::scope(|threads| {
            let data = Lent::new();
            let mut root = Box::pin(rejoin::inline(scope!(async {
                let call = scope!(async {
                    *kept.lock().unwrap() = Some(rejoin::current());
                    let task = spawn!(reads_for_ever(&data));
                    task.await
                });
                call.cancel_on(&stop).await.ok();
                pending::<()>().await
            })));
            assert!(poll_once(root.as_mut()).is_pending());
            let scope = kept.lock().unwrap().take().unwrap();
            let (stop, shared) = (stop.clone(), log.clone());
            threads.spawn(move || {
                for _ in 0..4 {
                    let dropped = shared.on_drop("dropped");
                    scope.spawn(async move {
                        let _dropped = dropped;
                        pending::<()>().await
                    });
                }
                stop.cancel("stop");
            });
            let _ = poll_once(root.as_mut());
            drop(root);
        });
        // Refused, destroyed or run: in each case it is gone.
        assert_eq!(log.count("dropped"), 4);
    }
}

/// S2, S12: a root that was made in a task is polled elsewhere while the task is destroyed.
#[test]
fn an_inline_root_lives_on_while_its_scope_is_destroyed() {
    for _ in 0..ROUNDS {
        for runtime in [one_thread(), two_threads()] {
            let (give, given) = oneshot::channel();
            let task = runtime.spawn(rejoin::run(scope!(async move {
                let task = spawn!(async {
                    let boundary = scope!(async {
                        let root = rejoin::inline(scope!(async {
                            let data = Lent::new();
                            let task = spawn!(reads_for_ever(&data));
                            task.await
                        }));
                        assert!(give.send(root).is_ok());
                        pending::<()>().await
                    });
                    boundary.named("inside").await;
                });
                turns(3).await;
                let done = std::convert::identity(true);
                if done {
                    panic!("on the spot");
                }
                task.await;
            })));
            runtime.block_on(async {
                let root = given.await.unwrap();
                assert!(task.await.unwrap_err().is_panic());
                assert!(root.await.is_err(), "told of it");
            });
        }
    }
}
