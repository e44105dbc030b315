//! What other systems of structured concurrency got right only after years; and what random programs
//! found here. The lessons that are sentences of the language have their tests beside them.

use std::future::{pending, ready};
use std::panic::panic_any;
use std::sync::Arc;
use std::time::Duration;

use rejoin::{Canceller, EventKind, Reason, prelude::*};
use rejoin_tests::{Log, all_events, events, on_both, record_events};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

const MS: Duration = Duration::from_millis(1);

#[scoped]
async fn waits(log: &Log, name: &str) -> u32 {
    let _gone = log.on_drop(format!("{name} gone"));
    log.add(format!("{name} waits"));
    pending().await
}

// Spawning into what is ending

#[rejoin::test]
async fn a_group_that_is_being_joined_takes_children_as_long_as_one_is_alive() {
    #[scoped]
    async fn chain<'g>(group: TaskGroup<'g, u32>, left: u32) -> u32 {
        yield_now().await;
        if left > 0 {
            group.spawn(chain(group, left - 1));
        }
        left
    }
    let group = task_group!();
    group.spawn(chain(group, 5));
    assert_eq!(group.join_all().await, [5, 4, 3, 2, 1, 0]);
}

#[rejoin::test(paused)]
async fn a_group_that_unwinds_takes_no_children_from_the_clean_up_of_its_children() {
    #[scoped]
    async fn replaces_itself<'g>(group: TaskGroup<'g, u32>, log: &'g Log) -> u32 {
        defer!({
            let argument = log.on_drop("refused");
            group.spawn(async move {
                let _argument = argument;
                log.add("never");
                1
            });
            log.add("goes on");
        });
        pending().await
    }
    let log = Log::new();
    let call = scope!(async {
        let group = task_group!();
        group.spawn(replaces_itself(group, &log));
        group.join_all().await;
    });
    call.timeout(MS).await.unwrap_err();
    log.assert_is(&["refused", "goes on"]);
}

// Everything at once

struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        panic_any(self.0);
    }
}

#[rejoin::test]
async fn a_child_a_siblings_clean_up_and_a_destructor_panic_at_once_and_none_is_lost() {
    #[scoped]
    async fn all_at_once(log: &Log) {
        defer!({ log.add("clean-up") });
        let _bomb = Bomb("the destructor's");
        let sibling = spawn!(async {
            defer!({
                yield_now().await;
                drop(Bomb("the clean-up's"));
            });
            waits(log, "sibling").await
        });
        let child = spawn!(async {
            yield_now().await;
            panic_any("the child's")
        });
        sibling.await;
        child.await
    }
    record_events();
    let log = Log::new();
    let before = all_events(EventKind::LostPanic).len();
    let panicked = all_at_once(&log).catch_panic().await.unwrap_err();
    let first = panicked.message().unwrap().to_owned();
    let mut told = all_events(EventKind::LostPanic).split_off(before);
    told.retain(|text| text.starts_with("the "));
    told.push(first);
    told.sort();
    assert_eq!(told, ["the child's", "the clean-up's", "the destructor's"]);
    log.assert_is(&["sibling waits", "sibling gone", "clean-up"]);
}

#[rejoin::test]
async fn a_childs_error_that_came_before_the_bodys_own_is_the_functions() {
    #[scoped]
    async fn both_fail(log: &Log) -> Result<u32, &'static str> {
        let child = spawn!(async { Err::<u32, _>("the child's") }?);
        let step = scope!(async {
            yield_now().await;
            yield_now().await;
        });
        // Is not cut, so that the body goes on although its child has failed.
        step.shield().await;
        log.add("body fails");
        Err("its own")?;
        Ok(child.await)
    }
    let log = Log::new();
    assert_eq!(both_fail(&log).await, Err("the child's"));
    log.assert_is(&["body fails"]);
}

#[test]
fn a_wide_group_is_cancelled_from_another_thread_while_it_grows() {
    #[scoped]
    async fn grow(alive: Arc<()>) {
        #[scoped]
        async fn child<'g>(group: TaskGroup<'g, ()>, alive: Arc<()>, left: u32) {
            if left > 0 {
                group.spawn(child(group, alive.clone(), left - 1));
                group.spawn(child(group, alive.clone(), left - 1));
            }
            let _alive = alive;
            pending().await
        }
        let group = task_group!();
        group.spawn(child(group, alive.clone(), 40));
        while group.next().await.is_some() {}
    }
    for round in 0..if cfg!(miri) { 2 } else { 20 } {
        let (stop, alive) = (Canceller::new(), Arc::new(()));
        let canceller = {
            let (stop, alive) = (stop.clone(), alive.clone());
            std::thread::spawn(move || {
                while Arc::strong_count(&alive) < 5 + round * 20 {
                    std::thread::yield_now();
                }
                stop.cancel("from outside");
            })
        };
        let shared = alive.clone();
        let outcome = on_both(|| grow(shared.clone()).cancel_on(&stop));
        canceller.join().unwrap();
        assert!(outcome.iter().all(Result::is_err));
        drop(shared);
        assert_eq!(Arc::strong_count(&alive), 1, "nobody is alive");
    }
}

