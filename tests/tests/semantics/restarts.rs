//! `rejoin::Restart`: calls that are started again when they fail.

use std::cell::Cell;
use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rejoin::{EventKind, Restart, prelude::*};
use rejoin_tests::{Log, all_events, record_events};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

/// Fails so often, at once, and then yields.
#[scoped]
async fn fails(times: &AtomicU32, failures: u32) -> Result<u32, String> {
    let time = times.fetch_add(1, Ordering::Relaxed);
    if time < failures { Err(format!("failure {time}")) } else { Ok(time) }
}

#[rejoin::test(paused)]
async fn it_is_started_again_until_it_succeeds() {
    record_events();
    let times = AtomicU32::new(0);
    let policy = Restart::on_failure().at_most(3).backoff(SECOND..=SECOND);
    let before = Instant::now();
    assert_eq!(policy.run(|| fails(&times, 3)).await, Ok(3));
    assert_eq!(before.elapsed().as_secs(), 3);
    let told = all_events(EventKind::Restarted);
    assert!(told.contains(&"failure 2; again in 1s".to_owned()), "{told:?}");
}

#[rejoin::test(paused)]
async fn too_many_failures_are_its_own() {
    record_events();
    let times = AtomicU32::new(0);
    let policy = Restart::on_failure().at_most(3).backoff(SECOND..=SECOND);
    assert_eq!(policy.run(|| fails(&times, 4)).await, Err("failure 3".to_owned()));
    assert_eq!(times.into_inner(), 4);
    let times = AtomicU32::new(0);
    assert!(Restart::on_failure().at_most(0).run(|| fails(&times, 1)).await.is_err());
    assert_eq!(times.into_inner(), 1);
}

#[rejoin::test(paused)]
async fn failures_that_are_long_past_do_not_count() {
    record_events();
    #[scoped]
    async fn fails_each_minute(times: &AtomicU32) -> Result<(), String> {
        sleep(60 * SECOND).await;
        if times.fetch_add(1, Ordering::Relaxed) < 20 { Err("again".to_owned()) } else { Ok(()) }
    }
    let times = AtomicU32::new(0);
    let policy = Restart::on_failure().at_most(2).within(100 * SECOND).backoff(SECOND..=SECOND);
    assert_eq!(policy.run(|| fails_each_minute(&times)).await, Ok(()));
    // With a longer memory, three are too many.
    let times = AtomicU32::new(0);
    let policy = Restart::on_failure().at_most(2).within(600 * SECOND).backoff(SECOND..=SECOND);
    assert!(policy.run(|| fails_each_minute(&times)).await.is_err());
    assert_eq!(times.into_inner(), 3);
}

#[rejoin::test(paused)]
async fn each_pause_is_twice_the_former_up_to_the_longest() {
    record_events();
    let times = AtomicU32::new(0);
    let policy =
        Restart::on_failure().at_most(usize::MAX).within(Duration::MAX).backoff(SECOND..=(5 * SECOND));
    let before = Instant::now();
    policy.clone().run(|| fails(&times, 5)).await.unwrap();
    assert_eq!(before.elapsed().as_secs(), 1 + 2 + 4 + 5 + 5);
    // However often.
    let times = AtomicU32::new(0);
    policy.run(|| fails(&times, 200)).await.unwrap();
}

#[rejoin::test(paused)]
async fn a_panic_is_a_failure() {
    record_events();
    #[scoped]
    async fn panics(times: &AtomicU32) -> Result<(), String> {
        let task = spawn!(async { assert!(times.fetch_add(1, Ordering::Relaxed) > 0, "the first time") });
        task.await;
        Ok(())
    }
    let times = AtomicU32::new(0);
    assert_eq!(Restart::on_failure().run(|| panics(&times)).await, Ok(()));
    let always = scope!(async {
        let times = AtomicU32::new(0);
        let again = Restart::on_failure().at_most(1).run(|| {
            times.store(0, Ordering::Relaxed);
            panics(&times)
        });
        again.await
    });
    assert_eq!(always.catch_panic().await.unwrap_err().message(), Some("the first time"));
}

#[rejoin::test(paused)]
async fn what_it_started_has_ended_before_it_starts_again() {
    record_events();
    let log = Log::new();
    let rounds = Cell::new(0);
    #[scoped]
    async fn serves(log: Log, round: u32) -> Result<(), String> {
        log.add(format_args!("start {round}"));
        defer!({
            sleep(SECOND).await;
            log.add(format_args!("end {round}"));
        });
        daemon!(async {
            let _gone = log.on_drop(format_args!("daemon {round}"));
            pending::<()>().await
        });
        tokio::task::yield_now().await;
        if round < 2 { Err("again".to_owned()) } else { Ok(()) }
    }
    let again = Restart::on_failure().run(|| {
        rounds.set(rounds.get() + 1);
        serves(log.clone(), rounds.get())
    });
    again.await.unwrap();
    log.assert_is(&["start 1", "daemon 1", "end 1", "start 2", "daemon 2", "end 2"]);
}

#[rejoin::test(paused)]
async fn a_cancelled_one_unwinds_and_is_not_started_again() {
    record_events();
    let log = Log::new();
    let shared = log.clone();
    let call = Restart::on_failure().run(move || {
        let log = shared.clone();
        scope!(async move {
            log.add("start");
            defer!({ log.add("unwound") });
            pending::<()>().await;
            Err::<(), _>("never")
        })
    });
    call.timeout(SECOND).await.unwrap_err();
    // In a pause, too.
    let shared = log.clone();
    let call = Restart::on_failure().backoff((60 * SECOND)..=(60 * SECOND)).run(move || {
        let log = shared.clone();
        scope!(async move {
            log.add("fails");
            Err::<(), _>("failed")
        })
    });
    call.timeout(SECOND).await.unwrap_err();
    log.assert_is(&["start", "unwound", "fails"]);
}

/// As a daemon that borrows, in a task: the giving up ends the function.
#[rejoin::test(paused)]
async fn as_a_daemon_its_giving_up_ends_the_function() {
    record_events();
    #[scoped]
    async fn service(times: &AtomicU32) -> Result<(), String> {
        let policy = Restart::on_failure().at_most(2);
        daemon!(policy.run(|| fails(times, 9).map(|outcome| outcome.map(drop)))?);
        pending::<()>().await;
        Ok(())
    }
    let task = spawn!(async {
        let times = AtomicU32::new(0);
        service(&times).await
    });
    assert_eq!(task.await, Err("failure 2".to_owned()));
}
