//! `spawn_blocking!`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin::{CancelFlag, Canceller, EventKind};
use rejoin_tests::{Log, all_events, on_both, panics_on_both, record_events};
use tokio::task::yield_now;

/// Works until it is told to stop.
fn until_requested(cancel: &CancelFlag) -> &'static str {
    while !cancel.is_requested() {
        thread::sleep(Duration::from_millis(1));
    }
    "stopped when asked"
}

#[test]
fn it_runs_on_a_thread_of_its_own_and_gives_its_value() {
    #[scoped]
    async fn threads() -> (bool, u32) {
        let here = thread::current().id();
        let task = spawn_blocking!(move || thread::current().id() != here);
        let sum = spawn_blocking!(move |_| (1..=4).sum::<u32>()).await;
        (task.await, sum)
    }
    assert_eq!(on_both(threads), [(true, 10); 2]);
}

#[test]
fn it_runs_beside_the_body_on_one_thread() {
    #[scoped]
    async fn beside() -> u32 {
        let (send, receive) = mpsc::channel();
        let task = spawn_blocking!(move || receive.recv().unwrap_or(0));
        yield_now().await;
        let _ = send.send(7);
        task.await
    }
    assert_eq!(on_both(beside), [7; 2]);
}

#[test]
fn a_name_of_a_function_is_work_as_well() {
    fn answer() -> u32 {
        42
    }
    #[scoped]
    async fn ask() -> (u32, Option<String>) {
        let task = spawn_blocking!(name = "answer", answer);
        let name = task.name();
        (task.await, name)
    }
    assert_eq!(on_both(ask), [(42, Some("answer".to_owned())), (42, Some("answer".to_owned()))]);
}

#[test]
fn a_cancelled_scope_waits_for_the_thread() {
    #[scoped]
    async fn work(stop: Canceller, log: Log) {
        let task = spawn_blocking!(move |cancel| {
            stop.cancel("now that it runs");
            until_requested(&cancel);
            thread::sleep(Duration::from_millis(30));
            log.add("thread ended");
        });
        task.await;
    }
    #[scoped]
    async fn limited(log: Log) -> bool {
        let stop = Canceller::new();
        let cut = work(stop.clone(), log.clone()).cancel_on(&stop).await;
        log.add("caller goes on");
        cut.is_err()
    }
    let log = Log::new();
    assert_eq!(on_both(|| limited(log.clone())), [true; 2]);
    log.assert_is(&["thread ended", "caller goes on", "thread ended", "caller goes on"]);
}

#[test]
fn what_a_thread_returns_after_it_was_cancelled_is_delivered_to_who_takes_it() {
    #[scoped]
    async fn stop_it() -> (Option<&'static str>, Result<&'static str, Cancelled>) {
        let (begun, begins) = tokio::sync::oneshot::channel();
        let task = spawn_blocking!(move |cancel| {
            let _ = begun.send(());
            until_requested(&cancel)
        });
        let _ = begins.await;
        let stopped = task.stop().await;
        let (begun, begins) = tokio::sync::oneshot::channel();
        let task = spawn_blocking!(move |cancel| {
            let _ = begun.send(());
            until_requested(&cancel)
        });
        let _ = begins.await;
        (stopped, task.timeout(Duration::from_millis(10)).await)
    }
    for (stopped, late) in on_both(stop_it) {
        assert_eq!(stopped, Some("stopped when asked"));
        assert_eq!(late.unwrap(), "stopped when asked");
    }
}

#[test]
fn a_panic_travels_as_from_a_task() {
    #[scoped]
    async fn parent(log: Log) {
        let task = spawn_blocking!(|| panic!("in the thread"));
        let other = spawn!(async {
            let _gone = log.on_drop("sibling gone");
            std::future::pending::<()>().await
        });
        other.await;
        task.await
    }
    let log = Log::new();
    assert_eq!(panics_on_both(|| parent(log.clone())), ["in the thread"; 2]);
}

#[rejoin::test]
async fn abandoned_work_is_not_waited_for_and_its_flag_is_set() {
    let (send, receive) = mpsc::channel();
    let told = Arc::new(AtomicBool::new(false));
    let (seen, log) = (told.clone(), Log::new());
    let value = log.on_drop("value gone");
    let stop = Canceller::new();
    let begun = stop.clone();
    let call = scope!(async move {
        spawn_blocking!(abandon, move |cancel| {
            begun.cancel("now that it runs");
            let waited = receive.recv();
            seen.store(cancel.is_requested(), Ordering::SeqCst);
            let _ = waited;
            value
        })
        .await
    });
    assert!(call.cancel_on(&stop).await.is_err());
    assert!(!told.load(Ordering::SeqCst));
    let _ = send.send(());
    while log.entries().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(told.load(Ordering::SeqCst));
}

