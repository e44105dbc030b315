use std::time::Duration;

use rejoin::{Canceller, Reason, prelude::*};
use rejoin_tests::Log;
use tokio::sync::{Mutex, Notify, RwLock, mpsc};
use tokio::task::yield_now;
use tokio::time::sleep;

use super::LIMIT;

/// A request that takes too long is given up, and its handler has nobody left to send its result to.
/// A task that is given up is ended.
#[rejoin::test(paused)]
async fn a_result_after_the_time_limit_5316() {
    #[scoped]
    async fn handle(log: &Log) -> u32 {
        let _gone = log.on_drop("handler gone");
        sleep(Duration::from_secs(60)).await;
        7
    }
    let log = Log::new();
    let request = spawn!(handle(&log));
    assert!(request.timeout(Duration::from_secs(30)).await.is_err());
    log.assert_is(&["handler gone"]);
}

/// A frame is written under a lock by one that waits for room in the channel of resets; the monitor of
/// the closed connection needs the lock to close that channel. Here closing cuts the writer, which
/// lets go of the lock, and only then is the clean-up's turn.
#[rejoin::test]
async fn a_writer_that_the_closing_waits_for_6632() {
    #[scoped]
    async fn connection(resets: &mpsc::Sender<u32>, log: &Log) {
        let writes = Mutex::new(());
        defer!({
            let _lock = writes.lock().await;
            log.add("closed");
        });
        let _lock = writes.lock().await;
        for frame in 0..10 {
            log.add(format!("frame {frame}"));
            let _ = resets.send(frame).await;
        }
    }
    let (log, closed) = (Log::new(), Canceller::new());
    let (resets, _never_read) = mpsc::channel(1);
    let frames = spawn!(connection(&resets, &log).cancel_on(&closed));
    yield_now().await;
    closed.cancel("the other side hung up");
    assert!(frames.await.is_err());
    log.assert_is(&["frame 0", "frame 1", "closed"]);
}

/// Notices are sent on under a lock that the waiter for the notice takes as well, by signals that are
/// lost if nobody waits yet. The wait for a signal that was, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `changed.notified().await` in `serve`")]
async fn a_signal_before_the_wait_11298() {
    #[scoped]
    async fn serve(busy: &Mutex<u32>, changed: &Notify) {
        *busy.lock().await += 1;
        changed.notified().await;
    }
    let (busy, changed) = (Mutex::new(0), Notify::new());
    changed.notify_waiters();
    serve(&busy, &changed).await;
}

/// Filling a cache locks the cacher and then the cache; an event locks the cache and then the cacher.
/// A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `cache.write().await` in `replace`")]
async fn filling_and_an_event_13135() {
    #[scoped]
    async fn replace(cache: &RwLock<Vec<u32>>) {
        cache.write().await.clear();
    }
    #[scoped]
    async fn start(cacher: &Mutex<u32>, cache: &RwLock<Vec<u32>>) {
        let mut starts = cacher.lock().await;
        *starts += 1;
        yield_now().await;
        replace(cache).await;
    }
    #[scoped]
    async fn event(cacher: &Mutex<u32>, cache: &RwLock<Vec<u32>>) {
        let mut cache = cache.write().await;
        cache.push(1);
        *cacher.lock().await += 1;
    }
    let (cacher, cache) = (Mutex::new(0), RwLock::new(Vec::new()));
    let adding = spawn!(event(&cacher, &cache));
    start(&cacher, &cache).await;
    adding.await;
}

/// A watch hands its error over and cancels itself, and what made the results stays in the send of one.
/// An error of a task ends its siblings.
#[rejoin::test]
async fn a_result_beside_an_error_25331() {
    #[scoped]
    async fn list(events: mpsc::Receiver<u32>) -> Result<(), &'static str> {
        yield_now().await;
        drop(events);
        Err("the watch is too old")
    }
    #[scoped]
    async fn transform(results: mpsc::Sender<u32>, log: &Log) {
        let _gone = log.on_drop("sender gone");
        for result in 0..10 {
            let _ = results.send(result).await;
        }
    }
    #[scoped]
    async fn watch(log: &Log) -> Result<(), &'static str> {
        let (_events, from_store) = mpsc::channel(1);
        let (results, _taken_later) = mpsc::channel(1);
        let sending = spawn!(transform(results, log));
        let listing = spawn!(list(from_store)?);
        sending.await;
        listing.await;
        Ok(())
    }
    let log = Log::new();
    assert_eq!(watch(&log).await, Err("the watch is too old"));
    log.assert_is(&["sender gone"]);
}

