//! Groups whose children are started where it is hard: in the middle of a destructor, of another child, of a runtime
//! that goes, from threads without one. And what is kept from running by who starts them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use rejoin::{TaskGroup, prelude::*};
use rejoin_tests::{Log, on_both};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Notify;
use tokio::task::yield_now;

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn workers(count: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(count).enable_all().build().unwrap()
}

/// In microseconds.
fn block(time: u64) {
    std::thread::sleep(Duration::from_micros(time));
}

#[derive(Default)]
struct Gate(Mutex<bool>, Condvar);
impl Gate {
    fn open(&self) {
        *self.0.lock().unwrap() = true;
        self.1.notify_all();
    }
    fn wait(&self) -> bool {
        let (_g, out) =
            self.1.wait_timeout_while(self.0.lock().unwrap(), Duration::from_secs(5), |o| !*o).unwrap();
        !out.timed_out()
    }
}

#[test]
#[ignore = "it is: the worker keeps the task that was woken last for itself, and the starter goes on"]
fn what_a_child_wakes_is_not_kept_from_running_by_the_next_child() {
    #[scoped]
    async fn work() -> bool {
        let notify = Notify::new();
        let gate = Gate::default();
        let helper = spawn!(async {
            notify.notified().await;
            gate.open();
        });
        yield_now().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        let group = task_group!();
        for _ in 0..30 {
            group.spawn(async { true });
        }
        group.spawn(async {
            notify.notify_one();
            true
        });
        // Blocks its thread; there are others.
        group.spawn(async { gate.wait() });
        let all = group.join_all().await;
        helper.await;
        all.into_iter().all(|came| came)
    }
    let runtime = workers(4);
    for _ in 0..5 {
        assert!(runtime.block_on(async { tokio::spawn(rejoin::run(work())).await }).unwrap().unwrap());
    }
}

#[test]
#[ignore = "it is not: who waits for it is what the worker keeps for itself"]
fn a_result_is_delivered_while_the_next_child_is_busy() {
    #[scoped]
    async fn work() -> Duration {
        let group = task_group!();
        for number in 0..22 {
            group.spawn(async move {
                if number == 21 {
                    block(500_000);
                }
                Instant::now()
            });
        }
        let mut first = Duration::ZERO;
        for _ in 0..21 {
            first = first.max(group.next().await.unwrap().elapsed());
        }
        group.join_all().await;
        first
    }
    let runtime = workers(4);
    let late = (0..5)
        .map(|_| runtime.block_on(async { tokio::spawn(rejoin::run(work())).await }).unwrap().unwrap())
        .max()
        .unwrap();
    assert!(late < Duration::from_millis(300), "{late:?}");
}

#[test]
#[ignore = "they do, now and then: as many as are trusted"]
fn children_that_take_long_do_not_hold_up_results_for_many_of_them() {
    #[scoped]
    async fn work() -> (Duration, usize) {
        let started = AtomicUsize::new(0);
        let group = task_group!();
        for _ in 0..200 {
            group.spawn(async { None });
        }
        for _ in 0..32 {
            group.spawn(async {
                started.fetch_add(1, SeqCst);
                block(20_000);
                Some(Instant::now())
            });
        }
        let mut late = Duration::ZERO;
        while let Some(done) = group.next().await {
            if let Some(done) = done {
                late = done.elapsed();
                group.cancel_all();
                break;
            }
        }
        group.stop().await;
        (late, started.load(SeqCst))
    }
    for count in [1, 2] {
        let runtime = workers(count);
        let (late, started) =
            runtime.block_on(async { tokio::spawn(rejoin::run(work())).await }).unwrap().unwrap();
        println!("{count} workers: {late:?}, {started} children were started");
        assert!(started <= 3 * count, "{count} workers: {late:?}, {started} children were started");
    }
}

