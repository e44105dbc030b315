//! Daemons.

use std::future::pending;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::{Log, panics_on_both};
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;

#[scoped]
async fn waits(log: &Log, name: &'static str) -> u32 {
    let _gone = log.on_drop(format!("{name} gone"));
    log.add(format!("{name} waits"));
    pending().await
}

#[rejoin::test]
async fn a_daemon_serves_what_stands_below_it_and_ends_after_it() {
    let log = Log::new();
    let inner = log.clone();
    scope!(async move {
        let log = inner;
        let (ask, mut asked) = mpsc::channel::<oneshot::Sender<u32>>(1);
        daemon!(async {
            let _gone = log.on_drop("daemon gone");
            while let Some(answer) = asked.recv().await {
                let _ = answer.send(7);
            }
        });
        defer!({
            let (answer, answered) = oneshot::channel();
            ask.send(answer).await.unwrap();
            log.add(format!("answered {}", answered.await.unwrap()));
        });
        let task = spawn!(waits(&log, "task"));
        yield_now().await;
        task.cancel();
    })
    .await;
    log.assert_is(&["task waits", "task gone", "answered 7", "daemon gone"]);
}

#[rejoin::test(paused)]
async fn a_daemon_is_there_for_the_cleanup_also_when_the_scope_is_cancelled() {
    let log = Log::new();
    #[scoped]
    async fn served(log: &Log) {
        let (ask, mut asked) = mpsc::channel::<oneshot::Sender<u32>>(1);
        daemon!(async {
            let _gone = log.on_drop("daemon gone");
            while let Some(answer) = asked.recv().await {
                let _ = answer.send(7);
            }
        });
        defer!({
            let (answer, answered) = oneshot::channel();
            ask.send(answer).await.unwrap();
            log.add(format!("answered {}", answered.await.unwrap()));
        });
        let task = spawn!(waits(log, "task"));
        task.await;
    }
    served(&log).timeout(Duration::from_millis(20)).await.unwrap_err();
    log.assert_order(&["task gone", "answered 7", "daemon gone"]);
}

#[rejoin::test]
async fn a_daemons_error_is_the_functions() {
    #[scoped]
    async fn parent(log: &Log) -> Result<(), String> {
        daemon!(async {
            yield_now().await;
            Err("driver failed".to_owned())
        }?);
        waits(log, "body").await;
        Ok(())
    }
    let log = Log::new();
    assert_eq!(parent(&log).await, Err("driver failed".to_owned()));
    log.assert_is(&["body waits", "body gone"]);
}

#[rejoin::test]
async fn a_daemon_ends_when_its_block_does_and_the_last_one_first() {
    let log = Log::new();
    {
        daemon!(async {
            let _gone = log.on_drop("first gone");
            pending::<()>().await
        });
        defer!({ log.add("defer") });
        daemon!(async {
            defer!({
                yield_now().await;
                log.add("clean-up of the second")
            });
            pending::<()>().await
        });
        yield_now().await;
        log.add("end of the block");
    }
    log.add("below the block");
    log.assert_is(&["end of the block", "clean-up of the second", "defer", "first gone", "below the block"]);
}

#[rejoin::test]
async fn a_daemon_may_end_by_itself() {
    let log = Log::new();
    {
        daemon!(async { log.add("ended") });
        for _ in 0..3 {
            yield_now().await;
        }
        log.add("goes on");
    }
    log.assert_is(&["ended", "goes on"]);
}

#[test]
fn a_daemons_panic_travels() {
    #[scoped]
    async fn parent(log: Log) {
        daemon!(async {
            yield_now().await;
            panic!("in the daemon")
        });
        waits(&log, "body").await;
    }
    let log = Log::new();
    assert_eq!(panics_on_both(|| parent(log.clone())), ["in the daemon"; 2]);
    log.assert_is(&["body waits", "body gone", "body waits", "body gone"]);
}
