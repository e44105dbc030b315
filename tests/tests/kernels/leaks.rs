//! Ways to leak that are known from services.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use rejoin::{Reason, prelude::*};
use rejoin_tests::Log;
use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

use super::LIMIT;

/// A receiver waits on a channel whose sender is there and is never used. Reported; with a time limit
/// it is ended.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `answers.recv().await` in `ask`")]
async fn a_receiver_on_a_channel_nobody_writes_to() {
    #[scoped]
    async fn ask(answers: &mut mpsc::Receiver<u32>) -> Option<u32> {
        answers.recv().await
    }
    let (_answer, mut answers) = mpsc::channel(1);
    assert!(ask(&mut answers).timeout(Duration::from_millis(1)).await.is_err());
    ask(&mut answers).await;
}

/// A task in a loop that asks nobody whether it should go on. Each await in it is a place to stop.
/// (A loop that never awaits and never ends is rejected, see `ui`.)
#[rejoin::test]
async fn a_task_that_never_looks_at_cancellation() {
    #[scoped]
    async fn stubborn(log: &Log) {
        let _gone = log.on_drop("gone");
        loop {
            yield_now().await;
        }
    }
    let log = Log::new();
    let task = spawn!(stubborn(&log));
    yield_now().await;
    task.stop().await;
    log.assert_is(&["gone"]);
}

/// A child that panics does not release the one who waits for its signal. The panic ends the waiter.
#[rejoin::test]
async fn a_waiter_whose_child_panicked() {
    #[scoped]
    async fn load(log: &Log) {
        let ready = Notify::new();
        let loading = spawn!(async {
            assert!(log.entries().len() > 5, "the file is broken");
            ready.notify_one();
        });
        let _gone = log.on_drop("waiter gone");
        ready.notified().await;
        loading.await;
    }
    let log = Log::new();
    let panicked = load(&log).catch_panic().await.unwrap_err();
    assert!(panicked.message().unwrap().contains("the file is broken"));
    log.assert_is(&["waiter gone"]);
}

/// A consumer leaves and keeps the channel, which is full; the producer stays in its send. It is a
/// task of the function that left, and ends with it.
#[rejoin::test]
async fn a_producer_on_a_full_channel_whose_consumer_left() {
    #[scoped]
    async fn first_of(items: &mut mpsc::Receiver<u32>, fill: mpsc::Sender<u32>, log: &Log) -> Option<u32> {
        let producing = spawn!(async move {
            let _gone = log.on_drop("producer gone");
            for item in 0..100 {
                let _ = fill.send(item).await;
            }
        });
        let first = items.recv().await;
        yield_now().await;
        producing.cancel();
        first
    }
    let log = Log::new();
    let (fill, mut items) = mpsc::channel(1);
    assert_eq!(first_of(&mut items, fill, &log).await, Some(0));
    log.assert_is(&["producer gone"]);
    assert!(!items.is_empty());
}

/// Somebody gives up on a result, which is then sent to nobody. Giving up ends the work.
#[rejoin::test(paused)]
async fn a_result_sent_to_nobody_after_a_timeout() {
    #[scoped]
    async fn compute(result: oneshot::Sender<u32>, log: &Log) {
        let _gone = log.on_drop("gone");
        sleep(Duration::from_secs(10)).await;
        let _ = result.send(7);
        log.add("sent");
    }
    #[scoped]
    async fn ask(log: &Log) -> Option<u32> {
        let (result, answer) = oneshot::channel();
        let computing = spawn!(compute(result, log));
        let value = answer.await.ok();
        computing.await;
        value
    }
    let log = Log::new();
    assert!(ask(&log).timeout(Duration::from_secs(1)).await.is_err());
    log.assert_is(&["gone"]);
}

/// Workers wait for the end of a queue that the function which waits for them still holds open.
/// Reported. (With the loop of a worker in the block that is spawned it is rejected, see `ui`.)
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `workers.join_all().await` in `pool`")]
async fn a_worker_pool_whose_queue_is_never_closed() {
    #[scoped]
    async fn work(queue: &Mutex<mpsc::Receiver<u32>>, log: &Log) {
        loop {
            let job = queue.lock().await.recv().await;
            let Some(job) = job else { break };
            log.add(job);
        }
    }
    #[scoped]
    async fn pool(log: &Log) {
        let (jobs, queue) = mpsc::channel(10);
        let queue = Mutex::new(queue);
        let workers = task_group!();
        for _ in 0..3 {
            workers.spawn(work(&queue, log));
        }
        for job in 0..5 {
            let _ = jobs.send(job).await;
        }
        workers.join_all().await;
    }
    pool(&Log::new()).await;
}

/// A ticker is started and never stopped. As a `daemon!` it ends with the block that it serves.
#[rejoin::test(paused)]
async fn a_ticker_never_stopped() {
    #[scoped]
    async fn serve(log: &Log) {
        daemon!(async {
            let _gone = log.on_drop("ticker gone");
            let mut ticks = tokio::time::interval(Duration::from_secs(1));
            loop {
                ticks.tick().await;
                log.add("tick");
            }
        });
        sleep(Duration::from_millis(1500)).await;
    }
    let log = Log::new();
    serve(&log).await;
    log.assert_is(&["tick", "tick", "ticker gone"]);
}

/// The means to cancel something is made, and lost on an early way out. What was started is joined on
/// every way out. (Without any end to it, it is rejected, see `ui`.)
#[rejoin::test]
async fn a_cancel_lost_on_an_early_way_out() {
    #[scoped]
    async fn serve(log: &Log) -> Result<(), std::num::ParseIntError> {
        let listening = spawn!(async {
            let _gone = log.on_drop("listener gone");
            pending::<()>().await;
        });
        yield_now().await;
        let port: u16 = "http".parse()?;
        log.add(port);
        listening.cancel();
        Ok(())
    }
    let log = Log::new();
    serve(&log).await.unwrap_err();
    log.assert_is(&["listener gone"]);
}

/// Half-way down the calls somebody starts anew, with no deadline and nobody above. A root that is run
/// in a scope is a child of that scope: the deadline holds, and the end reaches it.
#[rejoin::test(paused)]
async fn a_fresh_root_half_way_down() {
    #[scoped]
    async fn store(log: Arc<Log>) {
        let _gone = log.on_drop("gone");
        let left = rejoin::current().deadline().map(|at| at - Instant::now());
        log.add(format!("{left:?}"));
        pending::<()>().await;
    }
    #[scoped]
    async fn handle(log: Arc<Log>) {
        let stored = rejoin::run(store(log)).await;
        drop(stored);
    }
    let log = Arc::new(Log::new());
    let late = handle(log.clone()).timeout(Duration::from_secs(3)).await.unwrap_err();
    assert_eq!(late.reason(), &Reason::Deadline);
    log.assert_is(&["Some(3s)", "gone"]);
}
