use std::future::pending;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::sync::{Mutex, Notify, RwLock, mpsc};
use tokio::task::yield_now;

use super::LIMIT;

/// A loop is left on the one path that does not unlock, and what comes after it locks again.
/// The guard of a lock, kept outside the loop, does the same: a deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `closed.lock().await` in `manage`")]
async fn the_lock_of_a_loop_that_was_left_584() {
    #[scoped]
    async fn manage(closed: &Mutex<bool>) {
        *closed.lock().await = true;
    }
    let closed = Mutex::new(true);
    let mut guard = closed.lock().await;
    while !*guard {
        drop(guard);
        yield_now().await;
        guard = closed.lock().await;
    }
    manage(&closed).await;
}

/// Stopping first waits for the workers and only then tells them, while they wait to be told.
/// Telling and waiting are one word here: the group's children are cut and joined.
#[rejoin::test]
async fn stopping_waits_before_it_tells_1055() {
    let log = Log::new();
    let workers = task_group!();
    for name in ["one", "two", "three"] {
        let gone = log.on_drop(name);
        workers.spawn(async move {
            let _gone = gone;
            pending::<()>().await;
        });
    }
    yield_now().await;
    workers.stop().await;
    log.add("stopped");
    assert_eq!(log.place("stopped"), 3);
}

/// At a stop the reader of events leaves at once, and the writer stays in its send for ever, so the
/// stop never sees it end. The stop cuts the writer in its send.
#[rejoin::test]
async fn the_reader_leaves_before_the_writer_1462() {
    let log = Log::new();
    let (events, mut inbox) = mpsc::channel(1);
    let transport = task_group!();
    let gone = log.on_drop("writer gone");
    transport.spawn(async move {
        let _gone = gone;
        while events.send(0).await.is_ok() {}
    });
    transport.spawn(async {
        inbox.recv().await;
        // It holds the inbox and does not read it any more.
        pending::<()>().await;
    });
    yield_now().await;
    yield_now().await;
    transport.stop().await;
    log.assert_is(&["writer gone"]);
}

/// Two loops each hand the other something before they take anything: both channels fill up.
/// A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `callbacks.send(event).await` in `process`")]
async fn two_loops_send_to_each_other_2448() {
    #[scoped]
    async fn replicate(events: mpsc::Sender<u32>, mut callbacks: mpsc::Receiver<u32>) {
        for event in 0..10 {
            let _ = events.send(event).await;
            let _ = events.send(event).await;
            callbacks.recv().await;
        }
    }
    #[scoped]
    async fn process(mut events: mpsc::Receiver<u32>, callbacks: mpsc::Sender<u32>) {
        while let Some(event) = events.recv().await {
            let _ = callbacks.send(event).await;
            let _ = callbacks.send(event).await;
            let _ = callbacks.send(event).await;
        }
    }
    let (events, raft) = mpsc::channel(1);
    let (callbacks, store) = mpsc::channel(1);
    let replicating = spawn!(replicate(events, store));
    process(raft, callbacks).await;
    replicating.await;
}

/// A reader asks a helper for something that the helper reads under the same lock, while a writer
/// has queued up in between. Fair locks make the second read wait. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `state.read().await` in `status`")]
async fn a_second_read_behind_a_writer_3710() {
    #[scoped]
    async fn status(state: &RwLock<u32>) -> u32 {
        *state.read().await
    }
    #[scoped]
    async fn scan(state: &RwLock<u32>) -> u32 {
        let reader = state.read().await;
        yield_now().await;
        *reader + status(state).await
    }
    let state = RwLock::new(1);
    let writing = spawn!(async { *state.write().await += 1 });
    scan(&state).await;
    writing.await;
}

/// A cache is printed, under a read lock of its own, while a read lock is held; somebody who missed
/// in the cache wants to write. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `cache.read().await` in `print`")]
async fn printing_reads_again_6181() {
    #[scoped]
    async fn print(cache: &RwLock<Vec<u32>>) -> String {
        format!("{:?}", cache.read().await)
    }
    #[scoped]
    async fn look_up(cache: &RwLock<Vec<u32>>, key: u32) -> String {
        let known = cache.read().await;
        yield_now().await;
        if known.contains(&key) { print(cache).await } else { String::new() }
    }
    let cache = RwLock::new(vec![7]);
    let missed = spawn!(async { cache.write().await.push(8) });
    look_up(&cache, 7).await;
    missed.await;
}

/// Taking a lease locks names, then the lease; giving it back locks the lease, then names.
/// A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `lease.lock().await` in `acquire`")]
async fn names_then_lease_and_lease_then_names_7504() {
    #[scoped]
    async fn acquire(names: &Mutex<u32>, lease: &Mutex<u32>) -> u32 {
        let names = names.lock().await;
        yield_now().await;
        *names + *lease.lock().await
    }
    #[scoped]
    async fn release(names: &Mutex<u32>, lease: &Mutex<u32>) -> u32 {
        let lease = lease.lock().await;
        yield_now().await;
        *names.lock().await - *lease
    }
    let (names, lease) = (Mutex::new(1), Mutex::new(1));
    let releasing = spawn!(release(&names, &lease));
    acquire(&names, &lease).await;
    releasing.await;
}

/// The way out for errors of a logger locks the logger, which is locked. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `self.lines.lock().await` in `give_up`")]
async fn the_error_path_locks_again_9935() {
    struct Logger {
        lines: Mutex<Vec<String>>,
    }
    impl Logger {
        #[scoped]
        async fn write(&self, line: &str) {
            let mut lines = self.lines.lock().await;
            if lines.capacity() == 0 {
                self.give_up().await;
            }
            lines.push(line.to_owned());
        }
        #[scoped]
        async fn give_up(&self) {
            self.lines.lock().await.clear();
        }
    }
    Logger { lines: Mutex::new(Vec::new()) }.write("started").await;
}

