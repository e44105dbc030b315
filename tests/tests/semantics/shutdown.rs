//! Shutdown in two phases: scopes, tasks, and who outlives the grace.

use std::future::pending;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin::{Canceller, EventKind, Reason, Scope, shutting_down};
use rejoin_tests::{Log, all_events, on_both, record_events};
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

const GRACE: Duration = Duration::from_secs(30);

/// Runs until it is told to stop, then for `more`.
#[scoped]
async fn obedient(log: &Log, name: &'static str, more: Duration) {
    log.add(format!("{name} begins"));
    shutting_down().await;
    sleep(more).await;
    log.add(format!("{name} ends"));
}

#[scoped]
async fn stubborn(log: &Log, name: &'static str) {
    let _gone = log.on_drop(format!("{name} gone"));
    log.add(format!("{name} begins"));
    pending().await
}

/// Hands its scope out, then runs until that shuts down.
#[scoped]
async fn serves(ready: oneshot::Sender<Scope>, log: Log) {
    let _ = ready.send(rejoin::current());
    let worker = spawn!(obedient(&log, "worker", Duration::from_secs(5)));
    let late = spawn!(async {
        shutting_down().await;
        let late = spawn!(obedient(&log, "late", Duration::ZERO));
        late.await;
    });
    worker.await;
    late.await;
}

/// A root in a task of its own, and its scope.
macro_rules! in_a_root {
    ($ready:ident => $call:expr) => {{
        let ($ready, scope) = oneshot::channel::<Scope>();
        let root = tokio::spawn(rejoin::run($call));
        (root, scope.await.expect("it begins"))
    }};
}

#[rejoin::test(paused, allow(unscoped_spawn, reason = "a root beside the test"))]
async fn work_in_hand_goes_on_and_what_is_started_late_is_told_too() {
    let log = Log::new();
    let inner = log.clone();
    let (root, scope) = in_a_root!(ready => serves(ready, inner));
    yield_now().await;
    let since = Instant::now();
    assert!(!scope.is_shutting_down());
    scope.shutdown(GRACE).await.expect("in time");
    assert!(scope.is_shutting_down());
    assert_eq!(since.elapsed(), Duration::from_secs(5));
    root.await.unwrap().expect("its own end");
    log.assert_is(&["worker begins", "late begins", "late ends", "worker ends"]);
    // A finished scope has nothing to wait for, and double shutdown does no harm.
    scope.shutdown(Duration::ZERO).await.expect("nothing is left");
}

#[rejoin::test]
async fn daemons_that_wait_for_their_turn_are_not_named() {
    #[scoped]
    async fn slow(give: oneshot::Sender<rejoin::Scope>) {
        daemon!(pending::<()>());
        let _ = give.send(rejoin::current());
        daemon!(async {
            let below = task_group!();
            below.spawn(pending::<()>());
            below.join_all().await;
        });
        pending::<()>().await;
    }
    let (give, given) = oneshot::channel();
    let running = spawn!(slow(give).named("slow").timeout(Duration::from_secs(60)));
    let exceeded = given.await.unwrap().shutdown(Duration::from_millis(5)).await.unwrap_err();
    let awaits: Vec<_> = exceeded.stragglers().iter().filter_map(|one| one.awaiting()).collect();
    assert_eq!(awaits.len(), 1, "{exceeded}");
    assert_eq!(awaits[0].expression(), Some("pending::<()>().await"));
    assert!(running.await.is_err());
}