#[test]
fn a_child_spawned_outside_of_any_runtime_is_destroyed_and_the_group_goes_on() {
    let log = Log::new();
    let l = log.clone();
    let runtime = workers(2);
    let root = rejoin::run(scope!(async move {
        let group = task_group!();
        group.spawn(async { 1usize });
        let held = l.on_drop("gone");
        // A thread that has no runtime.
        let failed = std::thread::scope(|s| {
            s.spawn(|| {
                catch_unwind(AssertUnwindSafe(|| {
                    group.spawn(async move {
                        drop(held);
                        2usize
                    })
                }))
                .is_err()
            })
            .join()
            .unwrap()
        });
        assert!(failed);
        assert_eq!(l.count("gone"), 1);
        group.spawn(async {
            yield_now().await;
            3usize
        });
        let held = l.on_drop("gone");
        let failed = std::thread::scope(|s| {
            s.spawn(|| {
                catch_unwind(AssertUnwindSafe(|| {
                    group.spawn(async move {
                        drop(held);
                        2usize
                    })
                }))
                .is_err()
            })
            .join()
            .unwrap()
        });
        assert!(failed);
        assert_eq!(l.count("gone"), 2);
        group.join_all().await
    }));
    assert_eq!(runtime.block_on(async { tokio::spawn(root).await }).unwrap().unwrap(), [1, 3]);
    // The first of all.
    let l = log.clone();
    let root = rejoin::run(scope!(async move {
        let group = task_group!();
        let held = l.on_drop("first");
        let failed = std::thread::scope(|s| {
            s.spawn(|| {
                catch_unwind(AssertUnwindSafe(|| {
                    group.spawn(async move {
                        drop(held);
                        2usize
                    })
                }))
                .is_err()
            })
            .join()
            .unwrap()
        });
        assert!(failed);
        group.spawn(async { 3usize });
        group.join_all().await
    }));
    assert_eq!(runtime.block_on(async { tokio::spawn(root).await }).unwrap().unwrap(), [3]);
    assert_eq!(log.count("first"), 1);
}

/// Spawns from its destructor.
struct Again<'g>(Option<TaskGroup<'g, usize>>, usize, &'g AtomicUsize);
impl Drop for Again<'_> {
    fn drop(&mut self) {
        self.2.fetch_add(1, SeqCst);
        if self.1 != 0 {
            if let Some(group) = self.0 {
                let next = Again(Some(group), self.1 - 1, self.2);
                group.spawn(async move {
                    let n = next.1;
                    drop(next);
                    n
                });
            }
        }
    }
}

#[test]
fn destructors_may_spawn() {
    #[scoped]
    async fn work(waits: bool) -> (usize, usize) {
        let count = AtomicUsize::new(0);
        let group = task_group!();
        for _ in 0..50 {
            let again = Again(Some(group), 3, &count);
            group.spawn(async move {
                if waits {
                    yield_now().await
                }
                let n = again.1;
                drop(again);
                n
            });
        }
        let len = group.join_all().await.len();
        (len, count.load(SeqCst))
    }
    for waits in [false, true] {
        assert_eq!(on_both(|| work(waits)), [(200, 200); 2]);
    }
}

