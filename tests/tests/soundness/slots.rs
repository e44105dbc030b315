//! The task slot: who destroys what, and when.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::task::yield_now;

use crate::common::{
    Lent, PanicsLate, ROUNDS, SPINS, one_thread, reads_for_ever, record_events, turns, two_threads, until,
};

/// What the two sides of a race tell each other.
#[derive(Debug, Default)]
struct Stage {
    task_ended: AtomicBool,
    ready: AtomicBool,
    dropping: AtomicBool,
    data_gone: AtomicBool,
    dropped_late: AtomicBool,
}

struct Data(Arc<Stage>, Lent);

impl Drop for Data {
    fn drop(&mut self) {
        self.0.data_gone.store(true, Ordering::SeqCst);
    }
}

/// An output that borrows, and whose destructor takes its time.
struct Slow<'a>(&'a Data, Arc<Stage>);

impl Drop for Slow<'_> {
    fn drop(&mut self) {
        self.0.1.read();
        self.1.dropping.store(true, Ordering::SeqCst);
        for _ in 0..SPINS {
            if self.1.data_gone.load(Ordering::SeqCst) {
                self.1.dropped_late.store(true, Ordering::SeqCst);
                return;
            }
            std::thread::yield_now();
        }
        self.0.1.read();
    }
}

#[scoped]
async fn owns_an_output_nobody_took(stage: Arc<Stage>) {
    let data = Data(stage.clone(), Lent::new());
    let task = spawn!(async {
        stage.task_ended.store(true, Ordering::SeqCst);
        Slow(&data, stage.clone())
    });
    until(|| stage.task_ended.load(Ordering::SeqCst)).await;
    turns(20).await;
    stage.ready.store(true, Ordering::SeqCst);
    // In the middle of this poll an ancestor is destroyed on another thread.
    for _ in 0..SPINS {
        if stage.dropping.load(Ordering::SeqCst) {
            break;
        }
        std::thread::yield_now();
    }
    if stage.ready.load(Ordering::SeqCst) {
        panic!("the block is left");
    }
    drop(task.await);
}

/// S4, S7: whoever destroys an ancestor leaves the outputs of its descendants to their guards, which
/// drop them before what they borrow.
#[test]
fn an_output_is_gone_before_what_it_borrows_while_an_ancestor_is_destroyed() {
    #[scoped]
    async fn ancestor(stage: Arc<Stage>) {
        let child = spawn!(owns_an_output_nobody_took(stage.clone()));
        until(|| stage.ready.load(Ordering::SeqCst)).await;
        if stage.ready.load(Ordering::SeqCst) {
            panic!("the ancestor is destroyed");
        }
        child.await;
    }
    record_events();
    for _ in 0..ROUNDS.min(10) {
        let stage = Arc::new(Stage::default());
        let runtime = two_threads();
        let task = runtime.spawn(rejoin::run(ancestor(stage.clone())));
        runtime.block_on(task).unwrap_err();
        assert!(stage.data_gone.load(Ordering::SeqCst));
        assert!(!stage.dropped_late.load(Ordering::SeqCst), "its data went first");
    }
}

/// A future whose destructor panics, also when it has ended.
struct Bomb<T>(Option<T>);

impl<T> Drop for Bomb<T> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            std::panic::panic_any("the future's destructor");
        }
    }
}

impl<T: Unpin> Future for Bomb<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        match self.0.take() {
            Some(value) => Poll::Ready(value),
            None => Poll::Pending,
        }
    }
}

/// What the panic of a root said.
fn text_of_panic(call: impl FnOnce()) -> &'static str {
    let payload = catch_unwind(AssertUnwindSafe(call)).expect_err("a panic");
    payload.downcast_ref::<&'static str>().copied().expect("a text")
}

/// S4, F19: the destructors of a child's future and of its output both panic; the child has ended all the
/// same.
#[test]
fn a_child_ends_although_its_future_and_its_output_panic_when_they_are_dropped() {
    #[scoped]
    async fn both_panic(log: Log) {
        let _after = log.on_drop("local gone");
        let task = spawn!(Bomb(Some(PanicsLate("the output's destructor"))));
        let _output = task.await;
        log.add("never");
    }
    record_events();
    for runtime in [one_thread(), two_threads()] {
        let log = Log::new();
        let task = runtime.spawn(rejoin::run(both_panic(log.clone())));
        let error = runtime.block_on(task).unwrap_err();
        let payload = error.into_panic();
        assert_eq!(payload.downcast_ref(), Some(&"the future's destructor"));
        log.assert_is(&["local gone"]);
    }
}

/// S4, F19: each of the destructors alone, when the child is destroyed in the middle of its work, when
/// its output is not taken, and when its panic's payload panics as well.
#[test]
fn a_panic_in_a_destructor_of_a_destroyed_child_stops_nothing() {
    struct Payload;
    impl Drop for Payload {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                std::panic::panic_any("the payload's destructor");
            }
        }
    }
    #[scoped]
    async fn parent(log: Log, how: u32) {
        let data = Lent::new();
        let _data_gone = log.on_drop("data gone");
        let other = spawn!(reads_for_ever(&data));
        let pending = spawn!(Bomb(None::<()>));
        let untaken = spawn!(async { PanicsLate("the output's destructor") });
        let panics = spawn!(scope!(async {
            if how == 2 {
                std::panic::panic_any(Payload);
            }
        }));
        turns(5).await;
        match how {
            0 => panic!("the parent"),
            1 => {
                pending.cancel();
                untaken.cancel();
                other.cancel();
                panics.cancel();
            }
            _ => {
                pending.await;
                drop(untaken.await);
                other.await;
                panics.await;
            }
        }
    }
    record_events();
    for how in 0..3 {
        for runtime in [one_thread(), two_threads()] {
            let log = Log::new();
            let task = runtime.spawn(rejoin::run(parent(log.clone(), how)));
            let error = runtime.block_on(task).unwrap_err();
            assert!(error.is_panic(), "{how}");
            log.assert_is(&["data gone"]);
            rejoin_quietly(error.into_panic());
        }
    }
}

/// Drops a payload whose destructor panics.
fn rejoin_quietly(payload: Box<dyn std::any::Any + Send>) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(payload)));
}

/// S4: a guard waits for a poll that is in progress on another thread.
#[test]
fn a_guard_waits_for_the_poll_in_progress() {
    #[scoped]
    async fn parent(stage: Arc<Stage>) {
        let data = Data(stage.clone(), Lent::new());
        let task = spawn!(async {
            stage.ready.store(true, Ordering::SeqCst);
            for _ in 0..SPINS {
                data.1.read();
                std::thread::yield_now();
            }
            assert!(!stage.data_gone.load(Ordering::SeqCst), "polled after its data");
            std::future::pending::<()>().await;
        });
        while !stage.ready.load(Ordering::SeqCst) {
            yield_now().await;
        }
        if stage.ready.load(Ordering::SeqCst) {
            panic!("the parent");
        }
        task.await;
    }
    record_events();
    for _ in 0..ROUNDS {
        let stage = Arc::new(Stage::default());
        let runtime = two_threads();
        let task = runtime.spawn(rejoin::run(parent(stage.clone())));
        let error = runtime.block_on(task).unwrap_err();
        assert_eq!(text_of_panic(|| std::panic::resume_unwind(error.into_panic())), "the parent");
        assert!(stage.data_gone.load(Ordering::SeqCst));
    }
}
