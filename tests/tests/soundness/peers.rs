//! The four holes known from other crates that offer tasks which borrow: each as it was, with what makes
//! it impossible here.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rejoin::prelude::*;
use rejoin_tests::{Log, panics_on_both};

use crate::common::{Lent, ReadsLate, one_thread, poll_once, reads_for_ever, record_events, turns};

/// S1, S2: a started scope in a box that is polled once and forgotten. Only a root can be boxed and polled,
/// and it borrows nothing; what it owns stays.
#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn a_forgotten_boxed_scope_keeps_its_data() {
    #[scoped]
    async fn owner(log: Log) {
        let data = Lent::new();
        let _gone = log.on_drop("data gone");
        let task = spawn!(reads_for_ever(&data));
        task.await;
    }
    let runtime = one_thread();
    let log = Log::new();
    runtime.block_on(async {
        let mut root = Box::pin(rejoin::run(owner(log.clone())));
        assert!(poll_once(root.as_mut()).is_pending());
        std::mem::forget(root);
        turns(10).await;
    });
    drop(runtime);
    log.assert_is(&[]);
}

/// S4: a scope on a runtime with one thread that panics while its child is in the middle of its work: the
/// guard destroys the child without blocking and without a panic of its own.
#[test]
fn a_panic_on_a_runtime_with_one_thread_destroys_the_child_first() {
    #[scoped]
    async fn owner(log: Log) {
        let data = Lent::new();
        let _gone = log.on_drop("data gone");
        let task = spawn!(async {
            let _late = ReadsLate(&data);
            let _gone = log.on_drop("child gone");
            reads_for_ever(&data).await;
        });
        turns(3).await;
        if log.count("never") == 0 {
            panic!("on the spot");
        }
        task.await;
    }
    let log = Log::new();
    assert_eq!(panics_on_both(|| owner(log.clone())), ["on the spot"; 2]);
    assert_eq!(log.entries(), ["child gone", "data gone", "child gone", "data gone"]);
}

/// S1, S2: the scope is hidden behind a reference, and the block around it is what is forgotten. The block
/// around a root holds nothing that its tasks borrow from.
#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn a_forgotten_block_around_a_scope_frees_nothing_that_is_lent() {
    let runtime = one_thread();
    let log = Log::new();
    runtime.block_on(async {
        let lent = Lent::new();
        let owned = Lent::new();
        let shared = log.clone();
        let mut block = Box::pin(async {
            lent.read();
            let root = rejoin::run(scope!(async move {
                let data = owned;
                let _gone = shared.on_drop("data gone");
                let group = task_group!();
                group.spawn(reads_for_ever(&data));
                group.spawn(reads_for_ever(&data));
                group.join_all().await;
            }));
            let _ = root.await;
        });
        assert!(poll_once(block.as_mut()).is_pending());
        std::mem::forget(block);
        drop(lent);
        turns(10).await;
    });
    drop(runtime);
    log.assert_is(&[]);
}

/// S4: a guard that reports before it destroys, and the report panics, as `eprintln!` does on a broken
/// pipe. Whatever a report does, the child is destroyed.
#[test]
fn a_report_that_panics_keeps_no_child_alive() {
    #[scoped]
    async fn hook_panics_here(log: Log) {
        let data = Lent::new();
        let _gone = log.on_drop("data gone");
        let task = spawn!(async {
            let _late = ReadsLate(&data);
            let _gone = log.on_drop("child gone");
            pending::<()>().await;
        });
        let group = task_group!();
        group.spawn(async {
            let _late = ReadsLate(&data);
            let _gone = log.on_drop("member gone");
            pending::<()>().await;
        });
        group.join_all().await;
        task.await;
    }
    record_events();
    let runtime = one_thread();
    let log = Log::new();
    let shared = log.clone();
    let mut root = Box::pin(rejoin::run(scope!(async move {
        let task = spawn!(hook_panics_here(shared));
        task.await;
    })));
    runtime.block_on(async {
        assert!(poll_once(root.as_mut()).is_pending());
        turns(5).await;
    });
    // The task that owns them goes by itself, which is a way out nobody could see: it is reported.
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(runtime)));
    dropped.unwrap();
    drop(root);
    log.assert_order(&["member gone", "data gone"]);
    log.assert_order(&["child gone", "data gone"]);
}
