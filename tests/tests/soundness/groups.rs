//! Groups whose children wait for their turn, come too early, fail or are given back.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::{on_both, panics_on_both};
use tokio::task::yield_now;

use crate::common::{
    Lent, PanicsLate, ROUNDS, ReadsLate, SPINS, one_thread, poll_once, reads_for_ever, record_events, turns,
    two_threads, until,
};

const CHILDREN: usize = if cfg!(miri) { 6 } else { 100 };

/// S3, S4: children that wait for their turn borrow from a body that panics; they are gone before it.
#[test]
fn queued_children_are_gone_before_what_they_borrow_when_the_body_panics() {
    #[scoped]
    async fn parent() {
        let data = Lent::new();
        let group = task_group!(limit = 1);
        for _ in 0..CHILDREN {
            let late = ReadsLate(&data);
            group.spawn(async {
                reads_for_ever(late.0).await;
            });
        }
        yield_now().await;
        if !data_is_gone() {
            std::panic::panic_any("out of the body");
        }
        group.join_all().await;
    }
    fn data_is_gone() -> bool {
        false
    }
    assert_eq!(panics_on_both(parent), ["out of the body"; 2]);
}

/// S3, S4: the same where the body is cut, at each await of it.
#[test]
fn queued_children_are_gone_before_what_they_borrow_when_the_body_is_cut() {
    #[scoped]
    async fn parent(turns_before: usize) {
        let data = Lent::new();
        let group = task_group!(limit = 2, ordered);
        for _ in 0..CHILDREN {
            let late = ReadsLate(&data);
            group.spawn(async move {
                let late = late;
                reads_for_ever(late.0).await;
                late
            });
        }
        turns(turns_before).await;
        group.join_all().await;
    }
    #[scoped]
    async fn cuts() {
        for turns_before in 0..4 {
            let cut = parent(turns_before).timeout(Duration::from_millis(if cfg!(miri) { 20 } else { 1 }));
            cut.await.unwrap_err();
        }
    }
    on_both(cuts);
}

/// S7: the runtime goes away while children wait for their turn.
#[test]
fn queued_children_whose_runtime_is_gone_are_gone_before_what_they_borrow() {
    #[scoped]
    async fn parent(spawned: Arc<AtomicBool>) {
        let data = Lent::new();
        let group = task_group!(limit = 2);
        for _ in 0..CHILDREN {
            let late = ReadsLate(&data);
            group.spawn(async {
                reads_for_ever(late.0).await;
            });
        }
        spawned.store(true, Ordering::SeqCst);
        group.join_all().await;
    }
    for runtime in [one_thread(), two_threads()] {
        let spawned = Arc::new(AtomicBool::new(false));
        let root = runtime.spawn(rejoin::run(parent(spawned.clone())));
        runtime.block_on(until(|| spawned.load(Ordering::SeqCst)));
        drop(runtime);
        drop(root);
    }
}

/// S4, S7: a queue is swept, and its children are started, on one thread while the body they borrow from ends
/// on another.
#[test]
fn a_queue_that_is_swept_while_its_body_panics() {
    #[scoped]
    async fn parent(round: usize) {
        let data = Lent::new();
        let group = task_group!(limit = 2);
        for child in 0..CHILDREN {
            let late = ReadsLate(&data);
            group.spawn(async move {
                turns(child % 3).await;
                late.0.read();
            });
        }
        turns(round % 4).await;
        group.cancel_all();
        for _ in 0..SPINS {
            std::hint::spin_loop();
        }
        if round < usize::MAX {
            std::panic::panic_any("out of the body");
        }
        group.stop().await;
    }
    let runtime = two_threads();
    for round in 0..ROUNDS {
        let outcome = runtime.block_on(runtime.spawn(rejoin::run(parent(round))));
        assert!(outcome.unwrap_err().is_panic());
    }
}

/// S4, S7: a child that ends starts the next one while the group's body panics on another thread.
#[test]
fn a_child_that_starts_the_next_while_its_body_panics() {
    #[scoped]
    async fn parent(round: usize) {
        let data = Lent::new();
        let ended = AtomicUsize::new(0);
        let group = task_group!(limit = 1);
        for _ in 0..CHILDREN {
            let late = ReadsLate(&data);
            group.spawn(async {
                late.0.read();
                ended.fetch_add(1, Ordering::Relaxed);
            });
        }
        until(|| ended.load(Ordering::Relaxed) > round % CHILDREN.min(5)).await;
        if round < usize::MAX {
            std::panic::panic_any("out of the body");
        }
        group.stop().await;
    }
    let runtime = two_threads();
    for round in 0..ROUNDS {
        let outcome = runtime.block_on(runtime.spawn(rejoin::run(parent(round))));
        assert!(outcome.unwrap_err().is_panic());
    }
}

