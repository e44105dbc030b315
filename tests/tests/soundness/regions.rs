//! What stands around the user's statements: the regions of `defer!` and of tasks, cut everywhere.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::{Log, on_both};
use tokio::sync::{Mutex, Semaphore, mpsc, oneshot};
use tokio::task::yield_now;

use crate::common::{Lent, ReadsLate, record_events, turns};

/// Waits for ever at the await whose number is `cut`.
struct Cutter {
    number: u32,
    cut: u32,
    panics: bool,
}

impl Cutter {
    async fn step(&mut self) {
        self.number += 1;
        yield_now().await;
        if self.number == self.cut {
            assert!(!self.panics, "at the await");
            pending::<()>().await;
        }
    }
}

#[scoped]
async fn cleans_up(log: &Log, data: &Lent, name: &'static str) {
    let _late = ReadsLate(data);
    defer!({
        yield_now().await;
        data.read();
        log.add(name);
    });
    pending::<()>().await
}

/// Defers in defers, tasks above, between and below them, guards that are moved, and an await everywhere.
#[scoped(
    allow(unresolved_task, reason = "what the test is about"),
    allow(unresolved_group, reason = "what the test is about")
)]
async fn everything(log: &Log, cutter: &mut Cutter, leave: u32) -> Result<u32, &'static str> {
    let data = Lent::new();
    let mut changed = vec![0];
    let above = spawn!(cleans_up(log, &data, "above"));
    cutter.step().await;
    defer!({
        data.read();
        changed.push(1);
        yield_now().await;
        log.add("outer");
    });
    changed.push(2);
    cutter.step().await;
    let between = spawn!(async {
        data.read();
        turns(2).await;
        ReadsLate(&data)
    });
    {
        let inner_data = Lent::new();
        let _late = ReadsLate(&inner_data);
        defer!({
            yield_now().await;
            inner_data.read();
            log.add("inner");
        });
        let below = spawn!(async {
            let _late = ReadsLate(&inner_data);
            pending::<()>().await
        });
        cutter.step().await;
        let group = task_group!();
        group.spawn(cleans_up(log, &inner_data, "member"));
        cutter.step().await;
        match leave {
            1 => return Ok(1),
            2 => Err("question mark")?,
            _ => {}
        }
        below.stop().await;
        cutter.step().await;
        group.stop().await;
    }
    cutter.step().await;
    drop(between.await);
    cutter.step().await;
    above.cancel();
    Ok(u32::try_from(changed.len()).unwrap_or_default())
}

/// S3, S4, S5: a body with defers, tasks and groups is cut at each of its awaits, or panics there, or
/// leaves early; what is lent is whole whenever anybody looks, and every clean-up runs once.
#[rejoin::test(paused)]
async fn a_body_is_cut_at_each_of_its_awaits() {
    record_events();
    for leave in 0..3 {
        let (first, step) = if cfg!(miri) { (leave, 4) } else { (0, 1) };
        for cut in (first..8).step_by(step) {
            for panics in [false, true] {
                let log = Log::new();
                let mut cutter = Cutter { number: 0, cut, panics };
                let call = everything(&log, &mut cutter, leave).timeout(Duration::from_secs(60));
                let outcome = call.catch_panic().await;
                let reached = cutter.number;
                match outcome {
                    Err(_) => assert!(panics && reached == cut),
                    Ok(Err(_)) => assert!(!panics && reached == cut),
                    Ok(Ok(value)) => assert_ne!(reached, cut, "{value:?}"),
                }
                assert_eq!(log.count("outer"), usize::from(reached >= 2), "{leave} {cut} {panics}");
                assert_eq!(log.count("inner"), usize::from(reached >= 3), "{leave} {cut} {panics}");
                assert!(log.count("member") <= 1 && log.count("above") <= 1);
            }
        }
    }
}

/// S1, F12: a callee's locals are gone before its caller's clean-up, which may need what they hold: when it
/// is cancelled, cut by a sibling's error, and when it panics.
#[rejoin::test(paused)]
async fn a_clean_up_finds_the_callees_locks_free() {
    #[scoped]
    async fn holds(lock: Arc<Mutex<u32>>, pool: Arc<Semaphore>) {
        let _guard = lock.lock().await;
        let _permit = pool.acquire().await;
        pending::<()>().await
    }
    #[scoped]
    async fn cleans(lock: Arc<Mutex<u32>>, pool: Arc<Semaphore>, way: u32) -> Result<(), &'static str> {
        defer!({
            let _permit = pool.acquire().await;
            *lock.lock().await += 1;
        });
        let task = spawn!(async {
            turns(3).await;
            match way {
                0 => Ok(()),
                1 => Err("linked"),
                _ => panic!("beside"),
            }
        }?);
        holds(lock.clone(), pool.clone()).await;
        task.await;
        Ok(())
    }
    for way in 0..3 {
        let (lock, pool) = (Arc::new(Mutex::new(0)), Arc::new(Semaphore::new(1)));
        let call = cleans(lock.clone(), pool.clone(), way).timeout(Duration::from_secs(60));
        let outcome = call.catch_panic().await;
        match (way, outcome) {
            (0, Ok(Err(_))) | (1, Ok(Ok(Err("linked")))) | (2, Err(_)) => {}
            (way, other) => panic!("way {way}: {other:?}"),
        }
        assert_eq!(*lock.lock().await, 1);
    }
}

