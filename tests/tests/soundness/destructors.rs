//! Destructors of the user's, everywhere, and parameters.

use std::future::pending;

use rejoin::prelude::*;
use rejoin_tests::{Log, OnDrop, on_both, panics_on_both};
use tokio::task::yield_now;

use crate::common::{Lent, PanicsLate, ReadsLate, record_events, turns};

/// Shapes A19: a receiver and parameters that nobody mentions live as long as the body.
#[test]
fn parameters_nobody_mentions_live_as_long_as_the_body() {
    struct Service(#[expect(dead_code, reason = "dropped")] OnDrop);
    impl Service {
        #[scoped]
        async fn serve(self, _: OnDrop, _unused: OnDrop, log: Log) {
            log.add("begin");
            yield_now().await;
            log.add("end");
        }
        #[scoped]
        async fn serve_with_tasks(self, _: OnDrop, _unused: OnDrop, log: Log) {
            log.add("begin");
            let task = spawn!(yield_now());
            task.await;
            log.add("end");
        }
    }
    for tasks in [false, true] {
        let log = Log::new();
        let service = Service(log.on_drop("self"));
        let (first, second) = (log.on_drop("first"), log.on_drop("second"));
        if tasks {
            rejoin::block_on(service.serve_with_tasks(first, second, log.clone())).unwrap();
        } else {
            rejoin::block_on(service.serve(first, second, log.clone())).unwrap();
        }
        log.assert_is(&["begin", "end", "second", "first", "self"]);
    }
}

/// S3: locals whose destructors panic stand before, between and after tasks that borrow.
#[test]
fn a_local_that_panics_in_its_destructor_leaves_no_task_behind() {
    #[scoped]
    async fn body(log: Log, which: u32) {
        let data = Lent::new();
        let _gone = log.on_drop("data gone");
        let _before = (which == 0).then_some(PanicsLate("a destructor"));
        let one = spawn!(async {
            let _late = ReadsLate(&data);
            pending::<()>().await
        });
        let _between = (which == 1).then_some(PanicsLate("a destructor"));
        let two = spawn!(async {
            let _late = ReadsLate(&data);
            turns(100).await
        });
        let _after = (which == 2).then_some(PanicsLate("a destructor"));
        turns(3).await;
        one.cancel();
        two.cancel();
    }
    record_events();
    for which in 0..3 {
        let log = Log::new();
        assert_eq!(panics_on_both(|| body(log.clone(), which)), ["a destructor"; 2]);
        assert_eq!(log.entries(), ["data gone"; 2]);
    }
}

/// S4: a local of a child, dropped when the child is cut, panics; the parent hears of it and lets nothing go
/// before the child has ended.
#[test]
fn a_childs_local_that_panics_when_it_is_cut_is_a_panic_of_the_child() {
    #[scoped]
    async fn child(data: &Lent) {
        let _late = ReadsLate(data);
        let _noisy = PanicsLate("when it was cut");
        pending::<()>().await
    }
    #[scoped]
    async fn parent(log: Log) {
        let data = Lent::new();
        let _gone = log.on_drop("data gone");
        let task = spawn!(child(&data));
        turns(3).await;
        assert!(task.stop().await.is_none());
        log.add("never");
    }
    let log = Log::new();
    assert_eq!(panics_on_both(|| parent(log.clone())), ["when it was cut"; 2]);
    assert_eq!(log.entries(), ["data gone"; 2]);
}

/// S7: a destructor starts, or tries to start, things of its own in the middle of the end of its task.
#[test]
fn a_destructor_may_use_the_scope_it_stands_in() {
    struct Busy<'g>(TaskGroup<'g, u32>, Log);
    impl Drop for Busy<'_> {
        fn drop(&mut self) {
            let gone = self.1.on_drop("started in vain");
            self.0.spawn(async move {
                let _gone = gone;
                1
            });
            if let Some(scope) = rejoin::try_current() {
                drop(scope.run(scope!(async { 2 })));
            }
        }
    }
    #[scoped]
    async fn parent(log: Log) {
        let group = task_group!();
        let for_child = log.clone();
        group.spawn(async move {
            let _busy = Busy(group, for_child);
            pending::<u32>().await
        });
        turns(3).await;
        assert!(group.stop().await.is_empty());
        log.add("joined");
    }
    let log = Log::new();
    on_both(|| parent(log.clone()));
    assert_eq!(log.entries(), ["started in vain", "joined", "started in vain", "joined"]);
}