#[rejoin::test(paused, allow(unscoped_spawn, reason = "a root beside the test"))]
async fn who_outlives_the_grace_is_cancelled_and_named() {
    #[scoped]
    async fn mixed(ready: oneshot::Sender<Scope>, log: Log) {
        let _ = ready.send(rejoin::current());
        let good = spawn!(obedient(&log, "good", Duration::from_secs(1)));
        let bad = spawn!(name = "bad", stubborn(&log, "bad"));
        defer!({
            sleep(Duration::from_secs(3)).await;
            log.add("cleaned up");
        });
        good.await;
        bad.await;
    }
    let log = Log::new();
    let inner = log.clone();
    let (root, scope) = in_a_root!(ready => mixed(ready, inner));
    let since = Instant::now();
    let exceeded = scope.shutdown(GRACE).await.unwrap_err();
    // The grace, and the clean-up.
    assert_eq!(since.elapsed(), Duration::from_secs(33));
    assert_eq!(exceeded.grace(), GRACE);
    let [body, bad] = exceeded.stragglers() else { panic!("{exceeded}") };
    assert_eq!(body.awaiting().unwrap().expression(), Some("bad.await"));
    assert_eq!(bad.name(), Some("bad"));
    assert_eq!(bad.site().function(), Some("mixed"));
    assert_eq!(bad.awaiting().unwrap().expression(), Some("pending().await"));
    assert_eq!(bad.awaiting().unwrap().function(), Some("stubborn"));
    assert!(exceeded.to_string().starts_with("still alive after a grace of 30s: started at"), "{exceeded}");
    let cancelled = root.await.unwrap().unwrap_err();
    assert_eq!(cancelled.reason(), &Reason::Shutdown);
    assert!(cancelled.origin().file().ends_with("shutdown.rs"));
    log.assert_order(&["good begins", "good ends", "bad gone", "cleaned up"]);
}

#[rejoin::test(paused, allow(unscoped_spawn, reason = "a root beside the test"))]
async fn no_grace_is_a_cancellation_at_once() {
    #[scoped]
    async fn waits(ready: oneshot::Sender<Scope>, log: Log) {
        let _ = ready.send(rejoin::current());
        stubborn(&log, "body").await
    }
    let log = Log::new();
    let inner = log.clone();
    let (root, scope) = in_a_root!(ready => waits(ready, inner));
    let since = Instant::now();
    let exceeded = scope.shutdown(Duration::ZERO).await.unwrap_err();
    assert_eq!(since.elapsed(), Duration::ZERO);
    assert_eq!(exceeded.stragglers().len(), 1);
    assert_eq!(root.await.unwrap().unwrap_err().reason(), &Reason::Shutdown);
    log.assert_is(&["body begins", "body gone"]);
}

#[rejoin::test(paused, allow(unscoped_spawn, reason = "a root beside the test"))]
async fn of_two_shutdowns_the_shorter_grace_counts_and_both_are_told() {
    #[scoped]
    async fn waits(ready: oneshot::Sender<Scope>, log: Log) {
        let _ = ready.send(rejoin::current());
        stubborn(&log, "body").await
    }
    let log = Log::new();
    let (root, scope) = in_a_root!(ready => waits(ready, log));
    let since = Instant::now();
    let patient = spawn!({
        let scope = scope.clone();
        async move { scope.shutdown(GRACE).await }
    });
    yield_now().await;
    let exceeded = scope.shutdown(Duration::from_secs(2)).await.unwrap_err();
    assert_eq!(since.elapsed(), Duration::from_secs(2));
    assert_eq!(exceeded.grace(), Duration::from_secs(2));
    patient.await.expect("all had ended within its own grace");
    assert!(root.await.unwrap().is_err());
}

#[rejoin::test(paused, allow(unscoped_spawn, reason = "a root beside the test"))]
async fn a_caller_inside_gives_notice_and_goes_on() {
    record_events();
    #[scoped]
    async fn told_by_its_handler(log: &Log) {
        let scope = rejoin::current();
        let server = spawn!(obedient(log, "server", Duration::from_secs(1)));
        let handler = spawn!(async {
            scope.shutdown(GRACE).await.expect("it does not wait");
            log.add("handler answers");
        });
        handler.await;
        server.await;
    }
    #[scoped]
    async fn told_in_vain(log: &Log) {
        rejoin::current().shutdown(GRACE).await.expect("it does not wait");
        stubborn(log, "body").await
    }
    let log = Log::new();
    let since = Instant::now();
    rejoin::run({
        let log = log.clone();
        scope!(async move { told_by_its_handler(&log).await })
    })
    .await
    .expect("in time");
    assert_eq!(since.elapsed(), Duration::from_secs(1));
    log.assert_order(&["server begins", "handler answers", "server ends"]);
    let outcome = rejoin::run({
        let log = log.clone();
        scope!(async move { told_in_vain(&log).await })
    });
    assert_eq!(outcome.await.unwrap_err().reason(), &Reason::Shutdown);
    assert_eq!(since.elapsed(), Duration::from_secs(31));
    yield_now().await;
    let told = all_events(EventKind::GraceExceeded);
    let named = "waited at `pending().await` in `stubborn`";
    assert!(told.iter().any(|told| told.starts_with("30s: started at") && told.contains(named)), "{told:?}");
}