#[rejoin::test(paused)]
async fn two_scopes_whose_clean_ups_cancel_each_other_both_end() {
    let (one, two, log) = (Canceller::new(), Canceller::new(), Log::new());
    let first = spawn!(
        scope!(async {
            defer!({ two.cancel("by the first") });
            pending::<()>().await
        })
        .cancel_on(&one)
    );
    let second = spawn!(
        scope!(async {
            defer!({
                one.cancel("by the second");
                yield_now().await;
                log.add("second cleaned up");
            });
            sleep(MS).await;
            pending::<()>().await
        })
        .cancel_on(&two)
        .timeout(2 * MS)
    );
    assert_eq!(second.await.unwrap_err().reason(), &Reason::Deadline);
    assert_eq!(first.await.unwrap_err().reason(), &Reason::Requested("by the second".into()));
    log.assert_is(&["second cleaned up"]);
}

// Results

#[rejoin::test(paused)]
async fn a_limit_on_the_wait_for_a_result_loses_no_result() {
    let group = task_group!();
    for n in 1..=3 {
        group.spawn(async move {
            sleep(n * 10 * MS).await;
            n
        });
    }
    let (mut taken, mut late) = (Vec::new(), 0);
    loop {
        match scope!(async { group.next().await }).timeout(5 * MS).await {
            Ok(Some(n)) => taken.push(n),
            Ok(None) => break,
            Err(_) => late += 1,
        }
    }
    assert_eq!(taken, [1, 2, 3]);
    assert!(late >= 3, "the limit passed {late} times");
}

#[rejoin::test(paused)]
async fn a_cancellation_nobody_came_to_know_of_is_over_with_its_scope() {
    let (stop, log) = (Canceller::new(), Log::new());
    let call = scope!(async {
        ready(()).await;
        stop.cancel("too late");
        5
    });
    assert_eq!(call.cancel_on(&stop).await.unwrap(), 5);
    yield_now().await;
    log.add("the next await is not cut");
    log.assert_is(&["the next await is not cut"]);
}

#[rejoin::test]
async fn a_source_that_cancelled_before_the_call_stops_it_at_its_first_await() {
    let (stop, log) = (Canceller::new(), Log::new());
    stop.cancel("before");
    let call = scope!(async {
        log.add("begins");
        ready(()).await;
        log.add("never");
    });
    assert_eq!(call.cancel_on(&stop).await.unwrap_err().reason(), &Reason::Requested("before".into()));
    log.assert_is(&["begins"]);
}

// Shields

#[rejoin::test(paused)]
async fn a_shield_around_a_wait_does_not_protect_tasks_started_outside_of_it() {
    let log = Log::new();
    let call = scope!(async {
        let task = spawn!(waits(&log, "task"));
        let step = scope!(async {
            sleep(20 * MS).await;
            log.add("shield ends");
        });
        step.shield().await;
        task.await;
    });
    call.timeout(10 * MS).await.unwrap_err();
    log.assert_is(&["task waits", "task gone", "shield ends"]);
}

#[rejoin::test(paused)]
async fn a_shield_around_the_act_of_starting_does_not_protect_what_is_started() {
    let log = Log::new();
    let call = scope!(async {
        let group = task_group!();
        let start = scope!(async { group.spawn(waits(&log, "child")) });
        start.shield().await;
        group.join_all().await;
    });
    call.timeout(MS).await.unwrap_err();
    log.assert_is(&["child waits", "child gone"]);
}

#[rejoin::test(paused)]
async fn a_limit_in_a_shield_reports_although_the_outer_scope_is_cancelled_and_the_next_await_unwinds() {
    let log = Log::new();
    let call = scope!(async {
        let step = scope!(pending::<()>()).timeout(20 * MS).shield();
        let late = step.await.unwrap_err();
        log.add(late.reason());
        ready(()).await;
        log.add("never");
    });
    let began = Instant::now();
    call.timeout(10 * MS).await.unwrap_err();
    assert_eq!(began.elapsed(), 20 * MS);
    log.assert_is(&["its deadline passed"]);
}

#[rejoin::test(paused)]
async fn one_cancellation_after_the_other_does_not_cut_the_wait_for_children() {
    let log = Log::new();
    let (first, second) = (Canceller::new(), Canceller::new());
    daemon!(async {
        sleep(MS).await;
        first.cancel("first");
        sleep(MS).await;
        second.cancel("second");
    });
    let inner = scope!(async {
        let child = spawn!(async {
            let step = scope!(async {
                sleep(50 * MS).await;
                log.add("child ends");
            });
            step.shield().await;
        });
        child.await;
    });
    let middle = scope!(async {
        let cancelled = inner.cancel_on(&first).await.unwrap_err();
        log.add(cancelled.reason());
        ready(()).await;
        log.add("never");
    });
    let outer =
        scope!(async { middle.cancel_on(&second).await.map_err(|cancelled| cancelled.reason().clone()) });
    // The last body had no await left, so that its limit, long past, has nothing to cut.
    let outcome = outer.timeout(10 * MS).await.unwrap();
    assert_eq!(outcome.unwrap_err(), Reason::Requested("second".into()));
    log.assert_is(&["child ends", "it was asked to stop (first)"]);
}

