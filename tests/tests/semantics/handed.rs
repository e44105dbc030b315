//! Work handed to a scope: `scope.spawn(call)`.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rejoin::{EventKind, Reason, Scope, prelude::*};
use rejoin_tests::{Log, all_events, on_both, panics_on_both, record_events};
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::sleep;

#[test]
fn it_outlives_the_function_but_not_the_scope() {
    #[scoped]
    async fn hands_over(log: Log, go: oneshot::Receiver<()>) {
        rejoin::current().spawn(async move {
            go.await.unwrap();
            log.add("work done");
        });
    }
    let log = Log::new();
    on_both(|| {
        let log = log.clone();
        scope!(async move {
            let (send, go) = oneshot::channel();
            let inner = scope!(async {
                hands_over(log.clone(), go).await;
                log.add("function returned");
                send.send(()).unwrap();
            });
            inner.named("inner").await;
            log.add("scope ended");
        })
    });
    let once = ["function returned", "work done", "scope ended"];
    log.assert_is(&[once, once].concat());
}

#[test]
fn it_belongs_to_the_nearest_boundary() {
    let log = Log::new();
    on_both(|| {
        let log = log.clone();
        scope!(async move {
            let shared = log.clone();
            let inner = scope!(async move {
                let task = spawn!(async {
                    let late = shared.clone();
                    // The task is no boundary.
                    rejoin::current().spawn(async move {
                        sleep(Duration::from_millis(5)).await;
                        late.add("work");
                    });
                });
                task.await;
                shared.add("body");
            });
            inner.timeout(Duration::from_secs(60)).await.unwrap();
            log.add("outside");
        })
    });
    log.assert_is(&["body", "work", "outside", "body", "work", "outside"]);
}

#[rejoin::test(paused)]
async fn a_limit_of_the_scope_cancels_it_and_waits_until_it_has_unwound() {
    let log = Log::new();
    let shared = log.clone();
    let call = scope!(async move {
        rejoin::current().spawn(scope!(async move {
            defer!({
                yield_now().await;
                shared.add("defer");
            });
            pending::<()>().await
        }));
        7
    });
    // The body has ended: its value is returned, late.
    assert_eq!(call.timeout(Duration::from_millis(10)).await.unwrap(), 7);
    log.assert_is(&["defer"]);
}

#[test]
fn a_scope_that_was_cancelled_or_has_ended_starts_nothing() {
    let log = Log::new();
    on_both(|| {
        let log = log.clone();
        scope!(async move {
            let kept: Arc<Mutex<Option<Scope>>> = Arc::default();
            let keeps = kept.clone();
            let ended = scope!(async move { *keeps.lock().unwrap() = Some(rejoin::current()) });
            ended.named("ended").await;
            let ended = kept.lock().unwrap().take().unwrap();
            let dropped = log.on_drop("dropped");
            let shared = log.clone();
            ended.spawn(async move {
                let _dropped = dropped;
                shared.add("never");
            });
            log.add("ended refused");

            let shared = log.clone();
            let cancelled = scope!(async move {
                let scope = rejoin::current();
                let dropped = shared.on_drop("dropped");
                defer!({
                    scope.spawn(async move {
                        let _dropped = dropped;
                        pending::<()>().await
                    });
                    shared.add("cancelled refused");
                });
                pending::<()>().await
            });
            cancelled.timeout(Duration::ZERO).await.unwrap_err();
        })
    });
    let once = ["dropped", "ended refused", "dropped", "cancelled refused"];
    log.assert_is(&[once, once].concat());
}

#[test]
fn a_scope_that_waits_for_it_still_takes_more() {
    let log = Log::new();
    on_both(|| {
        let log = log.clone();
        scope!(async move {
            let shared = log.clone();
            let inner = scope!(async move {
                let scope = rejoin::current();
                let (outer, log) = (scope.clone(), shared.clone());
                scope.spawn(async move {
                    // The body is gone by now.
                    sleep(Duration::from_millis(5)).await;
                    outer.spawn(async move {
                        yield_now().await;
                        log.add("second");
                    });
                });
                shared.add("body");
            });
            inner.named("inner").await;
            log.add("outside");
        })
    });
    log.assert_is(&["body", "second", "outside", "body", "second", "outside"]);
}

/// Each one starts the next as its last act, while its scope waits for the last of them: none is refused.
#[test]
fn none_of_a_chain_is_lost() {
    fn link(scope: &Scope, log: &Log, left: u32) {
        let (next, log) = (scope.clone(), log.clone());
        scope.spawn(async move {
            yield_now().await;
            if left > 0 {
                link(&next, &log, left - 1);
            } else {
                log.add("end");
            }
        });
    }
    let rounds = if cfg!(miri) { 2 } else { 200 };
    for _ in 0..rounds {
        let log = Log::new();
        on_both(|| {
            let log = log.clone();
            scope!(async move {
                let scope = rejoin::current();
                for _ in 0..4 {
                    link(&scope, &log, 20);
                }
            })
        });
        assert_eq!(log.count("end"), 8);
    }
}

