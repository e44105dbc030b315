//! Guards: who owns a child, and until when.

use std::future::pending;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::{Log, on_both, panics_on_both};
use tokio::task::yield_now;

use crate::common::{Lent, PanicsLate, ReadsLate, reads_for_ever, record_events, turns};

/// S5, F2: what can be taken in hand of a task is a handle that borrows; to forget it, to leak it or to
/// drop it changes nothing.
#[rejoin::test(
    allow(escaping_task, reason = "what the test is about"),
    allow(forgotten_task, reason = "what the test is about")
)]
#[expect(clippy::mem_forget, clippy::forget_non_drop, reason = "what the test is about")]
async fn handles_may_be_forgotten() {
    let log = Log::new();
    {
        let data = Lent::new();
        let _data_gone = log.on_drop("data gone");
        let one = spawn!(reads_for_ever(&data));
        let two = spawn!(reads_for_ever(&data));
        let three = spawn!(reads_for_ever(&data));
        let four = spawn!(reads_for_ever(&data));
        turns(2).await;
        std::mem::forget(one.stop());
        std::mem::forget(two.timeout(Duration::ZERO));
        std::mem::forget(Box::new(three));
        let waits = std::mem::ManuallyDrop::new(Box::pin(IntoFuture::into_future(four)));
        assert!(format!("{waits:?}").contains("Join"));
    }
    log.assert_is(&["data gone"]);
}

/// S5, S8: the same for a group.
#[rejoin::test]
#[expect(clippy::forget_non_drop, reason = "what the test is about")]
async fn group_handles_may_be_forgotten() {
    let log = Log::new();
    {
        let data = Lent::new();
        let _data_gone = log.on_drop("data gone");
        let group = task_group!();
        group.spawn(reads_for_ever(&data));
        group.spawn(reads_for_ever(&data));
        turns(2).await;
        std::mem::forget(group.next());
        std::mem::forget(group.join_all());
        group.cancel_all();
        std::mem::forget(group.stop());
    }
    log.assert_is(&["data gone"]);
}

/// S5: a future that waits for a handle, polled half-way and forgotten, in an ordinary block.
#[rejoin::test(
    allow(escaping_task, reason = "what the test is about"),
    allow(forgotten_task, reason = "what the test is about")
)]
#[expect(clippy::mem_forget, reason = "what the test is about")]
async fn a_half_polled_wait_for_a_handle_may_be_forgotten() {
    let data = Lent::new();
    {
        let task = spawn!(reads_for_ever(&data));
        let handle = &task;
        let site = handle.site();
        let mut waits = Box::pin(IntoFuture::into_future(task));
        assert!(crate::common::poll_once(waits.as_mut()).is_pending());
        std::mem::forget(waits);
        assert!(site.is_some());
        turns(3).await;
    }
    data.read();
}

/// S3, F5: a destructor in the statement that starts a task panics when the task runs already.
#[test]
fn a_task_is_owned_although_a_destructor_panics_in_its_statement() {
    struct Name;
    impl From<Name> for std::borrow::Cow<'static, str> {
        fn from(_: Name) -> Self {
            "named".into()
        }
    }
    impl Drop for Name {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                std::panic::panic_any("the name's destructor");
            }
        }
    }
    #[scoped]
    async fn named(log: Log) {
        let data = Lent::new();
        let _data_gone = log.on_drop("data gone");
        let task = spawn!(name = Name, reads_for_ever(&data));
        task.await;
    }
    fn noisy<'a>(data: &'a Lent, _: &PanicsLate) -> impl Future<Output = ()> + Send + use<'a> {
        reads_for_ever(data)
    }
    #[scoped]
    async fn temporary(log: Log) {
        let data = Lent::new();
        let _data_gone = log.on_drop("data gone");
        let task = spawn!(noisy(&data, &PanicsLate("the temporary's destructor")));
        task.await;
    }
    #[scoped]
    async fn in_a_block(log: Log) {
        let data = Lent::new();
        let _data_gone = log.on_drop("data gone");
        let task = spawn!({
            let _noisy = PanicsLate("the local's destructor");
            reads_for_ever(&data)
        });
        task.await;
    }
    #[scoped]
    async fn in_a_group(log: Log) {
        let data = Lent::new();
        let _data_gone = log.on_drop("data gone");
        let group = task_group!();
        group.spawn(noisy(&data, &PanicsLate("the temporary's destructor")));
        group.join_all().await;
    }
    record_events();
    let log = Log::new();
    assert_eq!(panics_on_both(|| named(log.clone())), ["the name's destructor"; 2]);
    assert_eq!(panics_on_both(|| temporary(log.clone())), ["the temporary's destructor"; 2]);
    assert_eq!(panics_on_both(|| in_a_block(log.clone())), ["the local's destructor"; 2]);
    assert_eq!(panics_on_both(|| in_a_group(log.clone())), ["the temporary's destructor"; 2]);
    assert_eq!(log.entries(), ["data gone"; 8]);
}

