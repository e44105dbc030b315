//! Groups whose children are started where it is hard: from threads without a runtime, in a destructor, while
//! their thread is given up; and many at once, with everything that can happen to them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use rejoin::{Supervised, TaskGroup, prelude::*};
use rejoin_tests::{Log, OnDrop, on_both, workers};
use tokio::runtime::Handle;
use tokio::task::{block_in_place, yield_now};

/// Calls `work` on a thread that has no runtime, and tells whether it panicked.
fn fails_elsewhere(work: impl FnOnce() + Send) -> bool {
    std::thread::scope(|threads| {
        threads.spawn(|| catch_unwind(AssertUnwindSafe(work)).is_err()).join().unwrap()
    })
}

/// Spawning it where there is no runtime panics, and it is destroyed.
fn is_refused(group: TaskGroup<'_, u32>, held: OnDrop) -> bool {
    fails_elsewhere(|| {
        group.spawn(async move {
            drop(held);
            0
        });
    })
}

#[test]
fn a_child_without_a_runtime_is_destroyed_and_the_group_goes_on() {
    #[scoped]
    async fn work(log: &Log) -> Vec<u32> {
        let group = task_group!();
        assert!(is_refused(group, log.on_drop("alone")));
        assert_eq!(log.count("alone"), 1);
        group.spawn(async { 1 });
        assert!(is_refused(group, log.on_drop("queued")));
        assert_eq!(log.count("queued"), 1);
        group.spawn(async {
            yield_now().await;
            2
        });
        yield_now().await;
        assert!(is_refused(group, log.on_drop("beside one that waits")));
        assert_eq!(log.count("beside one that waits"), 1);
        group.join_all().await
    }
    let (runtime, log) = (workers(2), Log::new());
    let task = runtime.spawn(rejoin::run(scope!(async move { work(&log).await })));
    assert_eq!(runtime.block_on(task).unwrap().unwrap(), [1, 2]);
}

/// Spawns another of its kind when it is dropped.
struct Again<'g> {
    group: TaskGroup<'g, ()>,
    left: usize,
    dropped: &'g AtomicUsize,
}

impl Drop for Again<'_> {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
        let Some(left) = self.left.checked_sub(1) else { return };
        let next = Again { left, ..*self };
        self.group.spawn(async move { drop(next) });
    }
}

#[test]
fn destructors_may_spawn() {
    #[scoped]
    async fn work(waits: bool) -> (usize, usize) {
        let dropped = AtomicUsize::new(0);
        let group = task_group!();
        for _ in 0..50 {
            let again = Again { group, left: 3, dropped: &dropped };
            group.spawn(async move {
                if waits {
                    yield_now().await;
                }
                drop(again);
            });
        }
        (group.join_all().await.len(), dropped.into_inner())
    }
    for waits in [false, true] {
        assert_eq!(on_both(|| work(waits)), [(200, 200); 2]);
    }
}

#[test]
fn a_child_that_gives_up_its_thread_is_no_obstacle() {
    #[scoped]
    async fn work() {
        let (open, opened) = channel();
        let group = task_group!();
        group.spawn(async {});
        group.spawn(async move {
            block_in_place(|| opened.recv_timeout(Duration::from_secs(20)).unwrap());
        });
        group.spawn(async move { open.send(()).unwrap() });
        group.join_all().await;
    }
    let runtime = workers(1);
    for _ in 0..20 {
        runtime.block_on(async { tokio::spawn(rejoin::run(work())).await }).unwrap().unwrap();
    }
}

#[test]
fn children_with_a_place_are_never_too_many() {
    #[scoped]
    async fn work(limit: usize) -> usize {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let group = task_group!(limit = limit);
        let mut taken = 0;
        for number in 0..500 {
            let (running, most) = (&running, &most);
            let call = async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                if number % 5 == 0 {
                    yield_now().await;
                }
                running.fetch_sub(1, Ordering::SeqCst);
            };
            if number % 3 == 0 {
                group.spawn(call);
                taken += 1;
            } else if group.try_spawn(call).is_ok() {
                taken += 1;
            }
            if number % 11 == 0 {
                yield_now().await;
            }
        }
        assert_eq!(group.join_all().await.len(), taken);
        assert_eq!(running.into_inner(), 0);
        most.into_inner()
    }
    for limit in [1, 2, 7] {
        assert!(on_both(|| work(limit)).into_iter().all(|most| most <= limit));
    }
}

