use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::sync::{Notify, mpsc};
use tokio::time::sleep;

/// Each restart starts something that reports its end to the agent; the agent leaves at the end of
/// its context, and the reports have no taker. They are children of the agent and end with it.
#[rejoin::test(paused)]
async fn reports_to_an_agent_that_has_left_17860() {
    #[scoped]
    async fn agent(log: &Log) {
        let (status, mut exits) = mpsc::channel(1);
        let epochs = task_group!();
        for epoch in 1..=3 {
            let status = status.clone();
            let gone = log.on_drop(format!("epoch {epoch} gone"));
            epochs.spawn(async move {
                let _gone = gone;
                sleep(Duration::from_secs(epoch)).await;
                let _ = status.send(epoch).await;
                let _ = status.send(epoch).await;
            });
        }
        let first = exits.recv().await;
        log.add(format!("{first:?}"));
        // Never live: it does not look at the reports any more.
        std::future::pending::<()>().await;
        epochs.stop().await;
    }
    let log = Log::new();
    agent(&log).timeout(Duration::from_secs(10)).await.unwrap_err();
    assert_eq!(log.entries().len(), 4, "{:?}", log.entries());
}

/// A loop stops its timer and takes the tick that it thinks is there, which somebody else has taken:
/// it waits inside a branch, where no signal to stop is looked at. Every await is a place to stop.
#[rejoin::test]
async fn waits_for_a_tick_that_was_taken_18454() {
    #[scoped]
    async fn strategy(reset: &Notify, tick: &Notify, log: &Log) {
        let _gone = log.on_drop("strategy gone");
        loop {
            tokio::select! {
                () = tick.notified() => log.add("tick"),
                () = reset.notified() => {
                    log.add("reset");
                    tick.notified().await;
                }
            }
        }
    }
    let (reset, tick, log) = (Notify::new(), Notify::new(), Log::new());
    let worker = spawn!(strategy(&reset, &tick, &log));
    reset.notify_one();
    while log.count("reset") == 0 {
        tokio::task::yield_now().await;
    }
    worker.stop().await;
    log.assert_is(&["reset", "strategy gone"]);
}