/// Heartbeats lock the queue and then each replica; the tick of a replica locks itself and then the
/// queue, three calls down. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `self.raft.lock().await` in `report_unreachable`")]
async fn a_lock_taken_three_calls_down_10214() {
    struct Replica {
        raft: Mutex<u32>,
    }
    impl Replica {
        #[scoped]
        async fn report_unreachable(&self) {
            *self.raft.lock().await += 1;
        }
        #[scoped]
        async fn tick(&self, queue: &Mutex<Vec<u32>>) {
            let raft = self.raft.lock().await;
            yield_now().await;
            coalesce(queue, *raft).await;
        }
    }
    #[scoped]
    async fn coalesce(queue: &Mutex<Vec<u32>>, beat: u32) {
        queue.lock().await.push(beat);
    }
    #[scoped]
    async fn send_heartbeats(queue: &Mutex<Vec<u32>>, replica: &Replica) {
        let mut queue = queue.lock().await;
        yield_now().await;
        for _ in queue.drain(..) {
            replica.report_unreachable().await;
        }
    }
    let (queue, replica) = (Mutex::new(vec![1, 2]), Replica { raft: Mutex::new(0) });
    let ticking = spawn!(replica.tick(&queue));
    send_heartbeats(&queue, &replica).await;
    ticking.await;
}

/// The configuration is read while it is locked already, under another name of the same lock.
/// A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `settings.read().await` in `prepare`")]
async fn one_lock_under_two_names_16167() {
    struct Executor<'a> {
        ready: &'a RwLock<u32>,
        settings: &'a RwLock<u32>,
    }
    #[scoped]
    async fn prepare(settings: &RwLock<u32>) -> u32 {
        *settings.read().await
    }
    let lock = RwLock::new(0);
    let executor = Executor { ready: &lock, settings: &lock };
    let parsed = executor.ready.read().await;
    let update = spawn!(async { *lock.write().await += 1 });
    yield_now().await;
    prepare(executor.settings).await;
    drop(parsed);
    update.await;
}

/// A restore that is called off stops reading, and what splits the work for it stays in its send
/// for ever. The splitting is a task of the restore, and ends with it.
#[rejoin::test(paused)]
async fn the_reader_is_called_off_18101() {
    #[scoped]
    async fn restore(log: &Log) -> u32 {
        let (ready, mut spans) = mpsc::channel(6);
        let splitting = spawn!(async move {
            let _gone = log.on_drop("splitter gone");
            for span in 0..100 {
                let _ = ready.send(span).await;
            }
        });
        let mut restored = 0;
        while let Some(span) = spans.recv().await {
            tokio::time::sleep(Duration::from_secs(1)).await;
            restored += span;
        }
        splitting.await;
        restored
    }
    let log = Log::new();
    restore(&log).timeout(Duration::from_millis(2500)).await.unwrap_err();
    log.assert_is(&["splitter gone"]);
}

/// Something is sent before the loop that would receive it is started, into a channel that has room
/// for what is in it already. A deadlock with oneself, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `suggestions.send(\"on start\").await`")]
async fn sent_before_the_loop_is_started_24808() {
    let (suggestions, mut compactor) = mpsc::channel(1);
    suggestions.send("from before").await.unwrap();
    suggestions.send("on start").await.unwrap();
    let compacting = spawn!(async move { while compactor.recv().await.is_some() {} });
    drop(suggestions);
    compacting.await;
}

/// Whether the store is going down was to be asked, and was waited for. Reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `quiescing.notified().await` in `process`")]
async fn waited_instead_of_asked_25456() {
    #[scoped]
    async fn process(quiescing: &Notify) -> Result<(), &'static str> {
        quiescing.notified().await;
        Err("inconsistent")
    }
    let quiescing = Notify::new();
    for _replica in 0..2 {
        let _ = process(&quiescing).await;
    }
}

/// An outbox fails while it starts and leaves its channel open; who pushes rows into it hangs once
/// the channel is full. The failure is the function's: the pusher is cut.
#[rejoin::test]
async fn a_consumer_that_fails_at_its_start_35073() {
    #[scoped]
    async fn outbox(rows: &mut mpsc::Receiver<u32>) -> Result<(), &'static str> {
        rows.recv().await;
        Err("cannot reach the node")
    }
    #[scoped]
    async fn flow(log: &Log) -> Result<(), &'static str> {
        let (push, mut rows) = mpsc::channel(16);
        let sending = spawn!(outbox(&mut rows)?);
        let _gone = log.on_drop("pusher gone");
        for row in 0..100 {
            let _ = push.send(row).await;
        }
        sending.await;
        Ok(())
    }
    let log = Log::new();
    assert_eq!(flow(&log).await, Err("cannot reach the node"));
    log.assert_is(&["pusher gone"]);
}

/// Calling off a flow writes a notice into each of its inputs in turn, and hangs at the first that is
/// full, while the flow reads the second. Cancellation is no message and needs no room.
#[rejoin::test]
async fn cancellation_as_a_message_in_a_full_channel_35931() {
    let log = Log::new();
    let (left, _left_input) = mpsc::channel(1);
    let (_right, mut right_input) = mpsc::channel::<u32>(1);
    left.send(1).await.unwrap();
    let flow = task_group!();
    flow.spawn(async {
        let _gone = log.on_drop("reader gone");
        right_input.recv().await;
    });
    flow.spawn(async {
        let _gone = log.on_drop("writer gone");
        let _ = left.send(2).await;
    });
    yield_now().await;
    flow.stop().await;
    assert_eq!(log.entries().len(), 2);
}
