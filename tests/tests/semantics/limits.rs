//! Groups with a limit: who runs, who queues, who waits for room.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rejoin::{TaskGroup, prelude::*};
use rejoin_tests::{Log, on_both, panics_on_both};
use tokio::sync::Semaphore;
use tokio::task::yield_now;

/// How many are inside, and how many ever were at once.
#[derive(Default)]
struct Gauge {
    inside: AtomicUsize,
    most: AtomicUsize,
}

impl Gauge {
    fn enter(&self) -> Inside<'_> {
        let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(inside, Ordering::SeqCst);
        Inside(self)
    }

    fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

struct Inside<'a>(&'a Gauge);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::SeqCst);
    }
}

#[scoped]
async fn measured(gauge: &Gauge, n: usize) -> usize {
    let _inside = gauge.enter();
    for _ in 0..n % 5 {
        yield_now().await;
    }
    n
}

#[scoped]
async fn waits(log: &Log, name: u32) -> u32 {
    log.add(format!("{name} starts"));
    let _gone = log.on_drop(format!("{name} gone"));
    pending().await
}

#[test]
fn no_more_than_the_limit_run_at_a_time_and_all_run_in_the_end() {
    #[scoped]
    async fn work() -> (Vec<usize>, usize) {
        let gauge = Gauge::default();
        let group = task_group!(limit = 3);
        for n in 0..50 {
            group.spawn(measured(&gauge, n));
        }
        assert_eq!(group.len(), 50);
        let all = group.join_all().await;
        (all, gauge.most())
    }
    for (all, most) in on_both(work) {
        assert_eq!(all, (0..50).collect::<Vec<_>>());
        assert!((1..=3).contains(&most), "{most}");
    }
}

#[test]
fn one_at_a_time_is_first_come_first_served() {
    #[scoped]
    async fn work() -> Vec<usize> {
        let gauge = Gauge::default();
        let group = task_group!(limit = 1);
        for n in 0..20 {
            group.spawn(measured(&gauge, n));
        }
        let mut order = Vec::new();
        while let Some(n) = group.next().await {
            order.push(n);
        }
        order
    }
    assert_eq!(on_both(work), [(0..20).collect::<Vec<_>>(), (0..20).collect()]);
}

#[test]
fn the_limit_may_be_any_expression() {
    #[scoped]
    async fn work(limit: usize) -> usize {
        let gauge = Gauge::default();
        let group = task_group!(limit = async { limit }.await.min(4) + 1,);
        for n in 0..20 {
            group.spawn(measured(&gauge, n));
        }
        group.join_all().await;
        gauge.most()
    }
    for most in on_both(|| work(1)) {
        assert!((1..=2).contains(&most), "{most}");
    }
}

#[test]
fn a_limit_of_nothing_panics() {
    #[scoped]
    async fn work(limit: usize) {
        let group = task_group!(limit = limit);
        group.spawn(async {});
        group.join_all().await;
    }
    assert_eq!(panics_on_both(|| work(0)), ["with a limit of 0 no child would ever run"; 2]);
}

#[rejoin::test]
async fn a_full_group_gives_the_call_back() {
    let gate = Semaphore::new(0);
    let group = task_group!(limit = 2);
    for _ in 0..2 {
        let taken = group.try_spawn(async {
            gate.acquire().await.unwrap().forget();
            1
        });
        assert!(taken.is_ok());
    }
    let refused = group.try_spawn(async {
        gate.acquire().await.unwrap().forget();
        7
    });
    let Err(call) = refused else { panic!("there was no room") };
    assert_eq!(group.len(), 2);
    gate.add_permits(1);
    assert_eq!(group.next().await, Some(1));
    // Whoever has taken a result may count on the place.
    assert!(group.try_spawn(call).is_ok());
    gate.add_permits(2);
    assert_eq!(group.next().await.into_iter().chain(group.next().await).sum::<i32>(), 8);
    assert_eq!(group.next().await, None);
    group.stop().await;
}

#[test]
fn whoever_has_taken_a_result_may_count_on_the_place() {
    const ROUNDS: usize = if cfg!(miri) { 20 } else { 5_000 };
    #[scoped]
    async fn work() -> usize {
        let group = task_group!(limit = 2);
        group.spawn(async { 0 });
        let mut done = 0;
        for n in 1..ROUNDS {
            done += group.next().await.map_or(0, |_| 1);
            assert!(group.try_spawn(async move { n }).is_ok());
        }
        done + group.join_all().await.len()
    }
    assert_eq!(on_both(work), [ROUNDS; 2]);
}

