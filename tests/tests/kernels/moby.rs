use std::time::Duration;

use rejoin::{Canceller, prelude::*};
use rejoin_tests::Log;
use tokio::sync::{Mutex, Notify, RwLock, Semaphore, mpsc, watch};
use tokio::task::yield_now;
use tokio::time::sleep;

use super::LIMIT;

/// Removing a device locks all devices and then the one; mounting locks the one and then all.
/// A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `one.lock().await` in `remove`")]
async fn all_then_one_and_one_then_all_4951() {
    #[scoped]
    async fn remove(all: &Mutex<Vec<u32>>, one: &Mutex<u32>) {
        let mut all = all.lock().await;
        yield_now().await;
        let number = *one.lock().await;
        all.retain(|known| *known != number);
    }
    #[scoped]
    async fn mount(all: &Mutex<Vec<u32>>, one: &Mutex<u32>) {
        let number = one.lock().await;
        yield_now().await;
        all.lock().await.push(*number);
    }
    let (all, one) = (Mutex::new(vec![1]), Mutex::new(1));
    let mounting = spawn!(mount(&all, &one));
    remove(&all, &one).await;
    mounting.await;
}

/// A loop goes on to its next round without unlocking, and locks. A guard that is kept in a variable
/// is let go only after its successor was waited for. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `table.lock().await` in `track`")]
async fn the_next_round_locks_again_7559() {
    #[scoped]
    async fn track(table: &Mutex<Vec<u32>>, packets: &[Option<u32>]) {
        let mut guard = table.lock().await;
        for packet in packets {
            let Some(source) = packet else { continue };
            guard.push(*source);
            guard = table.lock().await;
        }
    }
    track(&Mutex::new(Vec::new()), &[None, Some(1)]).await;
}

/// Nothing to clean up is an early way out that does not unlock. A guard would; a permit that is
/// forgotten and returned by hand is not. Reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `devices.acquire().await` in `delete`")]
async fn nothing_to_clean_up_17176() {
    #[scoped]
    async fn clean_up(devices: &Semaphore, deleted: u32) {
        devices.acquire().await.unwrap().forget();
        if deleted == 0 {
            return;
        }
        devices.add_permits(1);
    }
    #[scoped]
    async fn delete(devices: &Semaphore) {
        let _permit = devices.acquire().await;
    }
    let devices = Semaphore::new(1);
    clean_up(&devices, 1).await;
    clean_up(&devices, 0).await;
    delete(&devices).await;
}

/// A test counts every update, some of which are skipped by design, and fails in the task that takes
/// them; the others wait for that task for ever. A failure travels, and ends the others.
#[rejoin::test]
async fn the_taker_of_updates_fails_21233() {
    #[scoped]
    async fn transfer(log: &Log) {
        let (progress, mut updates) = watch::channel(0);
        let producing = spawn!(async move {
            let _gone = log.on_drop("producer gone");
            for update in 1..=10 {
                progress.send_replace(update);
            }
            progress.closed().await;
        });
        let counting = spawn!(async {
            for expected in 1..=10 {
                updates.changed().await.unwrap();
                assert_eq!(*updates.borrow_and_update(), expected, "an update was skipped");
            }
        });
        producing.await;
        counting.await;
    }
    let log = Log::new();
    let panicked = transfer(&log).catch_panic().await.unwrap_err();
    assert!(panicked.message().unwrap().contains("an update was skipped"));
    log.assert_is(&["producer gone"]);
}

/// A counter of what still runs is set to all, and waited for after each one that was started.
/// A group knows how many it has: waiting after each only makes them run one after the other.
#[rejoin::test]
async fn waits_for_all_after_each_25384() {
    let log = Log::new();
    let plugins = task_group!();
    for plugin in ["first", "second", "third"] {
        let log = &log;
        plugins.spawn(async move {
            yield_now().await;
            log.add(plugin);
        });
        while plugins.next().await.is_some() {}
    }
    plugins.stop().await;
    log.assert_is(&["first", "second", "third"]);
}

/// A follower of a log stops watching the file and waits for the watcher to say so, which is in the
/// send of an event that the follower does not take any more. The watcher is its task, and stopped.
#[rejoin::test]
async fn waits_for_a_watcher_that_sends_27782() {
    #[scoped]
    async fn follow(mut written: mpsc::Receiver<()>, log: &Log) {
        let (events, mut watched) = mpsc::channel(1);
        let watching = spawn!(async move {
            let _gone = log.on_drop("watcher gone");
            loop {
                let _ = events.send("written").await;
            }
        });
        while written.recv().await.is_some() {
            watched.recv().await;
            log.add("line");
        }
        watching.stop().await;
        log.add("followed");
    }
    let log = Log::new();
    let (write, written) = mpsc::channel(2);
    write.send(()).await.unwrap();
    write.send(()).await.unwrap();
    drop(write);
    follow(written, &log).await;
    log.assert_is(&["line", "line", "watcher gone", "followed"]);
}

