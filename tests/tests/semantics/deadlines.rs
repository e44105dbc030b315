//! Deadlines, shields, values, names.

use std::future::pending;
use std::time::Duration;

use rejoin::{Canceller, Reason, prelude::*};
use rejoin_tests::Log;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

const SECOND: Duration = Duration::from_secs(1);

#[rejoin::test(paused)]
async fn deadlines_are_the_minimum_over_the_chain() {
    let began = Instant::now();
    let inner = scope!(async {
        assert_eq!(rejoin::current().remaining(), Some(SECOND));
        pending::<()>().await
    });
    let outer = scope!(async { inner.timeout(10 * SECOND).await }).timeout(SECOND);
    assert_eq!(outer.await.unwrap_err().reason(), &Reason::Deadline);
    assert_eq!(began.elapsed(), SECOND);
}

#[rejoin::test(paused)]
async fn an_inner_deadline_that_is_earlier_counts_inside() {
    let log = Log::new();
    let call = scope!(async {
        let cancelled = scope!(pending::<()>()).timeout(SECOND).await.unwrap_err();
        log.add(cancelled.reason());
        pending::<()>().await
    });
    call.timeout(3 * SECOND).await.unwrap_err();
    log.assert_is(&["its deadline passed"]);
}

#[rejoin::test(paused)]
async fn the_outer_wins_if_both_expire_together() {
    let log = Log::new();
    let at = Instant::now() + SECOND;
    let call = scope!(async {
        let _ = scope!(pending::<()>()).deadline(at).await;
        log.add("never");
    });
    call.deadline(at).await.unwrap_err();
    let call = scope!(async {
        let task = spawn!(scope!(pending::<()>()).timeout(SECOND));
        let _ = task.await;
        log.add("never");
    });
    call.timeout(SECOND).await.unwrap_err();
    log.assert_is(&[]);
}

#[rejoin::test(allow(blocking_call, reason = "a busy thread is what this is about"))]
async fn a_thread_that_was_blocked_past_both_lets_the_inner_report_first() {
    let log = Log::new();
    let call = scope!(async {
        let inner = scope!(async {
            yield_now().await;
            std::thread::sleep(Duration::from_millis(600));
            pending::<()>().await
        });
        let cancelled = inner.timeout(Duration::from_millis(10)).await.unwrap_err();
        log.add(cancelled.reason());
        pending::<()>().await;
        log.add("never");
    });
    call.timeout(Duration::from_millis(500)).await.unwrap_err();
    log.assert_is(&["its deadline passed"]);
}

#[rejoin::test(paused)]
async fn a_limit_counts_from_the_first_poll() {
    let call = scope!(sleep(SECOND)).timeout(2 * SECOND);
    sleep(5 * SECOND).await;
    call.await.unwrap();
}

#[rejoin::test(paused)]
async fn a_timeout_returns_only_after_the_body_has_unwound() {
    let began = Instant::now();
    let call = scope!(async {
        defer!({ sleep(2 * SECOND).await });
        pending::<()>().await
    });
    call.timeout(SECOND).await.unwrap_err();
    assert_eq!(began.elapsed(), 3 * SECOND);
}

#[rejoin::test(paused)]
async fn zero_runs_up_to_the_first_wait_and_huge_never_expires() {
    let log = Log::new();
    let call = scope!(async {
        std::future::ready(()).await;
        log.add("ready is no wait");
        pending::<()>().await;
    });
    call.timeout(Duration::ZERO).await.unwrap_err();
    log.assert_is(&["ready is no wait"]);
    scope!(sleep(SECOND)).timeout(Duration::MAX).await.unwrap();
    scope!(pending::<()>()).deadline(Instant::now()).await.unwrap_err();
}

#[rejoin::test(paused)]
async fn a_value_ready_at_the_moment_of_expiry_is_delivered() {
    let call = scope!(async {
        sleep(SECOND).await;
        1
    });
    assert_eq!(call.timeout(SECOND).await.ok(), Some(1));
}

