//! The numbers of tasks.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use rejoin::block_on;
use rejoin::observe::Watchdog;
use rejoin::prelude::*;

use crate::alone;

/// All metrics by their names and labels, as `name{kind=task}`.
type Numbers = BTreeMap<String, f64>;

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn numbers() -> Numbers {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, rejoin::observe::publish_metrics);
    let all = snapshotter.snapshot().into_vec();
    all.into_iter()
        .map(|(key, _, description, value)| {
            assert!(description.is_some(), "{key:?} has no description");
            let labels: Vec<String> =
                key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            let value = match value {
                DebugValue::Counter(count) => count as f64,
                DebugValue::Gauge(value) => value.into_inner(),
                DebugValue::Histogram(_) => panic!("no histogram is told"),
            };
            (format!("{}{{{}}}", key.key().name(), labels.join(",")), value)
        })
        .collect()
}

/// What `run` adds to the counters, without those it adds nothing to.
fn added(run: impl FnOnce()) -> Vec<(String, u32)> {
    let hook: rejoin::EventHook = Box::new(|_| {});
    rejoin::set_event_hook(Some(hook));
    let before = numbers();
    run();
    let after = numbers();
    rejoin::set_event_hook(None);
    let counters = after.into_iter().filter(|(key, _)| key.contains("_total"));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]
    let differences = counters.map(|(key, value)| {
        let difference = value - before.get(&key).copied().unwrap_or(0.0);
        (key, difference as u32)
    });
    differences.filter(|(_, difference)| *difference != 0).collect()
}