/// S4: destructors of queued children panic, when the body is dropped and when it is cut.
#[test]
fn a_queue_of_panicking_destructors() {
    #[scoped]
    async fn parent(panics: bool) {
        let data = Lent::new();
        let group = task_group!(limit = 1);
        for _ in 0..CHILDREN {
            let parts = (PanicsLate("out of the queue"), ReadsLate(&data));
            group.spawn(async move {
                let _parts = parts;
                pending::<()>().await;
            });
        }
        yield_now().await;
        if panics {
            std::panic::panic_any("out of the body");
        }
        group.stop().await;
    }
    record_events();
    assert_eq!(panics_on_both(|| parent(true)), ["out of the body"; 2]);
    assert_eq!(panics_on_both(|| parent(false)), ["out of the queue"; 2]);
}

/// S3, S7: results that came too early borrow from the body, and it panics, or leaves the group by an error.
#[test]
fn early_results_are_gone_before_what_they_borrow() {
    #[scoped]
    async fn parent(fails: bool) -> Result<(), String> {
        let data = Lent::new();
        let ended = AtomicUsize::new(0);
        let group = task_group!(ordered);
        group.spawn(async {
            reads_for_ever(&data).await;
            ReadsLate(&data)
        });
        for _ in 0..CHILDREN {
            group.spawn(async {
                ended.fetch_add(1, Ordering::SeqCst);
                ReadsLate(&data)
            });
        }
        until(|| ended.load(Ordering::SeqCst) == CHILDREN).await;
        if fails {
            Err("early")?;
        } else {
            std::panic::panic_any("out of the body");
        }
        group.join_all().await;
        Ok(())
    }
    assert_eq!(on_both(|| parent(true)), [Err("early".to_owned()), Err("early".to_owned())]);
    assert_eq!(panics_on_both(|| parent(false)), ["out of the body"; 2]);
}

/// S7: the error of a fail-fast group borrows from the body it ends; it is converted while the body is alive.
#[test]
fn the_error_of_a_fail_fast_group_may_borrow_from_the_body_that_it_ends() {
    #[derive(Debug)]
    struct Borrowed<'a>(ReadsLate<'a>);
    impl From<Borrowed<'_>> for String {
        fn from(error: Borrowed<'_>) -> Self {
            error.0.0.read();
            "converted".to_owned()
        }
    }
    #[scoped]
    async fn fails(data: &Lent) -> Result<ReadsLate<'_>, Borrowed<'_>> {
        yield_now().await;
        Err(Borrowed(ReadsLate(data)))
    }
    #[scoped]
    async fn parent() -> Result<(), String> {
        let data = Lent::new();
        let group = task_group!(fail_fast, limit = 3);
        for _ in 0..CHILDREN {
            group.spawn(fails(&data));
        }
        pending::<()>().await;
        group.join_all().await;
        Ok(())
    }
    record_events();
    assert_eq!(on_both(parent), [Err("converted".to_owned()), Err("converted".to_owned())]);
}

/// S7: an error that is returned borrows what outlives the function, and later ones are dropped with it.
#[test]
fn errors_that_are_too_late_are_gone_before_what_they_borrow() {
    #[scoped]
    async fn fails<'a>(data: &'a Lent) -> Result<(), ReadsLate<'a>> {
        scope!(yield_now()).shield().await;
        Err(ReadsLate(data))
    }
    #[scoped]
    async fn grouped(data: &Lent) -> Result<(), ReadsLate<'_>> {
        let group = task_group!(fail_fast);
        for _ in 0..CHILDREN {
            group.spawn(fails(data));
        }
        group.join_all().await;
        Ok(())
    }
    #[scoped]
    async fn work() {
        for _ in 0..ROUNDS.min(10) {
            let data = Lent::new();
            assert!(grouped(&data).await.is_err());
            let data = Lent::new();
            assert!(try_join_all!((0..CHILDREN).map(|_| fails(&data))).is_err());
            let data = Lent::new();
            assert_eq!(race_ok!((0..CHILDREN).map(|_| fails(&data))).unwrap_err().len(), CHILDREN);
        }
    }
    record_events();
    on_both(work);
}