#[test]
#[cfg_attr(miri, ignore = "takes Miri too long")]
fn destructors_may_spawn_while_the_runtime_goes() {
    for waits in [false, true] {
        for threads in [0, 2] {
            for round in 0..20 {
                let weak: Weak<Log>;
                let count = Arc::new(AtomicUsize::new(0));
                let shared = count.clone();
                {
                    let value = Arc::new(Log::new());
                    weak = Arc::downgrade(&value);
                    let there = if threads == 0 { one_thread() } else { workers(threads) };
                    let here = one_thread();
                    let handle = there.handle().clone();
                    let mut root = Box::pin(rejoin::run(scope!(async move {
                        #[scoped]
                        async fn inner(count: &AtomicUsize, handle: &Handle, waits: bool) -> usize {
                            let group = task_group!();
                            for _ in 0..300 {
                                let again = Again(Some(group), 2, count);
                                let _inside = handle.enter();
                                group.spawn(async move {
                                    if waits {
                                        yield_now().await
                                    }
                                    let n = again.1;
                                    drop(again);
                                    n
                                });
                            }
                            group.join_all().await.len()
                        }
                        inner(&shared, &handle, waits).with_value(value).await
                    })));
                    here.block_on(async {
                        tokio::select! { biased; _ = &mut root => {}, _ = yield_now() => {} }
                    });
                    let first = count.load(SeqCst);
                    if round % 2 == 0 {
                        there.shutdown_background();
                    } else {
                        drop(there);
                    }
                    let result = here
                        .block_on(async { tokio::time::timeout(Duration::from_secs(10), &mut root).await })
                        .expect("hangs");
                    let _ = result;
                    let _ = first;
                    // 300 and what their destructors started
                    let end = count.load(SeqCst);
                    assert!(end >= 300, "{end}");
                }
                let began = Instant::now();
                while weak.strong_count() != 0 {
                    assert!(
                        began.elapsed() < Duration::from_secs(10),
                        "leaked: waits {waits} threads {threads} round {round}"
                    );
                    std::thread::yield_now();
                }
            }
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "takes Miri too long")]
fn a_child_that_gives_its_thread_up_is_no_obstacle() {
    #[scoped]
    async fn work() -> usize {
        let gate = Gate::default();
        let group = task_group!();
        group.spawn(async {});
        group.spawn(async {
            assert!(tokio::task::block_in_place(|| gate.wait()));
        });
        group.spawn(async { gate.open() });
        group.join_all().await.len()
    }
    let runtime = workers(1);
    for _ in 0..100 {
        assert_eq!(runtime.block_on(async { tokio::spawn(rejoin::run(work())).await }).unwrap().unwrap(), 3);
    }
}

#[scoped]
async fn place() -> usize {
    let (gate, gate2) = (Gate::default(), Gate::default());
    let group = task_group!();
    group.spawn(async { gate.open() });
    assert!(tokio::task::block_in_place(|| gate.wait()));
    group.spawn(async {});
    tokio::task::block_in_place(|| {
        let gate2 = &gate2;
        group.spawn(async move { gate2.open() });
        assert!(gate2.wait());
    });
    group.join_all().await.len()
}

#[test]
#[cfg_attr(miri, ignore = "takes Miri too long")]
fn who_spawns_may_give_its_thread_up() {
    let runtime = workers(1);
    for _ in 0..100 {
        assert_eq!(runtime.block_on(async { tokio::spawn(rejoin::run(place())).await }).unwrap().unwrap(), 3);
    }
}

#[test]
fn a_runtime_that_goes_in_the_background_with_a_child_that_blocks() {
    for threads in [1, 2] {
        let there = workers(threads);
        let handle = there.handle().clone();
        let here = one_thread();
        let log = Log::new();
        let l = log.clone();
        let gate = Arc::new(Gate::default());
        let inside = Arc::new(Gate::default());
        let mut there = Some(there);
        let len = here
            .block_on(rejoin::run(scope!(async move {
                let group = task_group!();
                {
                    let _in = handle.enter();
                    group.spawn(async {
                        inside.open();
                        gate.wait();
                    });
                    let held = l.on_drop("gone");
                    group.spawn(async move { drop(held) });
                }
                tokio::task::yield_now().await;
                assert!(inside.wait());
                there.take().unwrap().shutdown_background();
                for _ in 0..100 {
                    let _in = handle.enter();
                    let held = l.on_drop("gone");
                    group.spawn(async move { drop(held) });
                }
                let before = l.count("gone");
                gate.open();
                let rest = group.join_all().await.len();
                (before, rest)
            })))
            .unwrap();
        assert!(len.1 >= 1);
        assert_eq!(log.count("gone"), 101);
    }
}

#[test]
#[cfg_attr(miri, ignore = "takes Miri too long")]
fn a_runtime_may_come_after_another() {
    #[scoped]
    async fn work(log: &Log) -> usize {
        let group = task_group!();
        for round in 0..20 {
            let other = if round % 2 == 0 { one_thread() } else { workers(2) };
            let _inside = other.enter();
            for _ in 0..100 {
                let held = log.on_drop("gone");
                group.spawn(async move {
                    drop(held);
                    1
                });
            }
            if round % 3 == 0 {
                std::thread::yield_now();
            }
            drop(_inside);
            std::thread::scope(|s| {
                s.spawn(move || drop(other));
            });
            let held = log.on_drop("gone");
            group.spawn(async move {
                drop(held);
                1
            });
        }
        group.join_all().await.len()
    }
    for runtime in [one_thread(), workers(2)] {
        let log = Log::new();
        let l = log.clone();
        let n = runtime.block_on(rejoin::run(scope!(async move { work(&l).await }))).unwrap();
        assert!(n >= 20, "{n}");
        assert_eq!(log.count("gone"), 2020);
    }
}

#[test]
fn a_runtime_may_be_driven_now_and_then() {
    let there = one_thread();
    let handle = there.handle().clone();
    let here = workers(1);
    let ran = Arc::new(AtomicUsize::new(0));
    let shared = ran.clone();
    let task = here.spawn(rejoin::run(scope!(async move {
        let shared = &shared;
        let group = task_group!();
        for n in 0..100 {
            {
                let _in = handle.enter();
                group.spawn(async move {
                    shared.fetch_add(1, SeqCst);
                    if n % 10 == 0 {
                        yield_now().await;
                    }
                });
            }
            if n % 7 == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        group.join_all().await.len()
    })));
    while !task.is_finished() {
        there.block_on(async { yield_now().await });
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(here.block_on(task).unwrap().unwrap(), 100);
    assert_eq!(ran.load(SeqCst), 100);
}

#[test]
#[cfg_attr(miri, ignore = "takes Miri too long")]
fn children_with_a_place_are_never_too_many() {
    #[scoped]
    async fn work(limit: usize) -> (usize, usize) {
        let running = AtomicUsize::new(0);
        let most = AtomicUsize::new(0);
        let group = task_group!(limit = limit);
        let mut taken = 0;
        for number in 0..2000usize {
            let (running, most) = (&running, &most);
            let call = async move {
                let now = running.fetch_add(1, SeqCst) + 1;
                most.fetch_max(now, SeqCst);
                if number % 5 == 0 {
                    yield_now().await;
                }
                running.fetch_sub(1, SeqCst);
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
        (most.load(SeqCst), running.load(SeqCst))
    }
    for limit in [1, 2, 7] {
        for _ in 0..5 {
            for (most, running) in on_both(|| work(limit)) {
                assert!(most <= limit && running == 0, "{most} of {limit}, {running}");
            }
        }
    }
}

struct Held<'a>(&'a AtomicUsize, Box<usize>);
impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(*self.1, SeqCst);
    }
}

/// The block is left, or the root dropped, with children that nobody has started; starters come later.
#[scoped]
async fn early(other: &Handle, count: usize, waits: usize, gone: &AtomicUsize) -> Result<Vec<usize>, ()> {
    let data = Box::new(1usize);
    let group = task_group!();
    for number in 0..count {
        let held = Held(gone, Box::new(1));
        let data = &data;
        let _in = other.enter();
        group.spawn(async move {
            if number == waits {
                yield_now().await;
                yield_now().await;
            }
            let _held = held;
            **data
        });
    }
    yield_now().await;
    if gone.load(SeqCst) < count / 2 {
        return Err(());
    }
    Ok(group.join_all().await)
}

#[test]
fn borrowed_data_is_gone_before_the_starter() {
    for threads in [1, 2] {
        for waits in [3, 99] {
            let gone = Arc::new(AtomicUsize::new(0));
            let shared = gone.clone();
            let there = if threads == 0 { one_thread() } else { workers(threads) };
            let here = one_thread();
            let handle = there.handle().clone();
            let _ = here
                .block_on(rejoin::run(scope!(async move {
                    early(&handle, 12, waits, &shared).await.unwrap_or_default().len()
                })))
                .unwrap();
            assert_eq!(gone.load(SeqCst), 12);
            drop(there);
        }
    }
}

/// The root is destroyed with all below it; only then the starter has its turn.
#[test]
fn a_starter_that_comes_after_everything() {
    for waits in [3, 99] {
        let gone = Arc::new(AtomicUsize::new(0));
        let shared = gone.clone();
        let there = one_thread();
        let handle = there.handle().clone();
        let mut root =
            Box::pin(rejoin::run(scope!(async move { early(&handle, 12, waits, &shared).await.is_ok() })));
        let mut cx = Context::from_waker(Waker::noop());
        let polled = root.as_mut().poll(&mut cx);
        assert!(polled.is_pending() && gone.load(SeqCst) == 0);
        if waits == 3 {
            // One waits; the others have tasks.
            there.block_on(yield_now());
        }
        drop(root);
        if waits == 3 {
            there.block_on(async {
                for _ in 0..10 {
                    yield_now().await
                }
            });
        }
        there.block_on(async {
            for _ in 0..10 {
                yield_now().await
            }
        });
        assert_eq!(gone.load(SeqCst), 12);
    }
}

#[test]
fn a_root_that_is_dropped() {
    for polls in 1..4 {
        let gone = Arc::new(AtomicUsize::new(0));
        let shared = gone.clone();
        let there = workers(2);
        let handle = there.handle().clone();
        let mut root =
            Box::pin(rejoin::run(scope!(async move { early(&handle, 12, 5, &shared).await.is_ok() })));
        let mut cx = Context::from_waker(Waker::noop());
        {
            let _in = there.enter();
            for _ in 0..polls {
                if root.as_mut().poll(&mut cx).is_ready() {
                    break;
                }
            }
        }
        drop(root);
        drop(there);
        assert_eq!(gone.load(SeqCst), 12);
    }
}

#[test]
fn a_runtime_that_goes() {
    for threads in [0, 1, 2] {
        let gone = Arc::new(AtomicUsize::new(0));
        let shared = gone.clone();
        let there = if threads == 0 { one_thread() } else { workers(threads) };
        let handle = there.handle().clone();
        let mut root =
            Box::pin(rejoin::run(scope!(async move { early(&handle, 12, 5, &shared).await.is_ok() })));
        let mut cx = Context::from_waker(Waker::noop());
        {
            let _in = there.enter();
            let _ = root.as_mut().poll(&mut cx);
        }
        drop(there);
        assert_eq!(gone.load(SeqCst), 12);
        drop(root);
    }
}

#[scoped]
async fn deeper<'a>(group: TaskGroup<'a, usize>, depth: usize, gone: &'a AtomicUsize) -> usize {
    let _held = Held(gone, Box::new(1));
    for _ in 0..depth {
        group.spawn(deeper(group, depth - 1, gone).boxed());
    }
    if depth == 1 {
        yield_now().await;
    }
    depth
}

#[test]
fn children_of_children() {
    #[scoped]
    async fn work() -> (usize, usize) {
        let gone = AtomicUsize::new(0);
        let group = task_group!();
        group.spawn(deeper(group, 3, &gone));
        let len = group.join_all().await.len();
        (len, gone.load(SeqCst))
    }
    for runtime in [one_thread(), workers(2)] {
        let task = runtime.spawn(rejoin::run(work()));
        assert_eq!(runtime.block_on(task).unwrap().unwrap(), (16, 16));
    }
}

#[test]
fn panics_among_children_of_one_starter() {
    #[scoped]
    async fn work(gone: &AtomicUsize) {
        let group = task_group!();
        for number in 0..10 {
            let held = Held(gone, Box::new(1));
            group.spawn(async move {
                let _held = held;
                assert!(number != 4)
            });
        }
        group.join_all().await;
    }
    for runtime in [one_thread(), workers(2)] {
        let gone = Arc::new(AtomicUsize::new(0));
        let shared = gone.clone();
        let task = runtime.spawn(rejoin::run(scope!(async move { work(&shared).await })));
        assert!(runtime.block_on(task).unwrap_err().is_panic());
        assert_eq!(gone.load(SeqCst), 10);
    }
    let gone = Arc::new(AtomicUsize::new(0));
    let shared = gone.clone();
    let mut root = Box::pin(rejoin::run(scope!(async move { work(&shared).await })));
    assert!(
        catch_unwind(AssertUnwindSafe(|| {
            let _ = root.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }))
        .is_err()
    );
    drop(root);
    assert_eq!(gone.load(SeqCst), 1);
}

/// Chance.
struct Chance(u64);
impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

struct Counted<'a>(&'a AtomicUsize, bool);
impl<'a> Counted<'a> {
    fn new(made: &AtomicUsize, gone: &'a AtomicUsize, bad: bool) -> Self {
        made.fetch_add(1, SeqCst);
        Self(gone, bad)
    }
}
impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
        if self.1 && !std::thread::panicking() {
            panic!("a destructor");
        }
    }
}