#[rejoin::test(paused)]
async fn try_timeout_flattens_and_timeout_or_replaces() {
    #[derive(Debug, PartialEq)]
    enum Error {
        Late,
    }
    impl From<Cancelled> for Error {
        fn from(_: Cancelled) -> Self {
            Self::Late
        }
    }
    let never = || scope!(pending::<Result<u32, Error>>());
    assert_eq!(never().try_timeout(SECOND).await, Err(Error::Late));
    assert_eq!(never().try_deadline(Instant::now() + SECOND).await, Err(Error::Late));
    assert_eq!(scope!(pending::<u32>()).timeout_or(SECOND, |_| 7).await, 7);
}

#[rejoin::test(paused)]
async fn outer_cancellation_does_not_reach_the_inside_of_a_shield() {
    let log = Log::new();
    let began = Instant::now();
    let call = scope!(async {
        let shielded = scope!(async {
            assert_eq!(rejoin::current().deadline(), None, "the chain is cut");
            let task = spawn!(sleep(3 * SECOND));
            task.await;
            log.add("to its end");
            1
        });
        let value = shielded.shield().await;
        log.add(format!("got {value}"));
        yield_now().await;
        log.add("never");
    });
    call.timeout(SECOND).await.unwrap_err();
    log.assert_is(&["to its end", "got 1"]);
    assert_eq!(began.elapsed(), 3 * SECOND);
}

#[rejoin::test(paused)]
async fn a_deadline_inside_a_shield_still_counts() {
    let stop = Canceller::new();
    stop.cancel("from the beginning");
    let log = Log::new();
    let call = scope!(async {
        let began = Instant::now();
        scope!(pending::<()>()).timeout(SECOND).shield().await.unwrap_err();
        log.add(began.elapsed().as_secs());
        yield_now().await;
        log.add("never");
    });
    // The shield begins although the scope around it is cancelled: its call has its own points.
    call.cancel_on(&stop).await.unwrap_err();
    log.assert_is(&["1"]);
}

#[rejoin::test(paused)]
async fn many_nested_limits_all_count() {
    #[scoped]
    async fn nested(levels: u32, log: &Log) {
        if levels == 0 {
            return pending().await;
        }
        let limit = levels * SECOND;
        if nested(levels - 1, log).boxed().timeout(limit).await.is_err() {
            log.add(levels);
        }
        pending().await
    }
    let log = Log::new();
    let began = Instant::now();
    nested(5, &log).timeout(10 * SECOND).await.unwrap_err();
    log.assert_is(&["1", "2", "3", "4", "5"]);
    assert_eq!(began.elapsed(), 10 * SECOND);
}

#[rejoin::test(paused)]
async fn a_timer_covered_by_an_inner_one_is_armed_when_that_goes() {
    let call = scope!(async {
        // The inner boundary is dropped by tokio's select, long before it would expire.
        let inner = rejoin::run(scope!(pending::<()>()).timeout(SECOND));
        tokio::select! {
            _ = inner => {}
            () = sleep(SECOND / 2) => {}
        }
        pending::<()>().await;
    });
    let began = Instant::now();
    call.timeout(2 * SECOND).await.unwrap_err();
    assert_eq!(began.elapsed(), 2 * SECOND);
}

#[derive(Clone, Debug, PartialEq)]
struct TraceId(u64);

#[rejoin::test]
async fn a_value_is_found_below_spawned_tasks_included() {
    #[scoped]
    async fn find() -> Option<TraceId> {
        let task = spawn!(async { rejoin::current().value::<TraceId>() });
        task.await
    }
    assert_eq!(find().await, None);
    assert_eq!(find().with_value(TraceId(1)).await, Some(TraceId(1)));
    let nested = scope!(async { find().with_value(TraceId(2)).await }).with_value(TraceId(1));
    assert_eq!(nested.await, Some(TraceId(2)));
    let other = scope!(async { find().with_value("another type").await }).with_value(TraceId(1));
    assert_eq!(other.await, Some(TraceId(1)));
}

