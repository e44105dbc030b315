//! How the children of a group get to run: those that never wait one after the other in a tokio task that they
//! share, and no child in the way of another.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use rejoin::{EventKind, Run, TaskGroup, prelude::*};
use rejoin_tests::{Log, on_both, workers};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Notify, Semaphore};
use tokio::task::yield_now;

/// How often what depends on chance is tried.
const ROUNDS: usize = if cfg!(miri) { 1 } else { 50 };

/// Many children.
const MANY: usize = if cfg!(miri) { 40 } else { 1000 };

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Runs what `root` makes again and again as a task of a runtime with so many threads.
fn often_on(count: usize, root: impl Fn() -> Run<()>) {
    let runtime = workers(count);
    for _ in 0..ROUNDS {
        runtime.block_on(runtime.spawn(root())).unwrap().unwrap();
    }
}

/// Keeps the thread busy.
fn compute(time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// Where threads meet: whoever comes blocks until `count` are there, or says that they did not come.
struct Meeting {
    count: usize,
    there: Mutex<usize>,
    changed: Condvar,
}

impl Meeting {
    fn of(count: usize) -> Self {
        Self { count, there: Mutex::new(0), changed: Condvar::new() }
    }

    /// Says that one more is there, and does not wait.
    fn pass_by(&self) {
        *self.there.lock().unwrap() += 1;
        self.changed.notify_all();
    }

    fn come(&self) {
        self.pass_by();
        let there = self.there.lock().unwrap();
        let limit = Duration::from_secs(20);
        let (_there, waited) =
            self.changed.wait_timeout_while(there, limit, |there| *there < self.count).unwrap();
        assert!(!waited.timed_out(), "the others were kept from starting");
    }
}

#[test]
fn children_that_block_run_on_all_workers() {
    #[scoped]
    async fn meet(workers: usize) {
        let meeting = Meeting::of(workers);
        let group = task_group!();
        for _ in 0..workers {
            group.spawn(async { meeting.come() });
        }
        group.join_all().await;
    }
    for count in 2..=5 {
        often_on(count, || rejoin::run(meet(count)));
    }
}

#[test]
fn a_child_that_blocks_is_no_obstacle_to_those_behind_it() {
    /// All but the first of each five are done at once.
    #[scoped]
    async fn meet(workers: usize) {
        let meeting = Meeting::of(workers);
        let group = task_group!();
        for number in 0..5 * workers {
            let meeting = &meeting;
            group.spawn(async move {
                if number % 5 == 0 {
                    meeting.come();
                }
            });
        }
        group.join_all().await;
    }
    for count in 2..=4 {
        often_on(count, || rejoin::run(meet(count)));
    }
}

#[test]
fn children_start_while_the_one_who_spawns_them_is_busy() {
    #[scoped]
    async fn meet() {
        // With who spawns them.
        let meeting = Meeting::of(3);
        let group = task_group!();
        for _ in 0..3 {
            group.spawn(async { meeting.come() });
        }
        meeting.come();
        group.join_all().await;
    }
    often_on(4, || rejoin::run(meet()));
}

#[test]
fn children_that_never_wait_share_tasks() {
    #[scoped]
    async fn tasks(children: usize) -> usize {
        let group = task_group!();
        for _ in 0..children {
            group.spawn(async { tokio::task::id() });
        }
        group.join_all().await.into_iter().collect::<HashSet<_>>().len()
    }
    // The first was alone when it was spawned.
    assert_eq!(one_thread().block_on(rejoin::run(tasks(MANY))).unwrap(), 2);
}

#[test]
fn a_child_that_waits_keeps_its_task() {
    #[scoped]
    async fn work() -> (usize, bool) {
        let group = task_group!();
        for number in 0..100 {
            group.spawn(async move {
                let before = tokio::task::id();
                // One that is ready now and then.
                if number % 3 != 0 {
                    yield_now().await;
                    yield_now().await;
                }
                (before, tokio::task::id())
            });
        }
        let tasks = group.join_all().await;
        let waited = tasks.iter().enumerate().filter(|(number, _)| number % 3 != 0);
        let distinct = waited.map(|(_, (before, _))| before).collect::<HashSet<_>>().len();
        (distinct, tasks.iter().all(|(before, after)| before == after))
    }
    assert_eq!(on_both(work), [(66, true); 2]);
}

#[test]
fn children_start_in_the_order_of_spawning() {
    #[scoped]
    async fn work() -> Vec<usize> {
        let order = Mutex::new(Vec::new());
        let group = task_group!();
        for number in 0..100 {
            let order = &order;
            group.spawn(async move {
                order.lock().unwrap().push(number);
                if number % 7 == 3 {
                    yield_now().await;
                }
            });
        }
        group.join_all().await;
        order.into_inner().unwrap()
    }
    assert!(one_thread().block_on(rejoin::run(work())).unwrap().into_iter().eq(0..100));
}

#[test]
fn others_have_their_turn_between_children_that_take_long() {
    #[scoped]
    async fn work() -> usize {
        // Two that wake each other: one of them is always ready.
        let turns = AtomicUsize::new(0);
        let (ping, pong) = (Notify::new(), Notify::new());
        let first = spawn!(async {
            loop {
                ping.notified().await;
                turns.fetch_add(1, Ordering::Relaxed);
                pong.notify_one();
            }
        });
        let second = spawn!(async {
            loop {
                ping.notify_one();
                pong.notified().await;
            }
        });
        let group = task_group!();
        for _ in 0..50 {
            group.spawn(async { compute(Duration::from_millis(1)) });
        }
        group.join_all().await;
        first.cancel();
        second.cancel();
        turns.load(Ordering::Relaxed)
    }
    let turns = one_thread().block_on(rejoin::run(work())).unwrap();
    assert!(turns >= 25, "{turns} turns beside 50 children");
}

#[test]
fn others_have_their_turn_beside_children_that_start_each_other() {
    #[scoped]
    async fn again(group: TaskGroup<'_, ()>, number: usize) {
        group.spawn(again(group, number + 1));
    }
    #[scoped]
    async fn work() {
        let group = task_group!();
        group.spawn(again(group, 0));
        for _ in 0..100 {
            yield_now().await;
        }
        group.stop().await;
    }
    on_both(work);
}

#[test]
fn children_that_use_up_what_a_task_may_do_at_once_are_all_run() {
    #[scoped]
    async fn work() -> usize {
        let permits = Semaphore::new(Semaphore::MAX_PERMITS);
        let group = task_group!();
        for _ in 0..MANY {
            group.spawn(async {
                for _ in 0..7 {
                    drop(permits.acquire().await.unwrap());
                }
            });
        }
        group.join_all().await.len()
    }
    assert_eq!(on_both(work), [MANY, MANY]);
}

#[test]
fn children_that_were_cancelled_before_their_turn_never_run() {
    #[scoped]
    async fn work(log: &Log) -> usize {
        let group = task_group!();
        for _ in 0..MANY {
            let held = log.on_drop("gone");
            group.spawn(async {
                log.add("ran");
                drop(held);
            });
        }
        group.stop().await.len()
    }
    let log = Log::new();
    let shared = log.clone();
    let results = one_thread().block_on(rejoin::run(scope!(async move { work(&shared).await })));
    assert_eq!(results.unwrap(), 0);
    assert_eq!((log.count("ran"), log.count("gone")), (0, MANY));
}

#[test]
fn children_that_nobody_started_end_with_their_block() {
    #[scoped]
    async fn work(log: &Log) -> Result<(), String> {
        let group = task_group!();
        for _ in 0..MANY {
            let held = log.on_drop("gone");
            group.spawn(async {
                log.add("ran");
                drop(held);
            });
        }
        if log.count("ran") == 0 {
            return Err("early".into());
        }
        group.join_all().await;
        Ok(())
    }
    let log = Log::new();
    let shared = log.clone();
    let left = one_thread().block_on(rejoin::run(scope!(async move { work(&shared).await })));
    assert!(left.unwrap().is_err());
    assert_eq!((log.count("ran"), log.count("gone")), (0, MANY));
}

/// Waits for ever, with many children that nobody has started.
#[scoped]
async fn crowd(log: &Log) {
    let group = task_group!();
    for _ in 0..MANY {
        let held = log.on_drop("gone");
        group.spawn(async {
            log.add("ran");
            drop(held);
        });
    }
    std::future::pending::<()>().await;
    group.join_all().await;
}

#[test]
fn a_runtime_that_goes_ends_children_that_nobody_started() {
    let log = Log::new();
    let runtime = one_thread();
    let shared = log.clone();
    // Polled once, by hand, so that its children are in the runtime's queue when that goes.
    let mut root = Box::pin(rejoin::run(scope!(async move {
        crowd(&shared).await;
    })));
    {
        let _inside = runtime.enter();
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(root.as_mut().poll(&mut cx).is_pending());
    }
    assert_eq!(log.entries().len(), 0);
    drop(runtime);
    assert_eq!((log.count("ran"), log.count("gone")), (0, MANY));
    drop(root);
    assert_eq!(log.count("gone"), MANY);
}

#[test]
fn a_runtime_may_go_in_the_middle_of_a_crowd() {
    for round in 0..ROUNDS.min(20) {
        let log = Log::new();
        let shared = log.clone();
        let runtime = workers(2);
        let root = runtime.spawn(rejoin::run(scope!(async move {
            crowd(&shared).await;
        })));
        // Not before its root was polled.
        while log.entries().len() < MANY / 25 * (round + 1) {
            std::thread::yield_now();
        }
        drop(runtime);
        drop(root);
        assert_eq!(log.count("gone"), MANY);
    }
}

#[test]
fn a_child_runs_on_the_runtime_that_was_current_when_it_was_spawned() {
    #[scoped]
    async fn work(other: &Handle) -> usize {
        let here = Handle::current().id();
        let group = task_group!();
        for number in 0..30 {
            let expected = if number % 3 == 0 { other.id() } else { here };
            let child = async move { Handle::current().id() == expected };
            if number % 3 == 0 {
                let _inside = other.enter();
                group.spawn(child);
            } else {
                group.spawn(child);
            }
        }
        group.join_all().await.into_iter().filter(|right| *right).count()
    }
    for (one, other) in [(one_thread(), workers(1)), (workers(2), workers(2))] {
        let there = other.handle().clone();
        let all = one.block_on(rejoin::run(scope!(async move { work(&there).await })));
        assert_eq!(all.unwrap(), 30);
    }
}

#[test]
fn a_panic_among_children_that_share_a_task_ends_that_child_alone() {
    #[scoped]
    async fn work() -> Vec<usize> {
        let group = task_group!(supervised);
        for number in 0..10 {
            group.spawn(async move {
                assert!(number != 4, "the fifth");
                Ok::<usize, String>(number)
            });
        }
        group.join_all().await
    }
    rejoin_tests::record_events();
    assert_eq!(on_both(work), [[0, 1, 2, 3, 5, 6, 7, 8, 9]; 2]);
    let told = rejoin_tests::all_events(EventKind::TaskPanicked);
    assert_eq!(told.iter().filter(|text| text.contains("the fifth")).count(), 2);
}

#[test]
fn children_may_be_spawned_by_many_at_a_time() {
    #[scoped]
    async fn many(group: TaskGroup<'_, usize>, count: usize) -> usize {
        for number in 0..count {
            group.spawn(async move { number });
            if number % 50 == 49 {
                yield_now().await;
            }
        }
        0
    }
    #[scoped]
    async fn work() -> usize {
        let group = task_group!();
        for _ in 0..8 {
            group.spawn(many(group, MANY / 2));
        }
        let mut sum = 0;
        while let Some(number) = group.next().await {
            sum += number;
        }
        sum
    }
    let expected = 8 * (MANY / 2 - 1) * (MANY / 2) / 2;
    assert_eq!(on_both(work), [expected; 2]);
    let runtime = workers(4);
    for _ in 0..ROUNDS.min(20) {
        let task = runtime.spawn(rejoin::run(work()));
        assert_eq!(runtime.block_on(task).unwrap().unwrap(), expected);
    }
}

#[test]
fn a_result_is_delivered_while_the_next_child_is_busy() {
    #[scoped]
    async fn work() {
        // With who waits for the results of the others.
        let meeting = Meeting::of(2);
        let group = task_group!();
        for number in 0..22 {
            let meeting = &meeting;
            group.spawn(async move {
                if number == 21 {
                    meeting.come();
                }
            });
        }
        for _ in 0..21 {
            group.next().await;
        }
        meeting.pass_by();
        group.join_all().await;
    }
    often_on(4, || rejoin::run(work()));
}