#[rejoin::test]
async fn nobody_overtakes_the_queue() {
    let gate = Semaphore::new(0);
    let group = task_group!(limit = 1);
    group.spawn(async {
        gate.acquire().await.unwrap().forget();
        1
    });
    group.spawn(async { 2 });
    assert!(group.try_spawn(async { 3 }).is_err());
    gate.add_permits(1);
    assert_eq!(group.join_all().await, [1, 2]);
}

#[rejoin::test]
async fn without_a_limit_there_is_always_room() {
    let group = task_group!();
    for n in 0..100 {
        group.room().await;
        assert!(group.try_spawn(async move { n }).is_ok());
    }
    assert_eq!(group.join_all().await.len(), 100);
}

#[test]
fn room_is_back_pressure() {
    #[scoped]
    async fn work() -> (usize, usize, usize) {
        let gauge = Gauge::default();
        let mut longest = 0;
        let group = task_group!(limit = 4);
        for n in 0..100 {
            group.room().await;
            group.spawn(measured(&gauge, n));
            let mut taken = 0;
            // What is left unread is what runs, and a few that have ended just now.
            while group.len() > 4 {
                taken += group.next().await.map_or(0, |_| 1);
            }
            longest = longest.max(taken);
        }
        let rest = group.join_all().await.len();
        (gauge.most(), longest, rest)
    }
    for (most, longest, rest) in on_both(work) {
        assert!((1..=4).contains(&most), "{most}");
        assert!(longest <= 1, "{longest}");
        assert!(rest <= 4, "{rest}");
    }
}

#[rejoin::test]
async fn everybody_who_waits_for_room_is_woken() {
    let gate = Semaphore::new(0);
    let group = task_group!(limit = 1);
    group.spawn(async { gate.acquire().await.unwrap().forget() });
    let one = spawn!(async { group.room().await });
    let two = spawn!(async { group.room().await });
    for _ in 0..5 {
        yield_now().await;
    }
    gate.add_permits(1);
    one.await;
    two.await;
    group.join_all().await;
}

#[rejoin::test(paused)]
async fn a_wait_for_room_is_a_point() {
    let log = Log::new();
    let call = scope!(async {
        let group = task_group!(limit = 1);
        group.spawn(waits(&log, 1));
        group.room().await;
        log.add("never");
        group.stop().await;
    });
    call.timeout(Duration::from_millis(5)).await.unwrap_err();
    log.assert_is(&["1 starts", "1 gone"]);
}

#[rejoin::test]
async fn a_wait_for_room_may_be_given_up() {
    let gate = Semaphore::new(0);
    let group = task_group!(limit = 1);
    group.spawn(async { gate.acquire().await.unwrap().forget() });
    tokio::select! {
        biased;
        () = group.room() => panic!("there was no room"),
        () = yield_now() => {}
    }
    gate.add_permits(1);
    group.room().await;
    group.join_all().await;
}

#[test]
fn children_may_spawn_into_their_own_group() {
    #[scoped]
    async fn visit<'g>(group: TaskGroup<'g, u32>, gauge: &'g Gauge, depth: u32) -> u32 {
        let _inside = gauge.enter();
        if depth > 0 {
            group.spawn(visit(group, gauge, depth - 1));
            group.spawn(visit(group, gauge, depth - 1));
            yield_now().await;
        }
        1
    }
    #[scoped]
    async fn tree() -> (u32, usize) {
        let gauge = Gauge::default();
        let group = task_group!(limit = 1);
        group.spawn(visit(group, &gauge, 6));
        let count = group.join_all().await.into_iter().sum();
        (count, gauge.most())
    }
    assert_eq!(on_both(tree), [(127, 1); 2]);
}

#[rejoin::test]
async fn a_child_that_takes_what_another_has_done_does_not_wait_for_itself() {
    let group = task_group!(limit = 2);
    group.spawn(async { 1 });
    group.spawn(async move {
        // Another one runs, or has run: this does not hang.
        group.next().await.unwrap_or_default() + 10
    });
    assert_eq!(group.join_all().await, [11]);
}