/// Starting and stopping lock the informer, then the queue; what takes from the queue locks it, then
/// the informer. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `self.queue.lock().await` in `is_synchronised`")]
async fn the_queue_calls_back_30872() {
    struct Informer {
        clusters: Mutex<u32>,
        queue: Mutex<Vec<u32>>,
    }
    impl Informer {
        #[scoped]
        async fn is_synchronised(&self) -> bool {
            let clusters = self.clusters.lock().await;
            yield_now().await;
            self.queue.lock().await.len() < *clusters as usize
        }
        #[scoped]
        async fn pop(&self) {
            let mut queue = self.queue.lock().await;
            yield_now().await;
            *self.clusters.lock().await += queue.pop().unwrap_or_default();
        }
    }
    let informer = Informer { clusters: Mutex::new(1), queue: Mutex::new(vec![1]) };
    let processing = spawn!(informer.pop());
    informer.is_synchronised().await;
    processing.await;
}

/// A watcher sends what there was at its start to one who has stopped it already and takes nothing.
/// Stopping a task does not depend on what it waits for.
#[rejoin::test]
async fn stopped_before_its_first_events_were_taken_38669() {
    let log = Log::new();
    let (results, _taken_by_nobody) = mpsc::channel(1);
    let watcher = spawn!(async {
        let _gone = log.on_drop("watcher gone");
        for event in [1, 2] {
            let _ = results.send(event).await;
            log.add(event);
        }
    });
    yield_now().await;
    watcher.stop().await;
    log.assert_is(&["1", "watcher gone"]);
}

/// Workers hold a lock for reading while they wait for work; one who wants to write waits for them;
/// who would bring the work waits, as a reader, behind that one. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `workers.read().await` in `enqueue`")]
async fn waits_for_work_under_a_read_lock_58107() {
    #[scoped]
    async fn enqueue(workers: &RwLock<u32>, work: &Notify) {
        let _ = *workers.read().await;
        work.notify_one();
    }
    let (workers, work) = (RwLock::new(5), Notify::new());
    let worker = spawn!(async {
        let _all = workers.read().await;
        work.notified().await;
    });
    let resizing = spawn!(async { *workers.write().await += 1 });
    yield_now().await;
    enqueue(&workers, &work).await;
    worker.await;
    resizing.await;
}

/// The set of one container is read under a read lock that the default set is then read under again,
/// while a container is being removed. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `sets.read().await` in `set_of`")]
async fn the_default_reads_again_62464() {
    #[scoped]
    async fn set_of(sets: &RwLock<Vec<u32>>, container: usize) -> Option<u32> {
        sets.read().await.get(container).copied()
    }
    #[scoped]
    async fn set_or_default(sets: &RwLock<Vec<u32>>, container: usize) -> u32 {
        let all = sets.read().await;
        yield_now().await;
        set_of(sets, container).await.unwrap_or(all.len() as u32)
    }
    let sets = RwLock::new(vec![1]);
    let removing = spawn!(async { sets.write().await.clear() });
    set_or_default(&sets, 3).await;
    removing.await;
}

/// A poller ends when a channel is closed that nobody closes. As a daemon it
/// ends with the function it serves, at its time limit or when there is nothing left to wait for.
#[rejoin::test(paused)]
async fn a_poller_until_a_channel_is_closed_70277() {
    #[scoped]
    async fn wait_for(log: &Log, condition: impl Fn() -> bool + Send) {
        let (tick, mut ticks) = mpsc::channel(1);
        daemon!(async move {
            let _gone = log.on_drop("poller gone");
            while tick.send(()).await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        });
        while ticks.recv().await.is_some() {
            log.add("looked");
            if condition() {
                return;
            }
        }
    }
    let log = Log::new();
    let never = wait_for(&log, || false).timeout(Duration::from_millis(2500)).await;
    assert_eq!(never.unwrap_err().reason(), &Reason::Deadline);
    log.assert_is(&["looked", "looked", "looked", "poller gone"]);
    let log = Log::new();
    wait_for(&log, || true).await;
    log.assert_is(&["looked", "poller gone"]);
}
