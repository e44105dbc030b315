//! Inline roots that are forgotten, moved or dropped in the middle of the newer words: groups with options,
//! branches with tasks, roots inside of roots.

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::sync::Notify;

use crate::common::{Lent, PanicsLate, ROUNDS, ReadsLate, one_thread, poll_once, turns};

async fn reads_when_woken(data: &Lent, wakes: &Notify) {
    let _late = ReadsLate(data);
    loop {
        data.read();
        wakes.notified().await;
    }
}

fn elsewhere(act: impl FnOnce() + Send + 'static) {
    std::thread::spawn(act).join().unwrap();
}

fn for_ever() -> &'static Notify {
    Box::leak(Box::new(Notify::new()))
}

/// An error that borrows.
struct Fails<'a>(ReadsLate<'a>);

async fn fails_when_woken<'a>(data: &'a Lent, wakes: &Notify) -> Result<ReadsLate<'a>, Fails<'a>> {
    let _late = ReadsLate(data);
    wakes.notified().await;
    data.read();
    Err(Fails(ReadsLate(data)))
}

/// Groups of each kind, with children that run, that wait for their turn, and that have left results behind.
#[scoped]
async fn groups<'a>(data: &'a Lent, wakes: &'static Notify, fails: bool) -> Result<(), Fails<'a>> {
    let first = task_group!(fail_fast, limit = 1, ordered);
    for _ in 0..3 {
        first.spawn(async {
            if fails {
                fails_when_woken(data, wakes).await
            } else {
                reads_when_woken(data, wakes).await;
                Ok(ReadsLate(data))
            }
        });
    }
    let second = task_group!(supervised, limit = 2);
    for number in 0..5 {
        second.spawn(async move {
            if number == 0 {
                return Err("an error");
            }
            reads_when_woken(data, wakes).await;
            Ok(ReadsLate(data))
        });
    }
    let third = task_group!(ordered);
    third.spawn(async {
        pending::<()>().await;
        ReadsLate(data)
    });
    third.spawn(async { ReadsLate(data) });
    let one = spawn!(reads_when_woken(data, wakes));
    let two = spawn!(async {
        reads_when_woken(data, wakes).await;
        Ok::<_, Fails<'_>>(())
    });
    race! {
        () = one => {},
        Ok(()) = two => {},
        _ = scope!(async { try_join_all!((0..3).map(|_| fails_when_woken(data, wakes)), limit = 2) }) => {},
        _ = scope!(async { join_all!((0..3).map(|_| reads_when_woken(data, wakes)), limit = 1) }) => {},
    }
    drop(first.join_all().await);
    drop(second.join_all().await);
    drop(third.join_all().await);
    Ok(())
}

/// S2, S7: forgotten with children queued, with results that borrow in the groups, and with an error that borrows
/// on its way; then cancelled from another thread, then its scope ends.
#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn groups_of_a_forgotten_inline_root_are_left_alone() {
    for fails in [false, true] {
        for polls in 1..4 {
            let wakes = for_ever();
            let stop = rejoin::Canceller::new();
            let (stop, on_stop) = (stop.clone(), stop);
            one_thread().block_on(async {
                let call = scope!(async move {
                    let data = Lent::new();
                    {
                        let mut root =
                            Box::pin(rejoin::inline(groups(&data, wakes, fails).cancel_on(&on_stop)));
                        assert!(poll_once(root.as_mut()).is_pending());
                        for _ in 1..polls {
                            wakes.notify_waiters();
                            if poll_once(root.as_mut()).is_ready() {
                                break;
                            }
                        }
                        std::mem::forget(root);
                    }
                    drop(data);
                    wakes.notify_waiters();
                    let stopped = stop.clone();
                    elsewhere(move || stopped.cancel("stop"));
                    turns(4).await;
                    drop(rejoin::dump());
                    pending::<()>().await
                });
                let call = call.timeout(Duration::from_millis(1));
                rejoin::run(call).await.unwrap().unwrap_err();
                drop(rejoin::dump());
                wakes.notify_waiters();
                turns(5).await;
            });
        }
    }
}

/// S2, S3: the same, dropped; what is lent goes right afterwards.
#[test]
fn groups_of_a_dropped_inline_root_are_gone() {
    for fails in [false, true] {
        for polls in 1..4 {
            let wakes = for_ever();
            let stop = rejoin::Canceller::new();
            one_thread().block_on(async {
                let data = Lent::new();
                let mut root = Box::pin(rejoin::inline(groups(&data, wakes, fails).cancel_on(&stop)));
                assert!(poll_once(root.as_mut()).is_pending());
                for _ in 1..polls {
                    wakes.notify_waiters();
                    if poll_once(root.as_mut()).is_ready() {
                        break;
                    }
                }
                let stopped = stop.clone();
                let thread = std::thread::spawn(move || stopped.cancel("stop"));
                drop(root);
                drop(data);
                thread.join().unwrap();
                wakes.notify_waiters();
                turns(5).await;
            });
        }
    }
}

