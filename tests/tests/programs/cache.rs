//! A cache in front of a slow store: what is asked for twice at once is loaded once, and a ticker throws
//! out what is old while the cache is used, and not a moment longer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::sync::OnceCell;
use tokio::time::{Instant, interval, sleep};

struct Entry {
    value: OnceCell<String>,
    since: Instant,
}

struct Cache<'a> {
    log: &'a Log,
    entries: Mutex<HashMap<u32, Arc<Entry>>>,
    keep: Duration,
}

impl<'a> Cache<'a> {
    fn new(log: &'a Log, keep: Duration) -> Self {
        Self { log, entries: Mutex::default(), keep }
    }

    fn entry(&self, key: u32) -> Arc<Entry> {
        let mut entries = self.entries.lock().unwrap();
        let fresh = || Arc::new(Entry { value: OnceCell::new(), since: Instant::now() });
        entries.entry(key).or_insert_with(fresh).clone()
    }

    #[scoped]
    async fn get(&self, key: u32) -> String {
        let entry = self.entry(key);
        entry.value.get_or_init(|| self.load(key)).await.clone()
    }

    async fn load(&self, key: u32) -> String {
        self.log.add(format!("load {key}"));
        sleep(Duration::from_millis(300)).await;
        format!("value of {key}")
    }

    fn throw_out(&self) -> usize {
        let mut entries = self.entries.lock().unwrap();
        let before = entries.len();
        entries.retain(|_, entry| entry.since.elapsed() < self.keep);
        before - entries.len()
    }

    /// Throws out what is old, every second.
    #[scoped]
    async fn sweep(&self) {
        let _gone = self.log.on_drop("sweeper gone");
        let mut ticks = interval(Duration::from_secs(1));
        loop {
            ticks.tick().await;
            let gone = self.throw_out();
            if gone > 0 {
                self.log.add(format!("threw out {gone}"));
            }
        }
    }
}

/// Answers a request for several keys at once.
#[scoped]
async fn get_all(cache: &Cache<'_>, keys: &[u32]) -> Vec<String> {
    let group = task_group!();
    for &key in keys {
        group.spawn(cache.get(key));
    }
    group.join_all().await
}

#[scoped]
async fn serve(log: &Log, requests: &[&[u32]]) -> usize {
    let cache = Cache::new(log, Duration::from_millis(1500));
    daemon!(cache.sweep());
    let mut answered = 0;
    for keys in requests {
        answered += get_all(&cache, keys).await.len();
        sleep(Duration::from_secs(1)).await;
    }
    answered
}

#[rejoin::test(paused)]
async fn the_same_key_is_loaded_once() {
    let log = Log::new();
    assert_eq!(serve(&log, &[&[1, 1, 1], &[1]]).await, 4);
    assert_eq!(log.count("load 1"), 1);
    assert_eq!(log.count("sweeper gone"), 1);
}

#[rejoin::test(paused)]
async fn what_is_old_is_thrown_out_and_loaded_again() {
    let log = Log::new();
    assert_eq!(serve(&log, &[&[1, 2], &[], &[1]]).await, 3);
    log.assert_is(&["load 1", "load 2", "threw out 2", "load 1", "sweeper gone"]);
}

#[rejoin::test(paused)]
async fn a_load_that_is_cut_leaves_the_key_to_the_next_one() {
    let log = Log::new();
    let cache = Cache::new(&log, Duration::from_secs(60));
    assert!(cache.get(1).timeout(Duration::from_millis(100)).await.is_err());
    assert_eq!(cache.get(1).await, "value of 1");
    assert_eq!(log.count("load 1"), 2);
}
