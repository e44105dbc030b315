use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::task::yield_now;

use super::LIMIT;

/// A server that is told twice to go down locks a second time where it should have unlocked.
/// A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `draining.lock().await` in `stop`")]
async fn locked_where_unlocked_was_meant_795() {
    #[scoped]
    async fn stop(draining: &Mutex<bool>) {
        let mut already = draining.lock().await;
        if *already {
            *draining.lock().await = true;
            return;
        }
        *already = true;
    }
    let draining = Mutex::new(false);
    for _ in 0..3 {
        stop(&draining).await;
    }
}

/// A stream is closed without a word to the one who reads it; who waited for the reader gives up
/// after a while, and the reader never ends. Giving up is ending here.
#[rejoin::test(paused)]
async fn the_reader_of_a_closed_stream_1275() {
    let log = Log::new();
    let (_transport, mut stream) = mpsc::channel::<u8>(1);
    let reading = spawn!(async {
        let _gone = log.on_drop("reader gone");
        stream.recv().await
    });
    let late = reading.timeout(Duration::from_millis(300)).await;
    log.assert_is(&["reader gone"]);
    assert_eq!(late.unwrap_err().reason(), &rejoin::Reason::Deadline);
}

/// Addresses are handed out under the balancer's lock, and who takes them locks the balancer
/// between two of them. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `addresses.send(address).await` in `watch`")]
async fn handed_out_under_the_lock_1353() {
    #[scoped]
    async fn watch(connected: &Mutex<u32>, addresses: mpsc::Sender<u32>) {
        let mut connected = connected.lock().await;
        for address in 0..3 {
            *connected += 1;
            let _ = addresses.send(address).await;
        }
    }
    #[scoped]
    async fn tear_down(connected: &Mutex<u32>) {
        *connected.lock().await -= 1;
    }
    let connected = Mutex::new(0);
    let (addresses, mut changes) = mpsc::channel(1);
    let balancing = spawn!(async {
        while changes.recv().await.is_some() {
            tear_down(&connected).await;
        }
    });
    watch(&connected, addresses).await;
    balancing.await;
}

/// A dial waits to be told that its watcher is done, and the watcher, whose list of addresses was
/// closed, leaves without telling. The end of a task is what one waits for here, and is never missed.
#[rejoin::test]
async fn a_watcher_leaves_without_a_word_1424() {
    #[scoped]
    async fn dial(log: &Log) {
        let (addresses, mut notify) = mpsc::channel::<u32>(1);
        let watching = spawn!(async move {
            while let Some(address) = notify.recv().await {
                log.add(address);
            }
        });
        addresses.send(1).await.unwrap();
        drop(addresses);
        watching.await;
        log.add("dialled");
    }
    let log = Log::new();
    dial(&log).await;
    log.assert_is(&["1", "dialled"]);
}

/// A callback takes the lock and leaves on an early path without giving it back. A guard would give it
/// back; a permit that is forgotten and returned by hand does not. Reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `cache.acquire().await` in `remove`")]
async fn not_given_back_on_an_early_path_3017() {
    #[scoped]
    async fn expire(cache: &Semaphore, called_off: bool) {
        if let Ok(permit) = cache.acquire().await {
            permit.forget();
        }
        if called_off {
            return;
        }
        yield_now().await;
        cache.add_permits(1);
    }
    #[scoped]
    async fn remove(cache: &Semaphore) {
        drop(cache.acquire().await);
    }
    let cache = Semaphore::new(1);
    expire(&cache, false).await;
    remove(&cache).await;
    expire(&cache, true).await;
    remove(&cache).await;
}