/// S5, shapes A1: an inner clean-up asks a daemon of an outer block, which is therefore alive.
#[test]
fn a_clean_up_finds_the_driver_of_an_outer_block_alive() {
    #[scoped]
    async fn client(log: Log) {
        let (ask, mut asked) = mpsc::channel::<oneshot::Sender<u32>>(1);
        let data = Lent::new();
        daemon!(async {
            let _late = ReadsLate(&data);
            while let Some(answer) = asked.recv().await {
                data.read();
                let _ = answer.send(7);
            }
        });
        {
            defer!({
                let (answer, answered) = oneshot::channel();
                ask.send(answer).await.map_err(|_| "the driver is gone")?;
                log.add(answered.await.map_err(|_| "no answer")?);
                Ok::<(), &'static str>(())
            });
            turns(3).await;
            pending::<()>().await;
        }
    }
    let log = Log::new();
    on_both(|| client(log.clone()).timeout(Duration::from_millis(1)).map(|outcome| outcome.is_err()));
    assert_eq!(log.entries(), ["7", "7"]);
}

/// S9, F20: a mark that an abandoned wait has left behind is not taken for the end of a later shield.
#[rejoin::test(paused, allow(escaping_task, reason = "what the test is about"))]
async fn an_abandoned_wait_does_not_end_a_later_shield() {
    use std::task::Poll;
    let log = Log::new();
    let call = scope!(async {
        defer!({
            let task = spawn!(async {
                yield_now().await;
                3
            });
            let handle = task;
            let mut waits = Box::pin(IntoFuture::into_future(handle));
            // Polled once and given up.
            let first = std::future::poll_fn(|cx| Poll::Ready(waits.as_mut().poll(cx).is_pending())).await;
            drop(waits);
            let value = scope!(async {
                turns(3).await;
                5
            });
            log.add(format!("{first} {}", value.shield().await));
        });
        pending::<()>().await
    });
    call.timeout(Duration::from_secs(1)).await.unwrap_err();
    log.assert_is(&["true 5"]);
}

/// S4: a clean-up that takes too long is destroyed with everything it started, before what it lent goes.
#[rejoin::test(paused)]
async fn a_clean_up_that_overruns_gives_back_what_it_lent() {
    record_events();
    let log = Log::new();
    {
        defer!(timeout = Duration::from_secs(1), {
            let data = Lent::new();
            let _gone = log.on_drop("data gone");
            let task = spawn!(async {
                let _late = ReadsLate(&data);
                defer!({ pending::<()>().await });
                pending::<()>().await
            });
            let group = task_group!();
            group.spawn(async {
                let _late = ReadsLate(&data);
                pending::<()>().await
            });
            group.join_all().await;
            task.await;
        });
        yield_now().await;
    }
    log.assert_is(&["data gone"]);
}

/// S8: starting something in a scope or a group that is cancelled starts nothing; the call is gone at once.
#[rejoin::test(paused)]
async fn nothing_is_started_where_everything_ends() {
    let log = Log::new();
    let call = scope!(async {
        let data = Lent::new();
        let group = task_group!();
        // Wakes up by itself when the group has been cancelled, without an await in between.
        group.cancel_all();
        let gone = log.on_drop("call gone");
        group.spawn(async move {
            let _gone = gone;
            pending::<()>().await
        });
        log.add("after");
        data.read();
        group.join_all().await;
    });
    call.await;
    log.assert_is(&["call gone", "after"]);
}

/// S11: a body holds unique references to itself while everything that may stand around it is polled.
#[rejoin::test]
async fn what_stands_around_a_body_leaves_its_references_alone() {
    #[scoped]
    async fn holds() -> u32 {
        let mut count = 0;
        let unique = &mut count;
        for _ in 0..3 {
            yield_now().await;
            *unique += 1;
        }
        count
    }
    #[scoped]
    async fn holds_with_a_task() -> u32 {
        defer!({
            yield_now().await;
        });
        let mut count = 0;
        let unique = &mut count;
        let task = spawn!(holds());
        *unique += holds().await;
        yield_now().await;
        *unique += task.await;
        count
    }
    let (stop, limit) = (rejoin::Canceller::new(), Duration::from_secs(600));
    let mut sum = 0;
    for call in [holds().boxed(), holds_with_a_task().boxed()] {
        let call = call.timeout(limit).map(Result::unwrap).cancel_on(&stop).map(Result::unwrap);
        sum += call.shield().named("named").with_value(1_u8).catch_panic().await.unwrap();
    }
    sum += holds().timeout(limit).await.unwrap();
    sum += holds_with_a_task().timeout(limit).await.unwrap();
    sum += holds().cancel_on(&stop).catch_panic().await.unwrap().unwrap();
    sum += rejoin::run(holds_with_a_task().shield()).await.unwrap();
    let task = spawn!(holds_with_a_task().timeout(limit));
    let group = task_group!();
    group.spawn(holds_with_a_task().named("member"));
    sum += group.join_all().await.into_iter().sum::<u32>();
    assert_eq!(sum + task.await.unwrap(), 3 + 6 + 3 + 6 + 3 + 6 + 6 + 6);
}