#[rejoin::test]
async fn current_is_the_nearest_boundary() {
    let inner = scope!(async { rejoin::current().name().map(String::from) }).named("inner");
    assert_eq!(inner.await.as_deref(), Some("inner"));
    let scope = rejoin::current();
    assert_eq!(scope.name(), None);
    assert_eq!(scope.deadline(), None);
    assert!(tokio::task::spawn_blocking(|| rejoin::try_current().is_none()).await.unwrap());
}

#[rejoin::test]
async fn a_token_follows_the_scope_and_cancels_nothing() {
    let stop = Canceller::new();
    let (give, taken) = tokio::sync::oneshot::channel::<CancellationToken>();
    let call = spawn!(
        scope!(async {
            let token = rejoin::current().token();
            token.cancel();
            yield_now().await;
            give.send(rejoin::current().token()).unwrap();
            pending::<()>().await
        })
        .cancel_on(&stop)
    );
    let token = taken.await.unwrap();
    assert!(!token.is_cancelled());
    stop.cancel("now");
    token.cancelled().await;
    call.await.unwrap_err();
}

#[rejoin::test]
async fn cancel_on_takes_a_canceller_or_a_token() {
    let token = CancellationToken::new();
    let call = spawn!(scope!(pending::<()>()).cancel_on(&token));
    yield_now().await;
    token.cancel();
    let cancelled = call.await.unwrap_err();
    assert!(matches!(cancelled.reason(), Reason::Requested(_)));

    let stop = Canceller::new();
    let clone = stop.clone();
    let one = spawn!(scope!(pending::<()>()).cancel_on(&stop));
    let two = spawn!(scope!(pending::<()>()).cancel_on(&clone));
    yield_now().await;
    clone.cancel("user pressed stop");
    assert_eq!(one.await.unwrap_err().reason(), two.await.unwrap_err().reason());
    assert!(stop.is_cancelled());
}

#[rejoin::test]
async fn a_token_stops_a_body_that_is_always_ready() {
    // A loop of ready futures never waits, and still ends: each await is a point.
    let stop = Canceller::new();
    let mut rounds = 0_u64;
    let call = scope!(async {
        loop {
            rounds += 1;
            if rounds == 1000 {
                stop.cancel("enough");
            }
            std::future::ready(()).await;
        }
    });
    let outcome: Result<(), _> = call.cancel_on(&stop).await;
    outcome.unwrap_err();
    assert_eq!(rounds, 1000);
}

#[rejoin::test(paused)]
async fn a_shield_is_waited_for_by_a_limit_around_it_and_its_value_is_delivered() {
    let began = Instant::now();
    let call = scope!(async {
        sleep(3 * SECOND).await;
        7
    });
    assert_eq!(call.shield().timeout(SECOND).await.ok(), Some(7));
    assert_eq!(began.elapsed(), 3 * SECOND);
}

#[rejoin::test(paused)]
async fn the_deadline_of_a_scope_is_known_in_its_tasks_and_callees() {
    #[scoped]
    async fn callee() -> Option<Duration> {
        let task = spawn!(async { rejoin::current().remaining() });
        let group = task_group!();
        group.spawn(async { rejoin::current().remaining() });
        assert_eq!(group.join_all().await, [Some(2 * SECOND)]);
        task.await
    }
    assert_eq!(callee().timeout(2 * SECOND).await.unwrap(), Some(2 * SECOND));
    assert_eq!(rejoin::current().deadline(), None);
}

#[test]
#[should_panic(expected = "there is no scope here")]
fn outside_of_a_scope_there_is_no_current_one() {
    assert!(rejoin::try_current().is_none());
    drop(rejoin::current());
}

#[rejoin::test]
async fn who_has_no_time_at_all_goes_on_to_the_first_await_that_has_to_wait() {
    let log = Log::new();
    let call = scope!(async {
        std::future::ready(()).await;
        log.add("was ready");
        yield_now().await;
        log.add("never");
    });
    call.timeout(Duration::ZERO).await.unwrap_err();
    log.assert_is(&["was ready"]);
}