#[rejoin::test(paused)]
async fn a_shutdown_reaches_inwards_and_never_outwards() {
    #[scoped]
    async fn inner(log: &Log) {
        let scope = rejoin::current();
        scope.shutdown(Duration::from_secs(1)).await.expect("it does not wait");
        log.add("inner goes on");
        pending().await
    }
    let log = Log::new();
    let never = Canceller::new();
    let outcome = inner(&log).cancel_on(&never).await;
    assert_eq!(outcome.unwrap_err().reason(), &Reason::Shutdown);
    assert!(!rejoin::current().is_shutting_down());
    // From outside it reaches into every scope below, those that are shields too.
    let task = spawn!(async {
        let shielded = scope!(async {
            shutting_down().await;
            log.add("shield told");
            sleep(Duration::from_secs(60)).await;
            log.add("shield ends");
        });
        let named = scope!(async {
            shutting_down().await;
            log.add("named told");
        });
        let named = spawn!(named.named("inner").timeout(GRACE));
        shielded.shield().await;
        named.await.expect("told in time");
    });
    yield_now().await;
    let since = Instant::now();
    let outcome = task.shutdown(Duration::from_secs(5)).await;
    // The cancellation after the grace waits for the shield.
    assert_eq!(since.elapsed(), Duration::from_secs(60));
    assert_eq!(outcome.unwrap_err().reason(), &Reason::Shutdown);
    log.assert_order(&["inner goes on", "shield told", "shield ends"]);
    assert_eq!(log.count("named told"), 1);
}

#[rejoin::test(paused, allow(unscoped_spawn, reason = "a root beside the test"))]
async fn a_name_is_no_boundary_so_what_is_around_it_shuts_down() {
    #[scoped]
    async fn named(ready: oneshot::Sender<Scope>) -> u32 {
        let _ = ready.send(rejoin::current());
        pending().await
    }
    #[scoped]
    async fn around(ready: oneshot::Sender<Scope>) -> Result<u32, Cancelled> {
        named(ready).named("inner").with_value(1_u8).timeout(Duration::from_secs(3600)).await
    }
    let (root, scope) = in_a_root!(ready => around(ready));
    assert_eq!(scope.name().as_deref(), Some("inner"));
    assert_eq!(scope.shutdown(GRACE).await.unwrap_err().stragglers().len(), 1);
    // The limit is the boundary at which it became a value; the root has its own end.
    assert_eq!(root.await.unwrap().unwrap().unwrap_err().reason(), &Reason::Shutdown);
}

#[rejoin::test(paused, allow(unscoped_spawn, reason = "a root beside the test"))]
async fn a_waiter_that_goes_away_stops_nothing() {
    record_events();
    #[scoped]
    async fn abandoned(ready: oneshot::Sender<Scope>) {
        let _ = ready.send(rejoin::current());
        pending().await
    }
    let (root, scope) = in_a_root!(ready => abandoned(ready));
    let waiting = scope.shutdown(GRACE);
    assert!(tokio::time::timeout(Duration::from_secs(1), waiting).await.is_err());
    assert_eq!(root.await.unwrap().unwrap_err().reason(), &Reason::Shutdown);
    yield_now().await;
    let told = all_events(EventKind::GraceExceeded);
    assert!(told.iter().any(|told| told.contains("in `abandoned`")), "{told:?}");
}

#[rejoin::test(paused, allow(unscoped_spawn, reason = "a root beside the test"))]
async fn a_panic_during_a_shutdown_travels_and_a_second_one_is_told() {
    record_events();
    #[scoped]
    async fn breaks(ready: oneshot::Sender<Scope>, log: Log) {
        let _ = ready.send(rejoin::current());
        let first = spawn!(async {
            shutting_down().await;
            sleep(Duration::from_secs(1)).await;
            panic!("the first")
        });
        let second = spawn!(async {
            defer!({
                if true {
                    panic!("the second of a shutdown")
                }
            });
            pending::<()>().await
        });
        defer!({ log.add("cleaned up") });
        first.await;
        second.await;
    }
    let log = Log::new();
    let inner = log.clone();
    let (root, scope) = in_a_root!(ready => breaks(ready, inner));
    let since = Instant::now();
    scope.shutdown(GRACE).await.expect("ended by its panic, in time");
    assert_eq!(since.elapsed(), Duration::from_secs(1));
    let payload = root.await.unwrap_err().into_panic();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"the first"));
    log.assert_is(&["cleaned up"]);
    let lost = all_events(EventKind::LostPanic);
    assert!(lost.contains(&"the second of a shutdown".to_owned()), "{lost:?}");
}