#[test]
fn its_panic_cancels_the_scope_and_travels_to_it() {
    let log = Log::new();
    let texts = panics_on_both(|| {
        let log = log.clone();
        scope!(async move {
            defer!({ log.add("unwound") });
            rejoin::current().spawn(async { panic!("in the work") });
            pending::<()>().await
        })
    });
    assert_eq!(texts, ["in the work"; 2]);
    log.assert_is(&["unwound", "unwound"]);
}

#[test]
fn its_panic_travels_although_the_body_has_ended() {
    let texts = panics_on_both(|| {
        scope!(async {
            let inner = scope!(async {
                rejoin::current().spawn(async {
                    sleep(Duration::from_millis(1)).await;
                    panic!("late")
                });
                1
            });
            inner.named("inner").await
        })
    });
    assert_eq!(texts, ["late"; 2]);
}

#[test]
fn its_panic_stops_at_catch_panic_around_the_scope() {
    let messages = on_both(|| {
        scope!(async {
            let inner = scope!(async {
                rejoin::current().spawn(async { panic!("caught") });
                pending::<()>().await
            });
            let caught = inner.named("inner").catch_panic().await.unwrap_err();
            caught.message().map(str::to_owned)
        })
    });
    assert_eq!(messages, [Some("caught".to_owned()), Some("caught".to_owned())]);
}

#[test]
fn an_error_of_it_is_an_event() {
    record_events();
    on_both(|| {
        scope!(async {
            rejoin::current().spawn(async { Err::<(), _>("no ink in the printer") });
            rejoin::current().spawn(async { Ok::<(), String>(()) });
        })
    });
    let failed = all_events(EventKind::TaskFailed);
    assert_eq!(failed.iter().filter(|detail| *detail == "no ink in the printer").count(), 2);
}

/// The body's panic wins; the work is cancelled, and the scope around waits until it has unwound.
#[test]
fn where_the_scope_panics_it_unwinds_in_the_scope_around() {
    let log = Log::new();
    on_both(|| {
        let log = log.clone();
        scope!(async move {
            let shared = log.clone();
            let outer = scope!(async {
                let (started, has_started) = oneshot::channel();
                let shared = shared.clone();
                let inner = scope!(async move {
                    rejoin::current().spawn(scope!(async move {
                        defer!({
                            sleep(Duration::from_millis(5)).await;
                            shared.add("unwound");
                        });
                        started.send(()).unwrap();
                        pending::<()>().await
                    }));
                    has_started.await.unwrap();
                    panic!("body");
                });
                let caught = inner.named("inner").catch_panic().await;
                assert_eq!(caught.unwrap_err().message(), Some("body"));
            });
            outer.named("outer").await;
            log.add("outer ended");
        })
    });
    log.assert_is(&["unwound", "outer ended", "unwound", "outer ended"]);
}

#[test]
fn a_dropped_root_cancels_what_was_handed_to_it() {
    let log = Log::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let shared = log.clone();
        let mut root = Box::pin(rejoin::run(scope!(async move {
            rejoin::current().spawn(scope!(async move {
                defer!({
                    shared.add(format_args!("{:?}", rejoin::current().reason()));
                });
                shared.add("started");
                pending::<()>().await
            }));
        })));
        tokio::select! {
            biased;
            _ = &mut root => unreachable!(),
            () = sleep(Duration::from_millis(5)) => {}
        }
        drop(root);
        rejoin::drain(Duration::from_secs(30)).await.unwrap();
    });
    log.assert_is(&["started", &format!("{:?}", Some(Reason::Abandoned))]);
}

#[test]
fn a_panic_of_its_destructor_travels_too() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("in a destructor");
        }
    }
    let texts = panics_on_both(|| {
        scope!(async {
            let call = scope!(async {
                let value = Panics;
                rejoin::current().spawn(async move {
                    let _value = value;
                    pending::<()>().await
                });
                pending::<()>().await
            });
            call.timeout(Duration::from_millis(5)).await.unwrap_err();
        })
    });
    assert_eq!(texts, ["in a destructor"; 2]);
}

/// The loop without end of a consumer; the scope ends it.
#[rejoin::test]
async fn it_may_never_end_by_itself() {
    let call = scope!(async {
        rejoin::current().spawn(async {
            loop {
                yield_now().await;
            }
        });
        pending::<()>().await
    });
    call.timeout(Duration::from_millis(5)).await.unwrap_err();
}

#[rejoin::test]
async fn a_hundred_thousand() {
    let count = if cfg!(miri) { 20 } else { 100_000 };
    let done = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = done.clone();
    let call = scope!(async move {
        for _ in 0..count {
            let counter = counter.clone();
            rejoin::current().spawn(async move {
                yield_now().await;
                counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            });
        }
    });
    call.named("all").await;
    assert_eq!(done.load(std::sync::atomic::Ordering::Relaxed), count);
}