// Found by random programs

#[test]
fn a_panic_that_waits_for_a_clean_up_is_reported_when_both_are_destroyed() {
    #[scoped]
    async fn destroyed_while_it_panics() {
        defer!({ pending::<()>().await });
        drop(Bomb("on its way"));
    }
    record_events();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let root = Box::pin(rejoin::run(destroyed_while_it_panics()));
        tokio::spawn(root);
        yield_now().await;
    });
    drop(runtime);
    assert_eq!(events(EventKind::LostPanic, "destroyed_while_it_panics"), ["on its way"]);
}

/// The test itself would fail if something in it were taken for left behind.
#[rejoin::test(paused)]
async fn what_a_clean_up_started_that_takes_too_long_is_not_taken_for_left_behind() {
    #[scoped]
    async fn cleans_up_for_ever(log: &Log) {
        defer!({
            daemon!(async {
                waits(log, "daemon").await;
            });
            defer!({
                let task = spawn!(waits(log, "task"));
                task.await;
            });
            yield_now().await;
        });
        yield_now().await;
    }
    record_events();
    let log = Log::new();
    cleans_up_for_ever(&log).await;
    log.assert_order(&["daemon gone"]);
    log.assert_order(&["task gone"]);
    assert_eq!(events(EventKind::TaskLeft, "cleans_up_for_ever").len(), 0);
}

#[test]
fn tasks_of_a_runtime_that_is_gone_are_not_taken_for_left_behind() {
    #[scoped]
    async fn in_a_runtime_that_goes(levels: u32, log: Log) {
        if levels == 0 {
            waits(&log, "innermost").await;
        } else {
            daemon!(async {
                pending::<()>().await;
            });
            let task = spawn!(in_a_runtime_that_goes(levels - 1, log.clone()));
            task.await;
        }
    }
    record_events();
    let log = Log::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut root = Box::pin(rejoin::run(in_a_runtime_that_goes(3, log.clone())));
    runtime.block_on(async {
        tokio::time::timeout(Duration::from_millis(10), root.as_mut()).await.unwrap_err();
    });
    drop(runtime);
    log.assert_is(&["innermost waits", "innermost gone"]);
    drop(root);
    assert_eq!(events(EventKind::TaskLeft, "in_a_runtime_that_goes").len(), 0);
}

#[test]
fn tasks_that_are_destroyed_on_the_spot_go_last_first() {
    #[scoped]
    async fn owner(log: Log) {
        let first = spawn!(waits(&log, "first"));
        let second = spawn!(waits(&log, "second"));
        first.await;
        second.await;
    }
    #[scoped]
    async fn panics(log: Log) {
        let task = spawn!(owner(log.clone()));
        yield_now().await;
        yield_now().await;
        if log.count("never") == 0 {
            panic_any("now");
        }
        task.await;
    }
    let log = Log::new();
    rejoin::block_on(panics(log.clone()).catch_panic()).unwrap().unwrap_err();
    log.assert_is(&["first waits", "second waits", "second gone", "first gone"]);
}

/// The inner limit is covered by a timer of a shorter one, which goes in the middle of the same poll.
#[rejoin::test(paused)]
async fn a_limit_does_not_count_on_the_timer_of_what_is_gone() {
    let began = Instant::now();
    let short = scope!(async { scope!(pending::<()>()).timeout(MS).await.is_ok() });
    race! {
        biased;
        _ = short => (),
        () = ready(()) => (),
    }
    scope!(pending::<()>()).timeout(3 * MS).await.unwrap_err();
    assert_eq!(began.elapsed(), 3 * MS);

    let began = Instant::now();
    let token = tokio_util::sync::CancellationToken::new();
    let cut = scope!(async {
        let short = scope!(async {
            token.cancel();
            pending::<()>().await
        });
        short.timeout(MS).await.ok();
    });
    cut.cancel_on(&token).await.unwrap_err();
    scope!(pending::<()>()).timeout(3 * MS).await.unwrap_err();
    assert_eq!(began.elapsed(), 3 * MS);

    let began = Instant::now();
    {
        let task = spawn!(pending::<()>());
        tokio::select! {
            biased;
            _ = task.timeout(MS) => {}
            () = ready(()) => {}
        }
        scope!(pending::<()>()).timeout(3 * MS).await.unwrap_err();
        assert_eq!(began.elapsed(), 3 * MS);
    }

    let began = Instant::now();
    let short = scope!(async {
        defer!({
            let step = scope!(pending::<()>()).timeout(5 * MS);
            step.await.unwrap_err();
        });
        scope!(pending::<()>()).timeout(MS).await.ok();
    });
    race! {
        biased;
        _ = short => (),
        () = ready(()) => (),
    }
    assert_eq!(began.elapsed(), 5 * MS);
}