static MADE: AtomicUsize = AtomicUsize::new(0);
static GONE: AtomicUsize = AtomicUsize::new(0);

#[scoped]
async fn chaos(
    group: TaskGroup<'_, usize, rejoin::Supervised>,
    seed: u64,
    depth: u32,
    handles: [Handle; 2],
) -> Result<usize, String> {
    let mut c = Chance(seed);
    c.below(2);
    let guard = Counted::new(&MADE, &GONE, c.below(40) == 0);
    for _ in 0..c.below(4) {
        let s = c.below(1 << 30);
        match (depth, c.below(12)) {
            (0, _) => {}
            (_, 0..8) => group.spawn(chaos(group, s, depth - 1, handles.clone()).boxed()),
            (_, 8) => {
                let _in = handles[0].enter();
                group.spawn(chaos(group, s, depth - 1, handles.clone()).boxed())
            }
            (_, 9) => {
                let _in = handles[1].enter();
                group.spawn(chaos(group, s, depth - 1, handles.clone()).boxed())
            }
            (_, 10) => {
                let h = handles.clone();
                std::thread::scope(|t| {
                    t.spawn(move || {
                        let _in = h[0].enter();
                        group.spawn(chaos(group, s, depth - 1, h.clone()).boxed())
                    });
                })
            }
            _ => {
                let h = handles.clone();
                std::thread::scope(|t| {
                    t.spawn(move || {
                        let _ = catch_unwind(AssertUnwindSafe(|| {
                            group.spawn(chaos(group, s, depth - 1, h.clone()).boxed())
                        }));
                    });
                })
            }
        }
        match c.below(20) {
            0 => yield_now().await,
            1 => std::thread::yield_now(),
            2 => block(50),
            3 => tokio::time::sleep(Duration::from_micros(10)).await,
            _ => {}
        }
    }
    match c.below(30) {
        0 => panic!("chaos"),
        1 => return Err("no".into()),
        2 => yield_now().await,
        3 if depth == 0 => group.cancel_all(),
        _ => {}
    }
    drop(guard);
    Ok(1)
}

