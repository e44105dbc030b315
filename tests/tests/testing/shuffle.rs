//! `#[rejoin::test(shuffle = n)]`.

use std::cell::RefCell;
use std::future::ready;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use rejoin::prelude::*;
use rejoin::testing::at_end;
use rejoin_tests::Log;
use tokio::sync::{Mutex, Notify};
use tokio::task::yield_now;
use tokio::time::sleep;

use super::{run, told};

#[scoped]
async fn adds_one(counter: &AtomicU32) {
    let seen = counter.load(SeqCst);
    // May it be changed? The answer is in a cache, so this is always ready.
    ready(()).await;
    counter.store(seen + 1, SeqCst);
}

#[scoped]
async fn add_twice() -> u32 {
    let counter = AtomicU32::new(0);
    let one = spawn!(adds_one(&counter));
    let two = spawn!(adds_one(&counter));
    one.await;
    two.await;
    counter.load(SeqCst)
}

#[rejoin::test(shuffle = 100)]
#[ignore = "wrong"]
async fn loses_an_update() {
    assert_eq!(add_twice().await, 2);
}

#[rejoin::test]
async fn an_update_is_not_lost_in_the_order_of_every_day() {
    for _ in 0..100 {
        assert_eq!(add_twice().await, 2);
    }
}

#[test]
fn a_lost_update_is_found_and_its_seed_repeats_it() {
    let said = run("shuffle::loses_an_update", &[]).unwrap_err();
    assert!(said.contains("test `loses_an_update` failed, in order "), "{said}");
    assert!(said.contains(" of 100: assertion `left == right` failed"), "{said}");
    let seed = told(&said, "REJOIN_SEED");
    for _ in 0..3 {
        let again = run("shuffle::loses_an_update", &[("REJOIN_SEED", &seed)]).unwrap_err();
        assert!(again.contains("in order 1 of 1"), "{again}");
        assert_eq!(told(&again, "REJOIN_SEED"), seed);
    }
}

#[rejoin::test(shuffle = 100)]
async fn a_lock_keeps_updates() {
    let counter = Mutex::new(0);
    let group = task_group!();
    for _ in 0..4 {
        group.spawn(async {
            let mut counter = counter.lock().await;
            let seen = *counter;
            yield_now().await;
            *counter = seen + 1;
        });
    }
    group.join_all().await;
    assert_eq!(*counter.lock().await, 4);
}

#[rejoin::test(shuffle = 200, limit = Duration::from_millis(100))]
#[ignore = "wrong"]
async fn misses_the_bell() {
    let bell = Notify::new();
    let ringer = spawn!(async {
        for _ in 0..3 {
            yield_now().await;
        }
        // Heard by who waits already, and by nobody else.
        bell.notify_waiters();
    });
    let listener = spawn!(async { bell.notified().await });
    listener.await;
    ringer.await;
}

#[test]
fn a_task_that_starts_far_behind_the_others_is_among_the_orders() {
    let said = run("shuffle::misses_the_bell", &[]).unwrap_err();
    assert!(
        said.contains("exceeded its limit of 100ms: it waited at `listener.await` in `misses_the_bell`"),
        "{said}"
    );
    let seed = told(&said, "REJOIN_SEED");
    run("shuffle::misses_the_bell", &[("REJOIN_SEED", &seed)]).unwrap_err();
}

thread_local! {
    static ORDERS: RefCell<Vec<Vec<String>>> = const { RefCell::new(Vec::new()) };
}

#[rejoin::test(shuffle = 200, paused)]
async fn three_tasks() {
    let log = Log::new();
    let all = log.clone();
    at_end(move || ORDERS.with_borrow_mut(|orders| orders.push(all.entries())));
    let group = task_group!();
    for name in ["a", "b", "c"] {
        let log = &log;
        group.spawn(async move { log.add(name) });
    }
    group.join_all().await;
}

#[test]
fn every_order_of_three_tasks_is_among_two_hundred() {
    ORDERS.take();
    three_tasks();
    let mut orders = ORDERS.take();
    assert_eq!(orders.len(), 200);
    orders.sort();
    orders.dedup();
    assert_eq!(orders.len(), 6, "{orders:?}");
}

#[rejoin::test(shuffle = 50, paused)]
async fn the_paused_clock_does_not_run_while_somebody_is_put_off() {
    let since = tokio::time::Instant::now();
    let short = spawn!(sleep(Duration::from_millis(10)));
    let long = spawn!(async {
        sleep(Duration::from_millis(10)).await;
        sleep(Duration::from_millis(10)).await;
    });
    short.await;
    long.await;
    assert_eq!(since.elapsed().as_millis(), 20);
}

#[rejoin::test(shuffle = 3, paused)]
#[ignore = "prints its order"]
async fn prints_its_order() {
    let log = Log::new();
    let group = task_group!();
    for task in 0..5 {
        let log = &log;
        group.spawn(async move {
            for step in 0..3 {
                log.add(format!("{task}.{step}"));
                sleep(Duration::from_millis(task % 2)).await;
            }
        });
    }
    group.join_all().await;
    panic!("the order is {:?}", log.entries());
}

#[test]
fn a_seed_is_the_same_order_each_time() {
    let order = |seed| {
        let said = run("shuffle::prints_its_order", &[("REJOIN_SEED", seed)]).unwrap_err();
        let (_, order) = said.split_once("the order is ").expect("its order");
        order.lines().next().expect("a line").to_owned()
    };
    assert_eq!(order("42"), order("42"));
    assert_ne!(order("42"), order("43"));
}