#[rejoin::test]
async fn queued_children_that_are_cancelled_never_start() {
    let log = Log::new();
    let group = task_group!(limit = 1);
    for name in 1..4 {
        let argument = log.on_drop(format!("argument {name}"));
        let child = waits(&log, name);
        group.spawn(async {
            let _argument = argument;
            child.await
        });
    }
    yield_now().await;
    group.cancel_all();
    assert_eq!(group.join_all().await, Vec::<u32>::new());
    assert_eq!(group.len(), 0);
    for name in 1..4 {
        assert_eq!(log.count(&format!("argument {name}")), 1);
    }
    log.assert_order(&["1 starts", "1 gone"]);
    assert_eq!(log.entries().len(), 5);
}

#[rejoin::test]
async fn queued_children_go_at_once_however_long_the_running_take() {
    let log = Log::new();
    let gate = Semaphore::new(0);
    let group = task_group!(limit = 1);
    group.spawn(async {
        defer!({
            let _ = gate.acquire().await;
            log.add("cleaned up");
        });
        pending::<()>().await;
    });
    yield_now().await;
    let argument = log.on_drop("argument");
    group.spawn(async move {
        let _argument = argument;
    });
    group.cancel_all();
    while log.count("argument") == 0 {
        yield_now().await;
    }
    assert_eq!(group.len(), 1);
    gate.add_permits(1);
    group.join_all().await;
    log.assert_is(&["argument", "cleaned up"]);
}

#[rejoin::test]
async fn stop_gives_what_was_produced_in_time_and_drops_the_queue() {
    let log = Log::new();
    let group = task_group!(limit = 2);
    group.spawn(async { 7 });
    group.spawn(waits(&log, 1));
    group.spawn(waits(&log, 2));
    group.spawn(waits(&log, 3));
    while log.count("2 starts") == 0 {
        yield_now().await;
    }
    assert_eq!(group.stop().await, [7]);
    assert_eq!(log.count("3 starts"), 0);
    assert_eq!((log.count("1 gone"), log.count("2 gone")), (1, 1));
}

#[rejoin::test]
async fn what_is_spawned_into_a_cancelled_or_finished_group_is_dropped_before_the_call_returns() {
    let log = Log::new();
    let group = task_group!(limit = 1);
    group.spawn(waits(&log, 1));
    group.spawn(waits(&log, 2));
    yield_now().await;
    group.cancel_all();
    for (n, spawn) in [true, false].into_iter().enumerate() {
        let argument = log.on_drop(format!("argument {n}"));
        let call = async move {
            let _argument = argument;
            1
        };
        if spawn {
            group.spawn(call);
        } else {
            assert!(group.try_spawn(call).is_ok());
        }
        assert_eq!(log.count(&format!("argument {n}")), 1);
    }
    group.stop().await;
    let argument = log.on_drop("late argument");
    let late = async move {
        let _argument = argument;
        1
    };
    assert!(group.try_spawn(late).is_ok());
    assert_eq!(log.count("late argument"), 1);
    group.room().await;
}

#[test]
fn every_early_way_out_takes_the_queue_along() {
    #[scoped]
    async fn leaves(log: &Log, way: u32) -> Result<u32, String> {
        let group = task_group!(limit = 1);
        for name in 0..3 {
            let argument = log.on_drop("argument");
            group.spawn(async move {
                let _argument = argument;
                pending::<()>().await;
            });
            let _ = name;
        }
        yield_now().await;
        match way {
            0 => Err("early")?,
            1 => panic!("early"),
            _ => pending::<()>().await,
        }
        group.join_all().await;
        Ok(1)
    }
    #[scoped]
    async fn all() -> [usize; 3] {
        let mut counts = [0; 3];
        for way in 0..3 {
            let log = Log::new();
            let call = leaves(&log, way).timeout(Duration::from_millis(5)).catch_panic();
            let _ = call.await;
            counts[way as usize] = log.count("argument");
        }
        counts
    }
    assert_eq!(on_both(all), [[3, 3, 3]; 2]);
}

#[test]
fn a_panic_of_a_running_child_takes_the_queue_along() {
    #[scoped]
    async fn parent(log: Log) {
        let group = task_group!(limit = 1);
        group.spawn(async { panic!("in the group") });
        for name in 0..10 {
            group.spawn(waits(&log, name));
        }
        while group.next().await.is_some() {}
        log.add("never");
    }
    let log = Log::new();
    assert_eq!(panics_on_both(|| parent(log.clone())), ["in the group"; 2]);
    log.assert_is(&[]);
}