#[rejoin::test(paused, allow(unscoped_spawn, reason = "a root beside the test"))]
async fn an_error_of_a_part_that_shuts_down_alone_is_its_own() {
    #[scoped]
    async fn part(log: &Log) -> Result<u32, String> {
        let inner = spawn!(stubborn(log, "inner"));
        shutting_down().await;
        inner.cancel();
        Err("could not flush".to_owned())
    }
    #[scoped]
    async fn program(ready: oneshot::Sender<Scope>, log: Log) -> Result<(), String> {
        let _ = ready.send(rejoin::current());
        let first = spawn!(part(&log));
        let other = spawn!(obedient(&log, "other", Duration::ZERO));
        sleep(Duration::from_secs(1)).await;
        let part = first.shutdown(GRACE).await.expect("in time");
        log.add(part.unwrap_err());
        assert!(!rejoin::current().is_shutting_down());
        shutting_down().await;
        other.await;
        Ok(())
    }
    let log = Log::new();
    let inner = log.clone();
    let (root, scope) = in_a_root!(ready => program(ready, inner));
    sleep(Duration::from_secs(2)).await;
    log.assert_order(&["inner gone", "could not flush"]);
    assert_eq!(log.count("other ends"), 0);
    scope.shutdown(GRACE).await.expect("in time");
    root.await.unwrap().unwrap().expect("its own end");
    assert_eq!(log.count("other ends"), 1);
}

#[rejoin::test(paused, allow(unscoped_spawn, reason = "a root beside the test"))]
async fn a_root_made_inside_is_part_of_it_also_when_its_holder_lets_it_go() {
    #[scoped]
    async fn holds(ready: oneshot::Sender<Scope>, log: Log) {
        let _ = ready.send(rejoin::current());
        let inner = log.clone();
        let mut detached = Box::pin(rejoin::run(scope!(async move {
            defer!({
                sleep(Duration::from_secs(7)).await;
                inner.add("detached cleaned up");
            });
            pending::<()>().await
        })));
        std::future::poll_fn(|cx| std::task::Poll::Ready(detached.as_mut().poll(cx).is_pending())).await;
        shutting_down().await;
        drop(detached);
        log.add("body ends");
    }
    let log = Log::new();
    let inner = log.clone();
    let (root, scope) = in_a_root!(ready => holds(ready, inner));
    let since = Instant::now();
    scope.shutdown(GRACE).await.expect("in time");
    assert_eq!(since.elapsed(), Duration::from_secs(7));
    root.await.unwrap().unwrap();
    log.assert_is(&["body ends", "detached cleaned up"]);
}

#[test]
fn a_scope_is_shut_down_from_another_runtime_and_from_both_kinds() {
    #[scoped]
    async fn program() -> u32 {
        let (send, mut jobs) = mpsc::channel::<u32>(4);
        let worker = spawn!(async move {
            let mut sum = 0;
            while let Some(Some(job)) = jobs.recv().until_shutdown().await {
                sum += job;
            }
            sum
        });
        for job in 1..=4 {
            let _ = send.send(job).await;
        }
        worker.shutdown(GRACE).await.expect("in time")
    }
    assert_eq!(on_both(program), [10; 2]);
    for _ in 0..20 {
        let (ready, scope) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            rejoin::block_on(scope!(async move {
                let _ = ready.send(rejoin::current());
                let group = task_group!();
                for _ in 0..20 {
                    group.spawn(async { shutting_down().await });
                }
                group.join_all().await.len()
            }))
        });
        let scope = scope.recv().unwrap();
        rejoin::block_on(scope!(async move { scope.shutdown(GRACE).await })).unwrap().expect("in time");
        assert_eq!(thread.join().unwrap().unwrap(), 20);
    }
}