/// S3: the language the order relies on: a body that is dropped where it stands drops its locals last
/// first, also when a later one, or a parameter, panics while it does.
#[test]
fn the_compiler_drops_locals_last_first_whatever_panics() {
    #[scoped]
    async fn body(first: rejoin_tests::OnDrop, noisy_parameter: PanicsLate, log: Log) {
        let _data = log.on_drop("data");
        let _guard = log.on_drop("guard");
        let _noisy = PanicsLate("a local");
        let _late = log.on_drop("late");
        yield_now().await;
        drop((first, noisy_parameter));
    }
    for polls in 0..2 {
        let log = Log::new();
        let mut root =
            Box::pin(rejoin::run(body(log.on_drop("first"), PanicsLate("a parameter"), log.clone())));
        for _ in 0..polls {
            assert!(crate::common::poll_once(root.as_mut()).is_pending());
        }
        let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(root)));
        dropped.unwrap_err();
        let expected: &[&str] = if polls == 0 { &["first"] } else { &["late", "guard", "data", "first"] };
        log.assert_is(expected);
    }
}

/// S3, shapes A2: of neighbouring tasks each is joined, with its clean-up, on an early way out.
#[test]
fn neighbouring_tasks_unwind_on_an_early_exit() {
    #[scoped]
    async fn waits(log: &Log, name: &'static str) -> u32 {
        defer!({
            yield_now().await;
            log.add(name);
        });
        pending().await
    }
    #[scoped]
    async fn parent(log: Log) -> Result<u32, &'static str> {
        let one = spawn!(waits(&log, "one"));
        let two = spawn!(waits(&log, "two"));
        turns(3).await;
        Err("early")?;
        Ok(one.await + two.await)
    }
    let log = Log::new();
    assert_eq!(on_both(|| parent(log.clone())), [Err("early"); 2]);
    assert_eq!((log.count("one"), log.count("two")), (2, 2));
}

#[scoped]
async fn with_clean_up(log: &Log, data: &Lent) -> u32 {
    let _late = ReadsLate(data);
    defer!({
        yield_now().await;
        data.read();
        log.add("child's clean-up");
    });
    yield_now().await;
    if log.count("never") == 0 {
        pending::<()>().await;
    }
    7
}

/// Awaits, below a `defer!`, a task that was declared above it, and is left in the way and at the place
/// that `way` says.
#[scoped(allow(unresolved_task, reason = "what the test is about"))]
async fn captures_a_guard(log: &Log, way: u32) -> Result<u32, &'static str> {
    let data = Lent::new();
    let task = spawn!(with_clean_up(log, &data));
    defer!({
        yield_now().await;
        data.read();
        log.add("defer");
    });
    turns(3).await;
    match way {
        0 => pending::<()>().await,
        1 => return Ok(1),
        2 => Err("question mark")?,
        3 => panic!("in the region"),
        _ => {}
    }
    Ok(task.await)
}

/// S5, shapes A3: a task whose await stands below a `defer!` unwinds, with its clean-up, when the region
/// is cut or left before that await, and when it is cut in it.
#[rejoin::test(paused)]
async fn a_task_that_is_awaited_below_a_defer_unwinds_however_the_region_was_left() {
    record_events();
    for way in 0..5 {
        let log = Log::new();
        let call = captures_a_guard(&log, way).timeout(Duration::from_secs(1));
        let outcome = call.catch_panic().await;
        match (way, outcome) {
            (0 | 4, Ok(Err(_))) | (1, Ok(Ok(Ok(1)))) | (2, Ok(Ok(Err(_)))) | (3, Err(_)) => {}
            (way, other) => panic!("way {way}: {other:?}"),
        }
        // A panic stops on the spot what stands above the region it came from.
        let expected: &[&str] = if way == 3 { &["defer"] } else { &["defer", "child's clean-up"] };
        log.assert_is(expected);
    }
}

/// S5: two blocks that both wait for one task: one of them gets its output, and nobody gets it twice.
#[test]
fn an_output_is_taken_once_by_however_many_wait() {
    #[scoped]
    async fn parent(log: Log) {
        let task = spawn!(async {
            turns(3).await;
            log.on_drop("output gone")
        });
        let handle = task;
        let one = spawn!(async { drop(handle.await) });
        one.await;
    }
    let log = Log::new();
    on_both(|| parent(log.clone()));
    assert_eq!(log.entries(), ["output gone"; 2]);
}