#[test]
#[cfg_attr(miri, ignore = "takes Miri too long")]
fn every_child_is_gone_whatever_happens() {
    rejoin_tests::record_events();
    for seed in 0..100 {
        let mut c = Chance(seed);
        let mut here = match c.below(3) {
            0 => one_thread(),
            n => workers(1 + n as usize),
        };
        let there = match c.below(2) {
            0 => one_thread(),
            n => workers(1 + n as usize),
        };
        let third = workers(2);
        let handles = [there.handle().clone(), third.handle().clone()];
        let value = Arc::new(());
        let weak = Arc::downgrade(&value);
        // Driven by somebody for a while.
        let stop = Arc::new(AtomicBool::new(false));
        let goes = c.below(3) == 0;
        let driver = {
            let stop = stop.clone();
            std::thread::spawn(move || {
                let began = Instant::now();
                while !stop.load(SeqCst) {
                    there.block_on(yield_now());
                    if goes && began.elapsed() > Duration::from_millis(2) {
                        break;
                    }
                }
                if goes {
                    there.shutdown_background();
                }
            })
        };
        #[scoped]
        async fn work(seed: u64, handles: [Handle; 2]) -> usize {
            let group = task_group!(supervised);
            for n in 0..20 {
                group.spawn(chaos(group, seed * 100 + n, 3, handles.clone()));
            }
            if seed % 4 == 0 {
                group.stop().await.len()
            } else if seed % 4 == 1 {
                let mut n = 0;
                while group.next().await.is_some() {
                    n += 1
                }
                n
            } else {
                group.join_all().await.len()
            }
        }
        let task =
            here.spawn(rejoin::run(scope!(async move { work(seed, handles).with_value(value).await })));
        if c.below(4) == 0 {
            std::thread::sleep(Duration::from_micros(c.below(2000)));
            drop(here);
            here = one_thread();
            let _ = here
                .block_on(async { tokio::time::timeout(Duration::from_secs(20), task).await })
                .expect("hangs");
        } else {
            let r = here
                .block_on(async { tokio::time::timeout(Duration::from_secs(20), task).await })
                .unwrap_or_else(|_| {
                    eprintln!("seed {seed}\n{}", rejoin::observe::Tree::now());
                    panic!("hangs {seed}")
                });
            let _ = r.unwrap();
        }
        stop.store(true, SeqCst);
        driver.join().unwrap();
        drop(third);
        drop(here);
        let began = Instant::now();
        while weak.strong_count() != 0 {
            assert!(began.elapsed() < Duration::from_secs(10), "leaked at seed {seed}");
            std::thread::yield_now();
        }
        assert_eq!(MADE.load(SeqCst), GONE.load(SeqCst), "seed {seed}");
    }
}