/// S7: an error that borrows leaves through the group of an inline root.
#[test]
fn an_error_that_borrows_leaves_an_inline_root() {
    for _ in 0..ROUNDS {
        let wakes = for_ever();
        one_thread().block_on(async {
            let data = Lent::new();
            let mut root = Box::pin(rejoin::inline(groups(&data, wakes, true)));
            assert!(poll_once(root.as_mut()).is_pending());
            wakes.notify_waiters();
            let error = root.await.unwrap().expect_err("an error");
            error.0.0.read();
        });
    }
}

/// Polls or drops an inline root when it is woken.
struct Meddles {
    act: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}
impl Wake for Meddles {
    fn wake(self: Arc<Self>) {
        let act = self.act.lock().unwrap().take();
        if let Some(act) = act {
            act();
        }
    }
}

type Kept = Arc<Mutex<Option<Pin<Box<dyn Future<Output = Result<(), Cancelled>> + Send>>>>>;

/// S4: a waker polls, drops or panics where a queued child starts, a queue is swept, and a scope is handed work.
#[test]
fn a_waker_of_an_inline_root_meddles() {
    for action in 0..3 {
        let kept: Kept = Arc::default();
        let scope = Arc::new(Mutex::new(None));
        let log = Log::new();
        let stop = rejoin::Canceller::new();
        let (told, shared) = (scope.clone(), log.clone());
        let call = scope!(async move {
            let data = Lent::new();
            *told.lock().unwrap() = Some(rejoin::current());
            let group = task_group!(limit = 1);
            for _ in 0..4 {
                group.spawn(async {
                    let _late = ReadsLate(&data);
                    let _gone = shared.on_drop("gone");
                    pending::<()>().await;
                });
            }
            group.join_all().await;
        });
        let call = call.cancel_on(&stop);
        let root = rejoin::inline(scope!(async move {
            call.await.ok();
        }));
        *kept.lock().unwrap() = Some(Box::pin(root));
        let meddles = |kept: &Kept| {
            let kept = kept.clone();
            Waker::from(Arc::new(Meddles {
                act: Mutex::new(Some(Box::new(move || match action {
                    0 => drop(kept.lock().unwrap().take()),
                    1 => {
                        if let Ok(mut root) = kept.try_lock()
                            && let Some(root) = root.as_mut()
                        {
                            let _ = poll_once(root.as_mut());
                        }
                    }
                    _ => panic!("in the waker"),
                }))),
            }))
        };
        let waker = meddles(&kept);
        let polled = kept.lock().unwrap().as_mut().unwrap().as_mut().poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
        let scope = scope.lock().unwrap().take().unwrap();
        let _ = catch_unwind(AssertUnwindSafe(|| scope.spawn(async { pending::<()>().await })));
        if action == 2 {
            let waker = meddles(&kept);
            let polled =
                kept.lock().unwrap().as_mut().unwrap().as_mut().poll(&mut Context::from_waker(&waker));
            assert!(polled.is_pending());
        }
        let _ = catch_unwind(AssertUnwindSafe(|| stop.cancel("stop")));
        let left = kept.lock().unwrap().take();
        if let Some(mut root) = left {
            // Everybody ends.
            assert!(poll_once(root.as_mut()).is_ready(), "{action}");
        }
        // Of the children but the first none was ever polled.
        assert_eq!(log.count("gone"), 1);
        drop(scope);
    }
}

/// S2: an inline root that owns itself, and one that a task of its owns.
#[test]
fn inline_roots_in_circles() {
    for through_task in [false, true] {
        let kept: Kept = Arc::default();
        let inside = kept.clone();
        let wakes = for_ever();
        let root = rejoin::inline(scope!(async move {
            let data = Lent::new();
            if through_task {
                let task = spawn!(async {
                    let _kept = inside;
                    reads_when_woken(&data, wakes).await
                });
                task.await;
            } else {
                let task = spawn!(reads_when_woken(&data, wakes));
                task.await;
                drop(inside);
            }
        }));
        *kept.lock().unwrap() = Some(Box::pin(root));
        assert!(poll_once(kept.lock().unwrap().as_mut().unwrap().as_mut()).is_pending());
        wakes.notify_waiters();
        let taken = kept.lock().unwrap().take();
        drop(kept);
        drop(taken);
        wakes.notify_waiters();
    }
}