#[test]
fn a_panic_of_an_argument_of_a_queued_child_travels_too() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                panic!("in the queue");
            }
        }
    }
    #[scoped]
    async fn parent() {
        let group = task_group!(limit = 1);
        group.spawn(pending());
        let argument = Panics;
        group.spawn(async move {
            let _argument = argument;
        });
        group.stop().await;
    }
    assert_eq!(panics_on_both(parent), ["in the queue"; 2]);
}

#[test]
fn many_queued_children() {
    const CHILDREN: usize = if cfg!(miri) { 50 } else { 100_000 };
    #[scoped]
    async fn many() -> usize {
        let group = task_group!(limit = 8);
        for n in 0..CHILDREN {
            group.spawn(async move { n });
        }
        group.join_all().await.iter().enumerate().filter(|(place, n)| place == *n).count()
    }
    assert_eq!(on_both(many), [CHILDREN; 2]);
}

#[test]
fn many_queued_children_are_cancelled() {
    const CHILDREN: usize = if cfg!(miri) { 50 } else { 100_000 };
    #[scoped]
    async fn many() -> (usize, usize) {
        let started = AtomicUsize::new(0);
        let group = task_group!(limit = 8);
        for _ in 0..CHILDREN {
            group.spawn(async {
                started.fetch_add(1, Ordering::Relaxed);
                pending::<()>().await;
            });
        }
        yield_now().await;
        let left = group.stop().await.len();
        (left, started.into_inner())
    }
    for (left, started) in on_both(many) {
        assert_eq!(left, 0);
        assert!(started <= 8, "{started}");
    }
}

#[test]
fn many_queued_children_whose_runtime_goes_away() {
    const CHILDREN: usize = if cfg!(miri) { 50 } else { 100_000 };
    #[scoped]
    async fn many(log: Log) {
        let group = task_group!(limit = 2);
        for _ in 0..CHILDREN {
            let gone = log.on_drop("gone");
            group.spawn(async move {
                let _gone = gone;
                pending::<()>().await;
            });
        }
        log.add("all spawned");
        group.join_all().await;
    }
    let log = Log::new();
    for threads in [false, true] {
        let runtime = if threads {
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
        } else {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
        };
        let before = log.count("all spawned");
        let task = runtime.spawn(rejoin::run(many(log.clone())));
        runtime.block_on(async {
            while log.count("all spawned") == before {
                yield_now().await;
            }
        });
        drop(runtime);
        drop(task);
    }
    assert_eq!(log.count("gone"), 2 * CHILDREN);
}

#[test]
fn a_dropped_root_takes_the_queue_along() {
    #[scoped]
    async fn work(log: Log) {
        let group = task_group!(limit = 1);
        for _ in 0..5 {
            let gone = log.on_drop("gone");
            group.spawn(async move {
                let _gone = gone;
                pending::<()>().await;
            });
        }
        group.join_all().await;
    }
    #[scoped]
    async fn drops() -> usize {
        let log = Log::new();
        let inner = log.clone();
        scope!(async {
            let mut root = Box::pin(rejoin::run(work(inner)));
            tokio::select! {
                biased;
                _ = &mut root => {}
                () = yield_now() => {}
            }
            drop(root);
        })
        .named("who waits for it")
        .await;
        log.count("gone")
    }
    assert_eq!(on_both(drops), [5, 5]);
}

#[rejoin::test]
async fn a_limited_group_of_nothing_keeps_nothing() {
    let done = AtomicUsize::new(0);
    let group = task_group!(limit = 2);
    for _ in 0..10 {
        group.room().await;
        group.spawn(async {
            done.fetch_add(1, Ordering::Relaxed);
        });
    }
    group.join_all().await;
    assert_eq!(done.into_inner(), 10);
}

#[test]
fn below_an_inline_root_they_queue_without_a_runtime() {
    #[scoped]
    async fn work(cancels: bool) -> (Vec<usize>, usize) {
        let gauge = Gauge::default();
        let group = task_group!(limit = 2, ordered);
        for n in 0..20 {
            group.spawn(measured(&gauge, n));
        }
        if cancels {
            group.cancel_all();
        }
        (group.join_all().await, gauge.most())
    }
    fn block_on<F: Future>(future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        loop {
            let polled = future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
            if let std::task::Poll::Ready(output) = polled {
                return output;
            }
        }
    }
    let (all, most) = block_on(rejoin::inline(work(false))).unwrap();
    assert_eq!(all, (0..20).collect::<Vec<_>>());
    assert_eq!(most, 2);
    assert_eq!(block_on(rejoin::inline(work(true))).unwrap(), (vec![], 0));
}