#[track_caller]
fn expect(found: &[(String, u32)], expected: &[(&str, u32)]) {
    let found: Vec<(&str, u32)> = found.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    let mut expected: Vec<(&str, u32)> = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

const ROOT: [(&str, u32); 2] =
    [("rejoin_tasks_completed_total{kind=root}", 1), ("rejoin_tasks_started_total{kind=root}", 1)];

#[scoped]
async fn completing() {
    let first = spawn!(async { 1 });
    let second = spawn!(async { 2 });
    assert_eq!(first.await + second.await, 3);
}

#[test]
fn what_completes() {
    let _alone = alone();
    let found = added(|| block_on(completing()).unwrap());
    let tasks =
        [("rejoin_tasks_completed_total{kind=task}", 2), ("rejoin_tasks_started_total{kind=task}", 2)];
    expect(&found, &[&ROOT[..], &tasks].concat());
}

#[scoped]
async fn failing() -> Result<(), String> {
    let task = spawn!(async { Err::<(), _>("no".to_owned()) }?);
    task.await;
    Ok(())
}

#[test]
fn an_error_that_ends_the_function() {
    let _alone = alone();
    let found = added(|| block_on(failing()).unwrap().unwrap_err().clear());
    let tasks = [("rejoin_tasks_failed_total{kind=task}", 1), ("rejoin_tasks_started_total{kind=task}", 1)];
    expect(&found, &[&ROOT[..], &tasks].concat());
}

#[scoped]
async fn supervising() {
    let group = task_group!(supervised);
    group.spawn(scope!(async { Err::<(), _>("no") }));
    group.spawn(scope!(async { assert!(std::hint::black_box(false), "a bug") }));
    group.spawn(scope!(async {}));
    group.join_all().await;
    rejoin::current().spawn(scope!(async { Err::<(), _>("handed over") }));
}

#[test]
fn errors_and_panics_that_are_reported() {
    let _alone = alone();
    let found = added(|| block_on(supervising()).unwrap());
    let tasks = [
        ("rejoin_events_total{event=task_failed}", 2),
        ("rejoin_events_total{event=task_panicked}", 1),
        ("rejoin_tasks_completed_total{kind=task}", 1),
        ("rejoin_tasks_failed_total{kind=task}", 2),
        ("rejoin_tasks_panicked_total{kind=task}", 1),
        ("rejoin_tasks_started_total{kind=task}", 4),
    ];
    expect(&found, &[&ROOT[..], &tasks].concat());
}

#[scoped]
async fn panicking() {
    let task = spawn!(async { assert!(std::hint::black_box(false), "a bug") });
    let other = spawn!(std::future::pending::<()>());
    task.await;
    other.await;
}

#[test]
fn a_panic_that_travels_and_who_is_cancelled_for_it() {
    let _alone = alone();
    let found = added(|| {
        std::panic::catch_unwind(|| block_on(panicking()).ok()).unwrap_err();
    });
    let tasks = [
        ("rejoin_tasks_cancelled_total{kind=task,reason=failed}", 1),
        ("rejoin_tasks_panicked_total{kind=root}", 1),
        ("rejoin_tasks_panicked_total{kind=task}", 1),
        ("rejoin_tasks_started_total{kind=root}", 1),
        ("rejoin_tasks_started_total{kind=task}", 2),
    ];
    expect(&found, &tasks);
}

#[scoped]
async fn waiting() {
    daemon!(std::future::pending::<()>());
    let task = spawn!(std::future::pending::<()>());
    task.await;
}

#[test]
fn a_deadline() {
    let _alone = alone();
    let found = added(|| {
        block_on(waiting().timeout(Duration::from_millis(1))).unwrap().unwrap_err();
    });
    let tasks = [
        ("rejoin_tasks_cancelled_total{kind=daemon,reason=deadline}", 1),
        ("rejoin_tasks_cancelled_total{kind=task,reason=deadline}", 1),
        ("rejoin_tasks_started_total{kind=daemon}", 1),
        ("rejoin_tasks_started_total{kind=task}", 1),
    ];
    expect(&found, &[&ROOT[..], &tasks].concat());
}

#[scoped]
async fn asking() {
    let task = spawn!(std::future::pending::<()>());
    tokio::task::yield_now().await;
    task.stop().await;
    let never_polled = spawn!(std::future::pending::<()>());
    never_polled.cancel();
}

#[test]
fn a_request() {
    let _alone = alone();
    let found = added(|| block_on(asking()).unwrap());
    let tasks = [
        ("rejoin_tasks_cancelled_total{kind=task,reason=requested}", 2),
        ("rejoin_tasks_started_total{kind=task}", 2),
    ];
    expect(&found, &[&ROOT[..], &tasks].concat());
}

#[scoped]
async fn refused() {
    let group = task_group!();
    group.cancel_all();
    group.spawn(scope!(async {}));
    group.join_all().await;
}

#[test]
fn what_is_refused_was_not_started() {
    let _alone = alone();
    expect(&added(|| block_on(refused()).unwrap()), &ROOT);
}

#[scoped]
async fn racing() {
    race! {
        () = waiting() => {}
        () = tokio::task::yield_now() => {}
    }
}

#[test]
fn a_race_that_was_lost() {
    let _alone = alone();
    let found = added(|| block_on(racing()).unwrap());
    let lost = found.iter().find(|(key, _)| key.contains("kind=task,reason=lost"));
    assert_eq!(lost.map(|(_, count)| *count), Some(1), "{found:?}");
}

#[test]
fn a_root_that_nobody_waits_for() {
    let _alone = alone();
    let found = added(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut root = Box::pin(rejoin::run(waiting()));
            assert!(
                std::future::poll_fn(|cx| std::task::Poll::Ready(root.as_mut().poll(cx))).await.is_pending()
            );
            drop(root);
            rejoin::drain(Duration::from_secs(5)).await.unwrap();
        });
    });
    let all = [
        ("rejoin_tasks_cancelled_total{kind=daemon,reason=abandoned}", 1),
        ("rejoin_tasks_cancelled_total{kind=root,reason=abandoned}", 1),
        ("rejoin_tasks_cancelled_total{kind=task,reason=abandoned}", 1),
        ("rejoin_tasks_started_total{kind=daemon}", 1),
        ("rejoin_tasks_started_total{kind=root}", 1),
        ("rejoin_tasks_started_total{kind=task}", 1),
    ];
    expect(&found, &all);
}