#[rejoin::test]
async fn the_panic_of_abandoned_work_is_an_event() {
    record_events();
    let (send, receive) = mpsc::channel::<()>();
    let late = scope!(async move {
        let (begun, begins) = tokio::sync::oneshot::channel();
        let task = spawn_blocking!(abandon, name = "hangs", move |_| {
            let _ = begun.send(());
            let _ = receive.recv();
            panic!("nobody hears this");
        });
        let _ = begins.await;
        task.stop().await
    });
    assert!(late.await.is_none());
    drop(send);
    while !all_events(EventKind::LostPanic).contains(&"nobody hears this".to_owned()) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// A runtime with one thread for blocking work.
fn narrow() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().max_blocking_threads(1).build().expect("a runtime")
}

#[test]
fn work_that_waits_for_a_thread_is_given_up_without_having_run() {
    #[scoped]
    async fn queue(log: Log) -> Option<()> {
        let (begun, begins) = tokio::sync::oneshot::channel();
        let (send, receive) = mpsc::channel::<()>();
        let first = spawn_blocking!(move || {
            let _ = begun.send(());
            let _ = receive.recv();
        });
        let _ = begins.await;
        let (value, inner) = (log.on_drop("captures gone"), log.clone());
        let second = spawn_blocking!(move || {
            let _value = value;
            inner.add("has run");
        });
        yield_now().await;
        let stopped = second.stop().await;
        log.add("second stopped");
        drop(send);
        first.await;
        stopped
    }
    let log = Log::new();
    assert_eq!(narrow().block_on(rejoin::run(queue(log.clone()))).unwrap(), None);
    log.assert_is(&["captures gone", "second stopped"]);
}

#[test]
fn a_cancelled_scope_starts_no_work() {
    let log = Log::new();
    let stop = Canceller::new();
    #[scoped]
    async fn work(stop: Canceller, log: Log) {
        defer!({
            // A shield, in which work may be started.
            spawn_blocking!(|| ()).await;
        });
        stop.cancel("now");
        let inner = log.clone();
        let task = spawn_blocking!(move || inner.add("has run"));
        task.await;
    }
    let outcome = rejoin::block_on(work(stop.clone(), log.clone()).cancel_on(&stop)).unwrap();
    assert!(outcome.is_err());
    log.assert_is(&[]);
}

/// One thread, which a destructor that waited for the closure would block for ever.
#[test]
fn a_panic_does_not_wait_for_a_thread_that_needs_this_one() {
    #[scoped]
    async fn parent(log: Log) {
        let (send, receive) = tokio::sync::oneshot::channel::<()>();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let task = spawn_blocking!(move |cancel| {
            let _gone = log.on_drop("thread ended");
            let _ = begun.send(());
            let _ = receive.blocking_recv();
            until_requested(&cancel);
        });
        let _ = begins.await;
        let _send = send;
        if true {
            panic!("the body");
        }
        task.await;
    }
    #[scoped]
    async fn caught(log: Log) -> bool {
        let panicked = parent(log.clone()).catch_panic().await;
        log.add("caught");
        panicked.is_err()
    }
    let log = Log::new();
    let inner = log.clone();
    assert!(rejoin::block_on(caught(inner)).unwrap());
    // The frame around has waited for it.
    assert_eq!(log.count("thread ended"), 1);
}

#[test]
fn a_runtime_that_shuts_down_ends_it() {
    let (send, receive) = mpsc::channel();
    let (begun, begins) = mpsc::channel();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.spawn(rejoin::run(scope!(async move {
        let task = spawn_blocking!(move |cancel| {
            let _ = begun.send(());
            let _ = send.send(until_requested(&cancel));
        });
        task.await
    })));
    begins.recv().unwrap();
    // Waits for the thread, which sees its flag.
    drop(runtime);
    assert_eq!(receive.recv().unwrap(), "stopped when asked");
}

#[test]
fn a_runtime_that_shuts_down_drops_what_has_not_begun() {
    let (begun, begins) = tokio::sync::oneshot::channel();
    let log = Log::new();
    let (value, inner) = (log.on_drop("captures gone"), log.clone());
    let runtime = narrow();
    let mut root = Box::pin(rejoin::run(scope!(async move {
        let first = spawn_blocking!(move |cancel| {
            let _ = begun.send(());
            until_requested(&cancel)
        });
        let second = spawn_blocking!(move || {
            let _value = value;
            inner.add("has run");
        });
        first.await;
        second.await;
    })));
    let begun = async {
        tokio::select! {
            _ = root.as_mut() => unreachable!("it waits"),
            begun = begins => begun.is_ok(),
        }
    };
    assert!(runtime.block_on(begun));
    drop(runtime);
    drop(root);
    log.assert_is(&["captures gone"]);
}