/// What happens is chosen by these numbers.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// How many values were made, and how many are gone.
#[derive(Default)]
struct Tally {
    made: AtomicUsize,
    gone: AtomicUsize,
}

/// A value that is counted; its destructor may panic.
struct Counted<'a> {
    tally: &'a Tally,
    panics: bool,
}

impl<'a> Counted<'a> {
    fn new(tally: &'a Tally, panics: bool) -> Self {
        tally.made.fetch_add(1, Ordering::Relaxed);
        Self { tally, panics }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.tally.gone.fetch_add(1, Ordering::Relaxed);
        assert!(!self.panics || std::thread::panicking(), "in a destructor");
    }
}

/// What the children of one group know.
#[derive(Clone, Copy)]
struct Crowd<'g> {
    group: TaskGroup<'g, (), Supervised>,
    tally: &'g Tally,
    others: &'g [Handle; 2],
}

impl Crowd<'_> {
    /// Starts a child here, on another runtime, or from another thread with or without one.
    fn spawn(self, way: u64, seed: u64, depth: u32) {
        let start = || self.group.spawn(wild(self, seed, depth).boxed());
        let other = &self.others[usize::from(way == 9)];
        match way {
            8 | 9 => {
                let _inside = other.enter();
                start();
            }
            10 => {
                fails_elsewhere(|| {
                    let _inside = other.enter();
                    start();
                });
            }
            11 => {
                fails_elsewhere(start);
            }
            _ => start(),
        }
    }
}

#[scoped]
async fn wild(crowd: Crowd<'_>, seed: u64, depth: u32) -> Result<(), String> {
    let mut chance = Chance(seed);
    let counted = Counted::new(crowd.tally, chance.below(40) == 0);
    for _ in 0..chance.below(4) {
        let (way, seed) = (chance.below(12), chance.below(1 << 30));
        if let Some(depth) = depth.checked_sub(1) {
            crowd.spawn(way, seed, depth);
        }
        match chance.below(20) {
            0 => yield_now().await,
            1 => std::thread::yield_now(),
            2 => tokio::time::sleep(Duration::from_micros(10)).await,
            _ => {}
        }
    }
    match chance.below(30) {
        0 => panic!("by chance"),
        1 => return Err("by chance".into()),
        2 => yield_now().await,
        3 if depth == 0 => crowd.group.cancel_all(),
        _ => {}
    }
    drop(counted);
    Ok(())
}

#[scoped]
async fn crowd(seed: u64, tally: &Tally, others: &[Handle; 2]) {
    let group = task_group!(supervised);
    let crowd = Crowd { group, tally, others };
    for number in 0..20 {
        group.spawn(wild(crowd, seed * 100 + number, 3));
    }
    match seed % 3 {
        0 => drop(group.stop().await),
        1 => while group.next().await.is_some() {},
        _ => drop(group.join_all().await),
    }
}

#[test]
#[cfg_attr(miri, ignore = "takes Miri too long")]
fn every_child_is_gone_whatever_happens() {
    const SEEDS: u64 = 60;
    rejoin_tests::record_events();
    let mut made = 0;
    for seed in 0..SEEDS {
        let mut chance = Chance(seed);
        let [here, goes, stays] = [1, 1, 2].map(|least| workers(least + chance.below(3) as usize));
        let others = [goes.handle().clone(), stays.handle().clone()];
        let tally = Arc::new(Tally::default());
        let shared = tally.clone();
        let task = here.spawn(rejoin::run(scope!(async move { crowd(seed, &shared, &others).await })));
        // Runtimes that go in the middle of it.
        std::thread::sleep(Duration::from_micros(chance.below(2000)));
        if chance.below(3) == 0 {
            drop(goes);
        }
        if chance.below(4) == 0 {
            drop(here);
        } else {
            let limit = Duration::from_secs(30);
            let ended = here.block_on(async { tokio::time::timeout(limit, task).await });
            assert!(ended.is_ok(), "seed {seed} hangs\n{}", rejoin::observe::Tree::now());
        }
        drop(stays);
        let began = Instant::now();
        while tally.made.load(Ordering::Relaxed) != tally.gone.load(Ordering::Relaxed) {
            assert!(began.elapsed() < Duration::from_secs(10), "seed {seed} leaves something");
            std::thread::yield_now();
        }
        made += tally.made.load(Ordering::Relaxed);
    }
    assert!(made > 100, "only {made} children ran");
}