/// S4: a task inside drops the root of another inline root, with its own poll in the middle of the other's scope.
#[test]
fn a_task_of_an_inline_root_drops_one_beside() {
    let runtime = one_thread();
    runtime.block_on(async {
        let data = Lent::new();
        let call = scope!(async {
            type Held<'a> = Pin<Box<dyn Future<Output = Result<(), Cancelled>> + Send + 'a>>;
            let place: Mutex<Option<Held<'_>>> = Mutex::new(None);
            let beside = rejoin::inline(scope!(async {
                let task = spawn!(async {
                    let _late = ReadsLate(&data);
                    pending::<()>().await
                });
                task.await
            }));
            *place.lock().unwrap() = Some(Box::pin(beside));
            assert!(poll_once(place.lock().unwrap().as_mut().unwrap().as_mut()).is_pending());
            let task = spawn!(async {
                let taken = place.lock().unwrap().take();
                drop(taken);
            });
            task.await;
        });
        rejoin::inline(call).await.unwrap();
    });
}

/// Moved from thread to thread between its polls, while tasks of it are woken from everywhere.
#[test]
fn an_inline_root_goes_from_thread_to_thread() {
    for _ in 0..ROUNDS {
        let wakes = for_ever();
        let data = Lent::new();
        let mut root = Box::pin(rejoin::inline(scope!(async {
            let group = task_group!(limit = 2, ordered);
            for _ in 0..4 {
                group.spawn(async {
                    let _late = ReadsLate(&data);
                    for _ in 0..2 {
                        wakes.notified().await;
                        data.read();
                    }
                    ReadsLate(&data)
                });
            }
            drop(group.join_all().await);
        })));
        std::thread::scope(|threads| {
            let waker = threads.spawn(|| {
                for _ in 0..50 {
                    wakes.notify_waiters();
                    std::thread::yield_now();
                }
            });
            for _ in 0..5 {
                root = threads
                    .spawn(move || {
                        let _ = catch_unwind(AssertUnwindSafe(|| poll_once(root.as_mut())));
                        root
                    })
                    .join()
                    .unwrap();
            }
            waker.join().unwrap();
            threads.spawn(move || drop(root));
        });
    }
}

/// A panic of an inline root that is caught leaves no timer of its own behind for those around it.
#[test]
fn a_timer_of_an_inline_root_that_panicked_covers_nobody() {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(
        async {
            let call = scope!(async {
                let mut once = false;
                let mut root = Box::pin(rejoin::inline(scope!(async {
                    join!(
                        async {
                            scope!(pending::<()>()).timeout(Duration::from_millis(5)).await.ok();
                        },
                        async {
                            turns(1).await;
                            if true {
                                panic!("after the timer was armed")
                            }
                        }
                    );
                })));
                scope!(poll_fn(|cx| {
                    if !once {
                        let polled = catch_unwind(AssertUnwindSafe(|| root.as_mut().poll(cx)));
                        once = polled.is_err();
                    }
                    Poll::<()>::Pending
                }))
                .timeout(Duration::from_millis(50))
                .await
                .unwrap_err();
            });
            tokio::time::timeout(Duration::from_secs(5), rejoin::run(call))
                .await
                .expect("the limit counts")
                .unwrap();
        },
    );
}

/// What cannot be started, because it panics on its way, keeps no scope waiting.
#[test]
fn a_call_that_panics_when_it_is_made_keeps_no_scope_waiting() {
    #[derive(Debug)]
    struct Refuses;
    impl IntoFuture for Refuses {
        type Output = ();
        type IntoFuture = std::future::Ready<()>;
        fn into_future(self) -> Self::IntoFuture {
            panic!("no future")
        }
    }
    one_thread().block_on(async {
        let call = scope!(async {
            let scope = rejoin::current();
            catch_unwind(AssertUnwindSafe(|| scope.spawn(Refuses))).unwrap_err();
            let group = task_group!(limit = 1);
            catch_unwind(AssertUnwindSafe(|| group.spawn(Refuses))).unwrap_err();
            catch_unwind(AssertUnwindSafe(|| group.try_spawn(Refuses))).unwrap_err();
            assert!(group.try_spawn(async {}).is_ok());
            group.join_all().await;
        });
        tokio::time::timeout(Duration::from_secs(5), rejoin::run(call)).await.expect("it ends").unwrap();
    });
}

/// Destructors that panic all around a race with tasks.
#[test]
fn destructors_that_panic_in_every_branch() {
    for _ in 0..ROUNDS {
        one_thread().block_on(async {
            let data = Lent::new();
            let root = rejoin::inline(scope!(async {
                let data = &data;
                let one = spawn!(async {
                    let _late = (ReadsLate(data), PanicsLate("one"));
                    pending::<()>().await
                });
                let two = spawn!(async {
                    turns(1).await;
                    (ReadsLate(data), PanicsLate("two"))
                });
                race! {
                    () = one => {},
                    _lost = two, if true => {},
                    () = async { let _late = (ReadsLate(data), PanicsLate("three")); turns(1).await } => {},
                }
            }));
            let mut root = Box::pin(root);
            let _ = poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| root.as_mut().poll(cx))) {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(_)) => Poll::Ready(true),
                Err(_) => Poll::Ready(false),
            })
            .await;
            let _ = catch_unwind(AssertUnwindSafe(|| drop(root)));
        });
    }
}
