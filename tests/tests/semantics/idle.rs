//! `.until_shutdown()`: waits that are idle.

use std::future::pending;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::{Log, on_both};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

const GRACE: Duration = Duration::from_secs(30);

#[rejoin::test(paused)]
async fn an_idle_wait_ends_and_its_future_is_dropped_at_once() {
    let log = Log::new();
    let task = spawn!(async {
        let gone = log.on_drop("future gone");
        let waited = async move {
            let _gone = gone;
            pending::<u32>().await
        };
        let ended = waited.until_shutdown().await;
        log.add("goes on");
        sleep(Duration::from_secs(3)).await;
        ended
    });
    yield_now().await;
    let since = Instant::now();
    assert_eq!(task.shutdown(GRACE).await.unwrap(), None);
    assert_eq!(since.elapsed(), Duration::from_secs(3));
    log.assert_is(&["future gone", "goes on"]);
}

/// More jobs than tokio lets a task take at a time.
#[test]
fn a_queue_is_drained_before_its_reader_goes() {
    #[scoped]
    async fn drain() -> usize {
        let (send, mut jobs) = mpsc::unbounded_channel();
        for job in 0..1000 {
            send.send(job).expect("it is open");
        }
        let worker = spawn!(async move {
            let mut done = 0;
            rejoin::shutting_down().await;
            while let Some(Some(_)) = jobs.recv().until_shutdown().await {
                done += 1;
            }
            done
        });
        worker.shutdown(GRACE).await.expect("in time")
    }
    assert_eq!(on_both(drain), [1000; 2]);
}

#[rejoin::test(paused)]
async fn a_value_that_is_ready_in_the_same_poll_wins() {
    let (send, receive) = oneshot::channel();
    let task = spawn!(async { receive.until_shutdown().await });
    yield_now().await;
    // Both happen before the task is polled again.
    send.send(7).expect("somebody waits");
    assert_eq!(task.shutdown(GRACE).await.unwrap(), Some(Ok(7)));
}

#[rejoin::test(paused)]
async fn daemons_and_groups_end_their_loops() {
    let log = Log::new();
    let server = spawn!(async {
        let (send, mut requests) = mpsc::channel::<u32>(1);
        daemon!(async {
            let mut tick = tokio::time::interval(Duration::from_secs(1));
            while tick.tick().until_shutdown().await.is_some() {}
            log.add("ticker ended");
        });
        let group = task_group!();
        for request in [1, 2, 3] {
            group.spawn(async move {
                sleep(Duration::from_secs(request)).await;
                request
            });
        }
        let accepts = spawn!(async move {
            let _send = send;
            while let Some(Some(_)) = requests.recv().until_shutdown().await {}
        });
        accepts.await;
        log.add("accepts nothing more");
        let mut sum = 0;
        while let Some(request) = group.next().await {
            sum += request;
        }
        sum
    });
    sleep(Duration::from_millis(1500)).await;
    let since = Instant::now();
    assert_eq!(server.shutdown(GRACE).await.unwrap(), 6);
    assert_eq!(since.elapsed(), Duration::from_millis(1500));
    log.assert_order(&["ticker ended", "accepts nothing more"]);
}

#[rejoin::test(paused)]
async fn the_next_of_a_group_is_an_idle_wait() {
    let task = spawn!(async {
        let group = task_group!();
        group.spawn(async { 1 });
        group.spawn(pending::<u32>());
        let mut sum = 0;
        while let Some(Some(n)) = group.next().until_shutdown().await {
            sum += n;
        }
        sum + group.stop().await.len() as u32
    });
    yield_now().await;
    assert_eq!(task.shutdown(GRACE).await.unwrap(), 1);
}

#[rejoin::test(paused)]
async fn a_scoped_call_is_cancelled_with_its_tasks_and_its_clean_up() {
    let log = Log::new();
    #[scoped]
    async fn idle(log: &Log) -> u32 {
        let task = spawn!(async {
            let _gone = log.on_drop("task gone");
            pending::<u32>().await
        });
        defer!({
            sleep(Duration::from_secs(2)).await;
            log.add("cleaned up");
        });
        task.await
    }
    let task = spawn!(async {
        let outcome = idle(&log).until_shutdown().await;
        log.add("goes on");
        (outcome, scope!(async { 5 }).until_shutdown().await)
    });
    yield_now().await;
    let since = Instant::now();
    // The second is ready, shutdown or not.
    assert_eq!(task.shutdown(GRACE).await.unwrap(), (None, Some(5)));
    assert_eq!(since.elapsed(), Duration::from_secs(2));
    // The task was not awaited below the defer, so it ends when its own block does.
    log.assert_order(&["cleaned up", "goes on"]);
    assert_eq!(log.count("task gone"), 1);
}

#[rejoin::test(paused)]
async fn it_stands_in_select_and_in_combinators_with_wakers_of_their_own() {
    let task = spawn!(async {
        let waits = Notify::new();
        let first = tokio::select! {
            ended = waits.notified().until_shutdown() => ended,
            () = pending() => Some(()),
        };
        first
    });
    yield_now().await;
    assert_eq!(task.shutdown(GRACE).await.unwrap(), None);
    let task = spawn!(async {
        let set = (0..100).map(|_| Box::pin(pending::<()>().until_shutdown()));
        let (mut waiting, mut ended): (Vec<_>, usize) = (set.collect(), 0);
        // Each future has a waker of its own, as in `FuturesUnordered`.
        let (told, mut wakes) = mpsc::unbounded_channel::<usize>();
        for (index, future) in waiting.iter_mut().enumerate() {
            poll_with(future.as_mut(), index, &told);
        }
        while ended < 100 {
            let Some(index) = wakes.recv().await else { break };
            ended += usize::from(poll_with(waiting[index].as_mut(), index, &told));
        }
        ended
    });
    yield_now().await;
    assert_eq!(task.shutdown(GRACE).await.unwrap(), 100);
}

/// Polls with a waker that sends a number; whether it was ready.
fn poll_with<F: Future>(
    future: std::pin::Pin<&mut F>,
    index: usize,
    told: &mpsc::UnboundedSender<usize>,
) -> bool {
    struct Tell(usize, mpsc::UnboundedSender<usize>);
    impl std::task::Wake for Tell {
        fn wake(self: std::sync::Arc<Self>) {
            let _ = self.1.send(self.0);
        }
    }
    let waker = std::sync::Arc::new(Tell(index, told.clone())).into();
    future.poll(&mut std::task::Context::from_waker(&waker)).is_ready()
}

#[rejoin::test(paused)]
async fn it_is_a_cancellation_point_like_any_other() {
    let late = scope!(async { pending::<()>().until_shutdown().await }).timeout(Duration::from_secs(1));
    assert!(late.await.is_err());
    let late =
        scope!(async { scope!(pending::<()>()).until_shutdown().await }).timeout(Duration::from_secs(1));
    assert!(late.await.is_err());
}
