//! `rejoin::readiness`: "I am ready", from a daemon to its starter.

use std::future::pending;
use std::time::Duration;

use rejoin::{NotReady, Ready, prelude::*};
use rejoin_tests::{Log, on_both, panics_on_both};
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::sleep;

#[derive(Debug, PartialEq)]
enum Error {
    Daemon,
    NotReady,
}

impl From<NotReady> for Error {
    fn from(_: NotReady) -> Self {
        Self::NotReady
    }
}

const ROUNDS: usize = if cfg!(miri) { 2 } else { 300 };

#[test]
fn the_starter_waits_for_the_value() {
    #[scoped]
    async fn serve(ready: Ready<u16>, log: &Log) {
        sleep(Duration::from_millis(1)).await;
        log.add("listens");
        ready.report(8080);
        pending::<()>().await
    }
    let log = Log::new();
    let ports = on_both(|| {
        let log = log.clone();
        scope!(async move {
            let (ready, listening) = rejoin::readiness();
            daemon!(serve(ready, &log));
            let port = listening.await.unwrap();
            log.add("goes on");
            port
        })
    });
    assert_eq!(ports, [8080, 8080]);
    log.assert_is(&["listens", "goes on", "listens", "goes on"]);
}

#[test]
fn a_daemon_that_fails_before_it_is_ready_ends_its_starter_with_its_error() {
    #[scoped]
    async fn serve(_ready: Ready<u16>) -> Result<(), Error> {
        yield_now().await;
        Err(Error::Daemon)
    }
    #[scoped]
    async fn program() -> Result<u16, Error> {
        let (ready, listening) = rejoin::readiness();
        daemon!(serve(ready)?);
        Ok(listening.await?)
    }
    // However the two race for it.
    for _ in 0..ROUNDS {
        assert_eq!(on_both(program), [Err(Error::Daemon), Err(Error::Daemon)]);
    }
}

#[test]
fn also_when_it_has_to_wait_for_a_root_that_it_dropped() {
    #[scoped]
    async fn serve(_ready: Ready<u16>) -> Result<(), Error> {
        let mut root = Box::pin(rejoin::run(scope!(async {
            defer!({ sleep(Duration::from_millis(5)).await });
            pending::<()>().await
        })));
        tokio::select! {
            biased;
            _ = &mut root => {}
            () = yield_now() => {}
        }
        Err(Error::Daemon)
    }
    #[scoped]
    async fn program() -> Result<u16, Error> {
        let (ready, listening) = rejoin::readiness();
        daemon!(serve(ready)?);
        Ok(listening.await?)
    }
    assert_eq!(on_both(program), [Err(Error::Daemon), Err(Error::Daemon)]);
}

#[test]
fn a_panic_before_it_is_ready_travels() {
    #[scoped]
    async fn serve(_ready: Ready<u16>) {
        yield_now().await;
        panic!("no port is free");
    }
    for _ in 0..ROUNDS.min(20) {
        let texts = panics_on_both(|| {
            scope!(async {
                let (ready, listening) = rejoin::readiness();
                daemon!(serve(ready));
                listening.await.unwrap();
            })
        });
        assert_eq!(texts, ["no port is free"; 2]);
    }
}

#[test]
fn a_daemon_that_ends_without_a_word_is_an_error_and_no_hang() {
    #[scoped]
    async fn serve(ready: Ready<u16>) {
        yield_now().await;
        drop(ready);
    }
    let outcomes = on_both(|| {
        scope!(async {
            let (ready, listening) = rejoin::readiness();
            daemon!(serve(ready));
            listening.await
        })
    });
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().to_string(), "it gave up before it was ready");
    }
}

#[test]
fn so_is_one_that_drops_it_and_goes_on() {
    let outcomes = on_both(|| {
        scope!(async {
            let (ready, listening) = rejoin::readiness::<()>();
            daemon!(async move {
                drop(ready);
                loop {
                    yield_now().await;
                }
            });
            listening.await
        })
    });
    assert!(outcomes.iter().all(Result::is_err));
}

#[test]
fn so_is_one_that_the_starter_drops_itself() {
    let outcomes = on_both(|| {
        scope!(async {
            let (ready, listening) = rejoin::readiness::<()>();
            drop(ready);
            let here = listening.await;
            let (ready, listening) = rejoin::readiness::<()>();
            // Below whoever drops it.
            let waits = spawn!(listening);
            drop(ready);
            let below = waits.await;
            (here.is_err(), below.is_err())
        })
    });
    assert_eq!(outcomes, [(true, true); 2]);
}

#[test]
fn so_is_one_that_is_stopped_before() {
    let outcomes = on_both(|| {
        scope!(async {
            let (ready, listening) = rejoin::readiness::<()>();
            let task = spawn!(async move {
                let _ready = ready;
                pending::<()>().await
            });
            yield_now().await;
            assert!(task.stop().await.is_none());
            listening.await
        })
    });
    assert!(outcomes.iter().all(Result::is_err));
}

#[test]
fn one_that_never_started_too() {
    let outcomes = on_both(|| {
        scope!(async {
            let (ready, listening) = rejoin::readiness::<()>();
            let (tell, told) = oneshot::channel();
            let call = scope!(async {
                defer!({
                    let _ = tell.send(listening.await.is_err());
                });
                let cancelled = rejoin::current();
                defer!({
                    // Refused: dropped on the spot.
                    cancelled.spawn(async move {
                        let _ready = ready;
                        pending::<()>().await
                    });
                });
                pending::<()>().await
            });
            call.timeout(Duration::ZERO).await.unwrap_err();
            told.await.unwrap()
        })
    });
    assert_eq!(outcomes, [true, true]);
}

#[test]
fn cancelled_while_it_waits_the_starter_unwinds_with_its_daemon() {
    let log = Log::new();
    on_both(|| {
        let log = log.clone();
        scope!(async move {
            let stop = rejoin::Canceller::new();
            let call = scope!(async {
                let (ready, listening) = rejoin::readiness::<()>();
                daemon!(scope!(async {
                    let _ready = ready;
                    defer!({ log.add("daemon unwound") });
                    stop.cancel("before it is ready");
                    pending::<()>().await
                }));
                let _ = listening.await;
                log.add("never");
            });
            call.cancel_on(&stop).await.unwrap_err();
        })
    });
    log.assert_is(&["daemon unwound", "daemon unwound"]);
}

#[test]
fn the_wait_may_be_given_up_and_taken_up_again() {
    on_both(|| {
        scope!(async {
            let (ready, mut listening) = rejoin::readiness();
            daemon!(async move {
                sleep(Duration::from_millis(5)).await;
                ready.report(1);
                pending::<()>().await
            });
            let mut rounds = 0;
            let value = loop {
                rounds += 1;
                tokio::select! {
                    value = &mut listening => break value.unwrap(),
                    () = sleep(Duration::from_millis(1)) => {}
                }
            };
            assert_eq!(value, 1);
            assert!(rounds > 1);
        })
    });
}

#[test]
fn outside_of_any_scope_too() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (ready, when) = rejoin::readiness();
        ready.report("yes");
        assert_eq!(when.await.unwrap(), "yes");
        let (ready, when) = rejoin::readiness::<()>();
        drop(ready);
        when.await.unwrap_err();
    });
}