/// S1: a call that was given back is inert, and may be dropped or started elsewhere.
#[test]
fn a_call_that_is_given_back_is_inert() {
    #[scoped]
    async fn work() -> u64 {
        let data = Lent::new();
        let group = task_group!(limit = 1);
        group.spawn(async {
            reads_for_ever(&data).await;
            0
        });
        let refused = group.try_spawn(async {
            let child = spawn!(async { data.read() });
            child.await;
            7
        });
        drop(group.try_spawn(async {
            let _late = ReadsLate(&data);
            8
        }));
        let Err(call) = refused else { panic!("there was room") };
        let value = call.await;
        group.stop().await;
        value
    }
    assert_eq!(on_both(work), [7, 7]);
}

/// S3, S4: what `join_all!` and its like started is gone before what it borrows, however the word is left.
#[test]
fn the_words_over_collections_leave_nothing_behind() {
    #[scoped]
    async fn reads(data: &Lent, ends: bool) -> Result<ReadsLate<'_>, ReadsLate<'_>> {
        let late = ReadsLate(data);
        if !ends {
            reads_for_ever(data).await;
        }
        if ends && data_has_ended() { Err(late) } else { Ok(late) }
    }
    fn data_has_ended() -> bool {
        false
    }
    #[scoped]
    async fn work() {
        let limit = Duration::from_millis(if cfg!(miri) { 20 } else { 1 });
        for word in 0..4 {
            let cut = scope!(async {
                let data = Lent::new();
                let calls = (0..CHILDREN).map(|child| reads(&data, child % 2 == 0 && word != 3));
                match word {
                    0 => drop(join_all!(calls)),
                    1 => drop(join_all!(calls, limit = 2)),
                    2 => drop(try_join_all!(calls, limit = 2)),
                    _ => drop(race_ok!(calls)),
                }
            });
            cut.timeout(limit).await.unwrap_err();
        }
        let data = Lent::new();
        let first = race_ok!((0..CHILDREN).map(|child| reads(&data, child % 2 == 1)));
        drop(first);
    }
    on_both(work);
}

/// S4: a supervised child that panics while its siblings borrow.
#[test]
fn supervised_children_that_panic_while_others_borrow() {
    #[scoped]
    async fn work() -> usize {
        let data = Lent::new();
        let group = task_group!(supervised, limit = 2, ordered);
        for child in 0..CHILDREN {
            let late = ReadsLate(&data);
            group.spawn(async move {
                turns(child % 2).await;
                if child % 3 == 0 {
                    std::panic::panic_any("one of them");
                }
                if child % 3 == 1 {
                    return Err("another of them");
                }
                Ok(late)
            });
        }
        group.join_all().await.len()
    }
    record_events();
    let expected = (0..CHILDREN).filter(|child| child % 3 == 2).count();
    assert_eq!(on_both(work), [expected; 2]);
}

/// S2: an inline root with a queue is forgotten half-way, and the scope around it cancelled: the children that
/// waited for their turn are left alone, for what they borrow is gone.
#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn the_queue_of_a_forgotten_inline_root_is_left_alone() {
    #[scoped]
    async fn queues(data: &Lent) {
        let group = task_group!(limit = 1);
        for _ in 0..CHILDREN {
            let late = ReadsLate(data);
            group.spawn(async move {
                let _late = late;
                pending::<()>().await;
            });
        }
        group.join_all().await;
    }
    one_thread().block_on(async {
        let scope = scope!(async {
            let data = Lent::new();
            let mut root = Box::pin(rejoin::inline(queues(&data)));
            assert!(poll_once(root.as_mut()).is_pending());
            std::mem::forget(root);
            drop(data);
            pending::<()>().await
        });
        rejoin::run(scope.timeout(Duration::from_millis(1))).await.unwrap().unwrap_err();
        turns(5).await;
    });
}

/// S2, S4: an inline root with a queue is dropped half-way, before and after its scope was cancelled.
#[test]
fn the_queue_of_a_dropped_inline_root_is_gone_before_what_it_borrows() {
    #[scoped]
    async fn queues(data: &Lent, cancels: bool) {
        let group = task_group!(limit = 1);
        for _ in 0..CHILDREN {
            let late = ReadsLate(data);
            group.spawn(async move {
                let late = late;
                reads_for_ever(late.0).await;
            });
        }
        if cancels {
            group.cancel_all();
        }
        group.join_all().await;
    }
    for cancels in [false, true] {
        let data = Lent::new();
        let mut root = Box::pin(rejoin::inline(queues(&data, cancels)));
        let _ = poll_once(root.as_mut());
        drop(root);
        drop(data);
    }
}