#[rejoin::test(paused)]
async fn the_time_limit_of_blocking_work_stands_on_a_paused_clock() {
    // Real work keeps the paused clock from jumping, as tokio says.
    let value = spawn_blocking!(|| {
        thread::sleep(Duration::from_millis(10));
        5
    });
    assert_eq!(value.timeout(Duration::from_secs(1)).await.unwrap(), 5);
}

#[rejoin::test(multi_thread)]
async fn hundreds_at_once_and_none_is_lost() {
    let many = if cfg!(miri) { 8 } else { 300_u64 };
    let group = task_group!();
    for number in 0..many {
        group.spawn(async move { spawn_blocking!(move |_| number).await });
    }
    assert_eq!(group.join_all().await.into_iter().sum::<u64>(), (0..many).sum::<u64>());
}

#[rejoin::test]
async fn it_stands_below_a_defer_in_loops_and_beside_a_question_mark() {
    #[scoped]
    async fn read(fails: bool) -> Result<u32, String> {
        let mut sum = 0;
        defer!({ yield_now().await });
        for number in 0..3 {
            sum += spawn_blocking!(move || if fails { Err("broken".to_owned()) } else { Ok(number) }).await?;
        }
        Ok(sum)
    }
    assert_eq!(read(false).await, Ok(3));
    assert_eq!(read(true).await, Err("broken".to_owned()));
}

#[test]
fn the_loser_of_a_race_is_waited_for() {
    #[scoped]
    async fn first(log: Log) -> &'static str {
        let (begun, begins) = tokio::sync::oneshot::channel();
        let task = spawn_blocking!(move |cancel| {
            let _ = begun.send(());
            let ended = until_requested(&cancel);
            log.add("thread ended");
            ended
        });
        race! {
            value = task => value,
            _ = begins => "in time",
        }
    }
    let log = Log::new();
    assert_eq!(on_both(|| first(log.clone())), ["in time"; 2]);
    log.assert_is(&["thread ended", "thread ended"]);
}

#[rejoin::test]
async fn a_loop_on_a_thread_hears_the_notice() {
    let (send, receive) = mpsc::channel::<u32>();
    let task = spawn_blocking!(move |cancel| {
        let mut sum = 0;
        while !cancel.is_shutting_down() {
            sum += receive.recv_timeout(Duration::from_millis(1)).unwrap_or(0);
        }
        assert!(!cancel.is_requested());
        sum
    });
    send.send(7).unwrap();
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_eq!(task.shutdown(Duration::from_secs(30)).await.unwrap(), 7);
}

/// The value of a cancelled task is dropped where nobody takes it, and only once.
#[test]
fn a_value_nobody_takes_is_dropped_once_before_the_scope_ends() {
    #[scoped]
    async fn work(stop: Canceller, log: Log) {
        let value = log.on_drop("value gone");
        let task = spawn_blocking!(move |cancel| {
            stop.cancel("now that it runs");
            until_requested(&cancel);
            value
        });
        let _local = log.on_drop("local gone");
        let _value = task.await;
    }
    #[scoped]
    async fn limited(log: Log) {
        let stop = Canceller::new();
        let cut = work(stop.clone(), log.clone()).cancel_on(&stop).await;
        log.add(cut.is_err());
    }
    let log = Log::new();
    on_both(|| limited(log.clone()));
    // With the await that waited for it.
    let once = ["value gone", "local gone", "true"];
    log.assert_is(&[once, once].concat());
}

#[rejoin::test]
async fn a_destructor_that_panics_in_what_is_given_up_is_told() {
    record_events();
    struct Breaks;
    impl Drop for Breaks {
        fn drop(&mut self) {
            panic!("in the captures");
        }
    }
    let outcome = narrow_in_a_thread(scope!(async {
        let first = spawn_blocking!(move |cancel| until_requested(&cancel));
        let breaks = Breaks;
        let second = spawn_blocking!(move || drop(breaks));
        tokio::time::sleep(Duration::from_millis(10)).await;
        second.cancel();
        first.await
    }))
    .await;
    // A panic of a task that was cancelled travels all the same.
    assert_eq!(outcome, Err("in the captures".to_owned()));
}

/// Runs a call in a runtime with one thread for blocking work; its value, or the text of its panic.
async fn narrow_in_a_thread<C>(call: C) -> Result<C::Output, String>
where
    C: rejoin::Call<Output: Send + 'static> + Send + 'static,
    C::Started: Send + 'static,
{
    let thread =
        tokio::task::spawn_blocking(move || narrow().block_on(rejoin::run(call)).expect("not cancelled"));
    thread.await.map_err(|error| {
        let payload = error.into_panic();
        payload.downcast_ref::<&str>().map(|text| (*text).to_owned()).unwrap_or_default()
    })
}
