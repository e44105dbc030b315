//! `.in_scope(&scope)`: a scope around code that somebody else runs.

use std::future::pending;
use std::time::Duration;

use rejoin::{InScope, Reason, prelude::*};
use rejoin_tests::{Log, on_both};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, yield_now};

/// What a framework does: it spawns by itself.
fn framework<F: Future<Output: Send> + Send + 'static>(future: F) -> JoinHandle<F::Output> {
    tokio::spawn(future)
}

#[rejoin::root]
async fn handler() -> Result<(Option<String>, Option<u32>, bool), Cancelled> {
    let scope = rejoin::current();
    Ok((scope.name().map(String::from), scope.value::<u32>(), scope.deadline().is_some()))
}

#[test]
fn roots_made_in_it_are_children_of_the_scope() {
    let seen = on_both(|| {
        let call = scope!(async {
            let scope = rejoin::current();
            framework(async { handler().await }.in_scope(&scope)).await.unwrap().unwrap()
        });
        let call = call.with_value(3_u32).named("server");
        scope!(async { call.timeout(Duration::from_secs(60)).await.unwrap() })
    });
    let expected = (Some("server".to_owned()), Some(3), true);
    assert_eq!(seen, [expected.clone(), expected]);
}

#[test]
fn roots_made_in_it_are_cancelled_with_the_scope_and_it_is_not() {
    let log = Log::new();
    on_both(|| {
        let log = log.clone();
        scope!(async move {
            let shared = log.clone();
            let (say, said) = oneshot::channel();
            let call = scope!(async move {
                let guest = async move {
                    let root = rejoin::run(scope!(async move {
                        defer!({ shared.add("root unwound") });
                        pending::<()>().await
                    }));
                    let cancelled = root.await.unwrap_err();
                    yield_now().await;
                    say.send(cancelled.reason().clone()).unwrap();
                };
                drop(framework(guest.in_scope(&rejoin::current())));
                pending::<()>().await
            });
            // Long enough for the root to be there.
            call.timeout(Duration::from_millis(300)).await.unwrap_err();
            assert_eq!(said.await.unwrap(), Reason::Deadline);
            log.add("guest goes on");
        })
    });
    log.assert_is(&["root unwound", "guest goes on", "root unwound", "guest goes on"]);
}

#[test]
fn the_scope_around_is_current_again_between_its_polls() {
    on_both(|| {
        scope!(async {
            let outer = rejoin::current();
            let call = scope!(async move {
                let guest = async {
                    yield_now().await;
                    rejoin::current().name().map(String::from)
                };
                let (seen, around) = tokio::join!(guest.in_scope(&outer), async {
                    yield_now().await;
                    rejoin::current().name().map(String::from)
                });
                assert_eq!(seen, None);
                assert_eq!(around.as_deref(), Some("inner"));
            });
            call.named("inner").await;
        })
    });
}

/// It is another task's future that sees the scope: what it waits for wakes that task.
#[test]
fn a_task_of_the_scope_may_be_awaited_by_another_in_it() {
    on_both(|| {
        scope!(async {
            let scope = rejoin::current();
            let slow = spawn!(async {
                tokio::time::sleep(Duration::from_millis(5)).await;
                7
            });
            let waits = spawn!(async { async { slow.await }.in_scope(&scope).await });
            assert_eq!(waits.await, 7);
        })
    });
}

#[test]
fn the_scope_does_not_wait_for_it() {
    on_both(|| {
        scope!(async {
            let mut task = None;
            let call = scope!(async {
                task = Some(framework(pending::<()>().in_scope(&rejoin::current())));
            });
            call.named("ends").await;
            let task = task.unwrap();
            assert!(!task.is_finished());
            task.abort();
        })
    });
}

#[test]
fn outside_of_any_scope_too() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let scope = runtime.block_on(rejoin::run(scope!(async { rejoin::current() }).named("was"))).unwrap();
    // It has ended and tells what it was.
    let name =
        runtime.block_on(async { rejoin::try_current().and_then(|scope| scope.name()) }.in_scope(&scope));
    assert_eq!(name.as_deref(), Some("was"));
    assert!(rejoin::try_current().is_none());
}