#[rejoin::test(paused)]
async fn a_task_that_is_shut_down_gives_its_value_or_says_where_it_waited() {
    let log = Log::new();
    let quick = spawn!(async { 1 });
    yield_now().await;
    assert_eq!(quick.shutdown(Duration::ZERO).await.unwrap(), 1);
    let since = Instant::now();
    let slow = spawn!(async {
        shutting_down().await;
        sleep(Duration::from_secs(4)).await;
        2
    });
    assert_eq!(slow.shutdown(GRACE).await.unwrap(), 2);
    assert_eq!(since.elapsed(), Duration::from_secs(4));
    let mut borrowed = 0;
    let never = spawn!(async {
        borrowed += 1;
        stubborn(&log, "never").await
    });
    yield_now().await;
    let late = never.shutdown(Duration::from_secs(1)).await.unwrap_err();
    // Its borrow has ended.
    borrowed += 1;
    assert_eq!(borrowed, 2);
    assert_eq!(late.reason(), &Reason::Shutdown);
    assert_eq!(late.awaiting().unwrap().expression(), Some("pending().await"));
    assert_eq!(late.origin().expression(), Some("never.shutdown(Duration::from_secs(1)).await"));
    assert!(!rejoin::current().is_shutting_down());
}

#[rejoin::test(paused)]
async fn a_task_is_shut_down_below_a_defer_through_its_handle() {
    let task = spawn!(async {
        shutting_down().await;
        3
    });
    defer!({ yield_now().await });
    assert_eq!(task.shutdown(GRACE).await.unwrap(), 3);
}

#[rejoin::test(paused)]
async fn the_shutdown_of_a_task_is_cut_with_its_own_scope() {
    let log = Log::new();
    let outer = scope!(async {
        let task = spawn!(stubborn(&log, "task"));
        let _ = task.shutdown(GRACE).await;
        log.add("never");
    });
    let late = outer.timeout(Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(late.reason(), &Reason::Deadline);
    log.assert_is(&["task begins", "task gone"]);
}

#[cfg_attr(miri, ignore = "takes too long")]
#[rejoin::test(multi_thread, allow(unscoped_spawn, reason = "roots beside the test"))]
async fn ten_thousand_tasks_and_a_deep_chain_are_told() {
    #[scoped]
    async fn chain(depth: u32) -> u32 {
        if depth == 0 {
            shutting_down().await;
            return 0;
        }
        let next = spawn!(chain(depth - 1));
        next.await + 1
    }
    #[scoped]
    async fn wide(ready: oneshot::Sender<Scope>) -> (usize, u32) {
        let group = task_group!();
        for _ in 0..10_000 {
            group.spawn(async { shutting_down().await });
        }
        let deep = spawn!(chain(500));
        yield_now().await;
        let _ = ready.send(rejoin::current());
        (group.join_all().await.len(), deep.await)
    }
    let (root, scope) = in_a_root!(ready => wide(ready));
    scope.shutdown(GRACE).await.expect("in time");
    assert_eq!(root.await.unwrap().unwrap(), (10_000, 500));
}

#[rejoin::test(paused)]
async fn a_test_may_shut_itself_down() {
    let log = Log::new();
    let task = spawn!(obedient(&log, "task", Duration::from_secs(1)));
    rejoin::current().shutdown(GRACE).await.expect("it does not wait for itself");
    task.await;
    log.assert_is(&["task begins", "task ends"]);
}

#[test]
fn outside_of_a_scope_nothing_shuts_down() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        assert_eq!(async { 1 }.until_shutdown().await, Some(1));
        let waits = tokio::time::timeout(GRACE, shutting_down());
        assert!(waits.await.is_err());
    });
}

/// As for a library that polls the signal in a task of its own.
#[rejoin::test(paused, allow(unscoped_spawn, reason = "what a library does"))]
async fn the_notice_may_be_waited_for_anywhere() {
    let task = spawn!(async {
        let signal = shutting_down();
        let library = tokio::spawn(async move {
            signal.await;
            "told"
        });
        library.await.unwrap()
    });
    yield_now().await;
    assert_eq!(task.shutdown(GRACE).await.unwrap(), "told");
}
