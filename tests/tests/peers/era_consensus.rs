//! era-consensus: scopes with an error each, and contexts with deadlines.
//!
//! Without meaning here: tasks on blocking threads (not yet part of the language); a scope that starts
//! although it is cancelled (starting in a cancelled scope starts nothing); a background task that starts
//! a main task after the end of all main tasks (a daemon has no way to spawn above itself, but through a
//! group that was handed to it, and then it is that group's). A panic that comes after an error: there
//! the body may see that it is cancelled and go on, here only its clean-up may.

use std::future::pending;
use std::panic::panic_any;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use ::tokio::time::{Instant, sleep};
use rejoin::{Reason, prelude::*};
use rejoin_tests::{Log, on_both};

use crate::MS;

#[rejoin::test]
async fn spawning_after_the_scope_was_cancelled_starts_nothing_and_the_first_error_stays() {
    #[scoped]
    async fn two_errors(log: &Log) -> Result<(), u32> {
        let first = spawn!(async { Err::<(), _>(7) }?);
        defer!({
            let second = spawn!(async { log.add("in the clean-up it may") });
            second.await;
        });
        first.await;
        let third = spawn!(async { Err::<(), _>(3) }?);
        log.add("never");
        third.await;
        Ok(())
    }
    let log = Log::new();
    assert_eq!(two_errors(&log).await, Err(7));
    log.assert_is(&["in the clean-up it may"]);
}

#[test]
fn an_error_comes_out_of_nested_scopes() {
    #[scoped]
    async fn nested(depth: u32) -> Result<(), u32> {
        if depth == 0 {
            return Err(8);
        }
        let inner = spawn!(nested(depth - 1)?);
        inner.await;
        Ok(())
    }
    assert_eq!(on_both(|| nested(3)), [Err(8); 2]);
}

#[rejoin::test]
async fn joining_gives_the_value_or_cancels_the_scope() {
    #[scoped]
    async fn joins(log: &Log) -> Result<u32, u32> {
        let five = spawn!(async { Ok(5) }?);
        assert_eq!(five.await, 5);
        let nine = spawn!(async { Err::<u32, _>(9) }?);
        nine.await;
        log.add("never");
        Ok(1)
    }
    let log = Log::new();
    assert_eq!(joins(&log).await, Err(9));
    log.assert_is(&[]);
}

#[rejoin::test]
async fn children_and_grandchildren_change_what_is_outside_of_the_scope() {
    let count = AtomicU64::new(0);
    let nested = spawn!(async {
        let inner = spawn!(async { count.fetch_add(1, Relaxed) });
        inner.await;
    });
    let beside = spawn!(async {
        let inner = spawn!(async { count.fetch_add(1, Relaxed) });
        count.fetch_add(1, Relaxed);
        inner.await;
    });
    count.fetch_add(1, Relaxed);
    nested.await;
    beside.await;
    assert_eq!(count.load(Relaxed), 4);
}

#[test]
fn after_a_panic_all_others_complete_their_clean_up_before_it_goes_on() {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    #[scoped]
    async fn cleans_up() {
        defer!({
            ::tokio::task::yield_now().await;
            COUNT.fetch_add(1, Relaxed);
        });
        pending::<()>().await
    }
    #[scoped]
    async fn with_a_panic() {
        let group = task_group!();
        for _ in 0..10 {
            group.spawn(cleans_up());
        }
        ::tokio::task::yield_now().await;
        group.spawn(async { panic_any("yolo") });
        for _ in 0..10 {
            group.spawn(cleans_up());
        }
        group.join_all().await;
    }
    let caught = rejoin::block_on(with_a_panic().catch_panic()).unwrap();
    assert_eq!(caught.unwrap_err().message(), Some("yolo"));
    let cleaned = COUNT.load(Relaxed);
    assert!((10..=20).contains(&cleaned), "all that had begun: {cleaned}");
}

#[rejoin::test]
async fn a_panic_goes_before_an_error() {
    #[scoped]
    async fn both() -> Result<(), &'static str> {
        let fails = spawn!(async {
            ::tokio::task::yield_now().await;
            Err::<(), _>("simple error")
        }?);
        let panics = spawn!(async {
            defer!({ drop(Bomb) });
            pending::<()>().await
        });
        fails.await;
        panics.await;
        Ok(())
    }
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic_any("overrides the error");
        }
    }
    assert_eq!(both().catch_panic().await.unwrap_err().message(), Some("overrides the error"));
}

#[rejoin::test(paused)]
async fn a_deadline_is_inherited_and_only_ever_shortened() {
    let began = Instant::now();
    let call = scope!(async {
        let child = spawn!(async {
            let longer = scope!(pending::<()>()).timeout(10_000 * MS);
            longer.await.ok();
        });
        let shorter = scope!(pending::<()>()).timeout(100 * MS);
        assert_eq!(shorter.await.unwrap_err().reason(), &Reason::Deadline);
        assert_eq!(began.elapsed(), 100 * MS);
        child.await;
    });
    call.timeout(1000 * MS).await.unwrap_err();
    assert_eq!(began.elapsed(), 1000 * MS);
}

#[rejoin::test(paused)]
async fn background_tasks_end_when_the_main_ones_have() {
    #[scoped]
    async fn served(log: &Log) {
        daemon!(async {
            let _gone = log.on_drop("background gone");
            pending::<()>().await
        });
        let main = spawn!(async {
            sleep(10 * MS).await;
            log.add("main ends");
        });
        main.await;
    }
    let log = Log::new();
    served(&log).await;
    log.assert_is(&["main ends", "background gone"]);
}