#[test]
fn a_runtime_that_goes_away() {
    let _alone = alone();
    let found = added(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        runtime.spawn(rejoin::run(waiting()));
        while numbers()["rejoin_tasks{kind=task}"] < 1.0 {
            std::thread::yield_now();
        }
        runtime.shutdown_timeout(Duration::from_secs(5));
    });
    let ended: Vec<_> = found.iter().filter(|(key, _)| !key.contains("started")).collect();
    let tasks: u32 = ended
        .iter()
        .filter(|(key, _)| key.contains("task,") || key.contains("daemon,"))
        .map(|(_, count)| count)
        .sum();
    assert_eq!(tasks, 2, "{found:?}");
    for (key, _) in ended {
        assert!(key.contains("reason=shutdown") || key.contains("reason=abandoned"), "{found:?}");
    }
}

#[scoped]
async fn limited() {
    scope!(std::future::pending::<()>()).timeout(Duration::from_secs(60)).await.ok();
}

#[scoped]
async fn looked_at(seen: &mut Numbers) {
    let task = spawn!(limited());
    let other = spawn!(scope!(async {
        defer!({ tokio::time::sleep(Duration::from_secs(1)).await });
        std::future::pending::<()>().await;
    }));
    tokio::task::yield_now().await;
    other.cancel();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) && seen.get("rejoin_tasks_lingering{}") != Some(&1.0) {
        tokio::time::sleep(Duration::from_millis(50)).await;
        *seen = numbers();
    }
    task.stop().await;
}

#[test]
fn what_lives_and_what_lingers() {
    let _alone = alone();
    let watching = Watchdog::new().cancelled_for(Duration::from_millis(300)).start();
    let mut seen = Numbers::new();
    rejoin::set_event_hook(Some(Box::new(|_| {})));
    block_on(looked_at(&mut seen)).unwrap();
    rejoin::set_event_hook(None);
    drop(watching);
    assert_eq!(seen["rejoin_tasks_lingering{}"], 1.0, "{seen:?}");
    assert_eq!(seen["rejoin_tasks{kind=task}"], 2.0, "{seen:?}");
    assert_eq!(seen["rejoin_tasks{kind=root}"], 1.0, "{seen:?}");
    // The root and the limit in the first task.
    assert_eq!(seen["rejoin_scopes{}"], 2.0, "{seen:?}");
    let now = numbers();
    assert_eq!((now["rejoin_tasks_lingering{}"], now["rejoin_tasks{kind=task}"]), (0.0, 0.0));
}

/// So many series, whatever a program does: nothing of it is in a label.
#[test]
fn the_number_of_series_is_fixed() {
    let _alone = alone();
    let before = numbers();
    added(|| block_on(supervising()).unwrap());
    let after = numbers();
    assert!(before.keys().eq(after.keys()));
    // 12 for tasks and daemons each, 11 for roots, 12 events, 6 gauges.
    assert_eq!(after.len(), 2 * 12 + 11 + 12 + 6, "{after:#?}");
}

#[scoped]
async fn many(count: usize) {
    let group = task_group!();
    for _ in 0..count {
        group.spawn(scope!(async { tokio::task::yield_now().await }));
    }
    group.join_all().await;
}

#[test]
fn none_is_lost_on_many_threads() {
    let _alone = alone();
    let found = added(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
        runtime.block_on(rejoin::run(many(10_000))).unwrap();
    });
    let tasks = [
        ("rejoin_tasks_completed_total{kind=task}", 10_000),
        ("rejoin_tasks_started_total{kind=task}", 10_000),
    ];
    expect(&found, &[&ROOT[..], &tasks].concat());
}