/// Who stops a monitor holds a lock and waits until the monitor takes the message to stop; the monitor
/// waits for the lock. Stopping needs no message here, and reaches the monitor where it waits.
#[rejoin::test]
async fn stops_one_that_waits_for_its_lock_28462() {
    let (log, container) = (Log::new(), Mutex::new("healthy"));
    let mut state = container.lock().await;
    let monitor = spawn!(async {
        let _gone = log.on_drop("monitor gone");
        loop {
            yield_now().await;
            *container.lock().await = "checked";
        }
    });
    yield_now().await;
    yield_now().await;
    monitor.stop().await;
    *state = "stopped";
    drop(state);
    log.assert_is(&["monitor gone"]);
    assert_eq!(*container.lock().await, "stopped");
}

/// Users of a plugin wait until it is active, and taking its handler away marks it inactive for good.
/// The wait for what never comes, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `activation.notified().await` in `wait_active`")]
async fn inactive_for_good_29733() {
    #[scoped]
    async fn wait_active(active: &Mutex<bool>, activation: &Notify) {
        while !*active.lock().await {
            activation.notified().await;
        }
    }
    let (active, activation) = (Mutex::new(true), Notify::new());
    wait_active(&active, &activation).await;
    *active.lock().await = false;
    wait_active(&active, &activation).await;
}

/// A plugin fails to be activated, and those who wait for it are not told. The failure is the
/// function's, and cuts them.
#[rejoin::test]
async fn a_failed_activation_wakes_nobody_30408() {
    #[scoped]
    async fn activate(active: &Notify) -> Result<(), &'static str> {
        yield_now().await;
        if true {
            return Err("no such plugin");
        }
        active.notify_waiters();
        Ok(())
    }
    #[scoped]
    async fn use_plugin(log: &Log) -> Result<(), &'static str> {
        let active = Notify::new();
        let activating = spawn!(activate(&active)?);
        let _gone = log.on_drop("waiter gone");
        active.notified().await;
        activating.await;
        Ok(())
    }
    let log = Log::new();
    assert_eq!(use_plugin(&log).await, Err("no such plugin"));
    log.assert_is(&["waiter gone"]);
}

/// A wait writes its first error into a channel that it has not handed out yet, and has no room.
/// A deadlock with oneself, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `errors.send(\"no such container\").await` in `wait`")]
async fn an_error_before_anybody_can_take_it_33293() {
    #[scoped]
    async fn wait() -> mpsc::Receiver<&'static str> {
        let (errors, taken) = mpsc::channel(1);
        let _ = errors.send("not running").await;
        let _ = errors.send("no such container").await;
        taken
    }
    wait().await.recv().await;
}

/// A monitor is stopped while a probe runs, and the probe's result has no taker. The probe is the
/// monitor's, and ends with it.
#[rejoin::test(paused)]
async fn stopped_while_a_probe_runs_33781() {
    #[scoped]
    async fn probe(log: &Log) -> bool {
        let _gone = log.on_drop("probe gone");
        sleep(Duration::from_secs(3)).await;
        true
    }
    #[scoped]
    async fn monitor(log: &Log) {
        loop {
            sleep(Duration::from_secs(10)).await;
            let probing = spawn!(probe(log));
            let healthy = probing.timeout(Duration::from_secs(5)).await.unwrap_or(false);
            log.add(if healthy { "healthy" } else { "late" });
        }
    }
    let (log, stop) = (Log::new(), Canceller::new());
    let monitoring = spawn!(monitor(&log).cancel_on(&stop));
    sleep(Duration::from_secs(25)).await;
    stop.cancel("the container is gone");
    monitoring.await.unwrap_err();
    log.assert_is(&["probe gone", "healthy", "probe gone"]);
}

/// Removing what was attached at the start needs the lock that its caller holds. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `disks.write().await` in `remove`")]
async fn the_caller_has_the_lock_36114() {
    #[scoped]
    async fn remove(disks: &RwLock<Vec<u32>>) {
        disks.write().await.pop();
    }
    #[scoped]
    async fn start(disks: &RwLock<Vec<u32>>) {
        let attached = disks.write().await;
        for _ in attached.iter() {
            remove(disks).await;
        }
    }
    start(&RwLock::new(vec![1])).await;
}
