//! Outputs and errors that borrow, and what is made of them.

use std::future::pending;

use rejoin::{EventKind, prelude::*};
use rejoin_tests::{Log, on_both, panics_on_both};
use tokio::task::yield_now;

use crate::common::{Lent, ReadsLate, events, record_events, turns};

/// An error that reads what it borrows, when it is converted and when it is dropped.
#[derive(Debug)]
struct Borrowed<'a>(ReadsLate<'a>);

impl From<Borrowed<'_>> for String {
    fn from(error: Borrowed<'_>) -> Self {
        error.0.0.read();
        "converted".to_owned()
    }
}

/// As an error that is converted by a panic.
#[derive(Debug)]
struct Panics<'a>(ReadsLate<'a>);

impl From<Panics<'_>> for String {
    fn from(error: Panics<'_>) -> Self {
        error.0.0.read();
        std::panic::panic_any("in the conversion")
    }
}

#[scoped]
async fn fails(data: &Lent) -> Result<(), Borrowed<'_>> {
    yield_now().await;
    Err(Borrowed(ReadsLate(data)))
}

/// S7, F7: a linked error borrows from the body it ends; it is converted while the body is alive.
#[test]
fn a_linked_error_may_borrow_from_the_body_that_it_ends() {
    #[scoped]
    async fn parent(log: Log) -> Result<(), String> {
        let data = Lent::new();
        let _gone = log.on_drop("data gone");
        defer!({
            yield_now().await;
            data.read();
        });
        let task = spawn!(fails(&data)?);
        pending::<()>().await;
        task.await;
        Ok(())
    }
    #[scoped]
    async fn with_daemon() -> Result<(), String> {
        let data = Lent::new();
        daemon!(fails(&data)?);
        pending::<()>().await;
        Ok(())
    }
    #[scoped]
    async fn in_a_block() -> Result<(), String> {
        let data = Lent::new();
        let task = spawn!(async {
            fails(&data).await?;
            Ok(())
        }?);
        pending::<()>().await;
        task.await;
        Ok(())
    }
    let converted = || Err("converted".to_owned());
    let log = Log::new();
    assert_eq!(on_both(|| parent(log.clone())), [converted(), converted()]);
    assert_eq!(on_both(with_daemon), [converted(), converted()]);
    assert_eq!(on_both(in_a_block), [converted(), converted()]);
    assert_eq!(log.entries(), ["data gone"; 2]);
}

/// S7: of several errors that borrow one is returned; the others are gone before what they borrow, and
/// nothing of them but text is kept.
#[test]
fn later_errors_are_dropped_before_what_they_borrow() {
    #[scoped]
    async fn three_failures() -> Result<(), String> {
        let data = Lent::new();
        let one = spawn!(fails(&data)?);
        let two = spawn!(fails(&data)?);
        let three = spawn!(fails(&data)?);
        one.await;
        two.await;
        three.await;
        Ok(())
    }
    record_events();
    let converted = || Err("converted".to_owned());
    assert_eq!(on_both(three_failures), [converted(), converted()]);
    assert!(events(EventKind::LostError, "three_failures").len() <= 4);
}

/// S7: a function's own result borrows from outside of it and is kept across the unwinding of its tasks.
#[test]
fn a_result_that_borrows_outlives_the_body_that_made_it() {
    #[scoped]
    async fn inner(data: &Lent) -> Result<(), ReadsLate<'_>> {
        let other = spawn!(pending::<()>());
        let task = spawn!(async { Err::<(), _>(ReadsLate(data)) }?);
        other.await;
        task.await;
        Ok(())
    }
    #[scoped]
    async fn outer() -> bool {
        let data = Lent::new();
        let failed = inner(&data).await.is_err();
        data.read();
        failed
    }
    assert_eq!(on_both(outer), [true, true]);
}

/// S7, F7: a conversion that panics is a panic of the child.
#[test]
fn a_conversion_that_panics_is_the_childs_panic() {
    #[scoped]
    async fn parent(log: Log) -> Result<(), String> {
        let data = Lent::new();
        let _gone = log.on_drop("data gone");
        let task = spawn!(async {
            yield_now().await;
            Err::<(), _>(Panics(ReadsLate(&data)))?;
            Ok(())
        }?);
        pending::<()>().await;
        task.await;
        Ok(())
    }
    let log = Log::new();
    assert_eq!(panics_on_both(|| parent(log.clone())), ["in the conversion"; 2]);
    assert_eq!(log.entries(), ["data gone"; 2]);
}

/// S3, S7: outputs that borrow and that nobody takes, of tasks and of groups, are dropped before what they
/// borrow, on every way out.
#[test]
fn outputs_nobody_takes_are_dropped_before_what_they_borrow() {
    #[scoped(
        allow(unresolved_task, reason = "what the test is about"),
        allow(unresolved_group, reason = "what the test is about")
    )]
    async fn parent(way: u32) -> Result<(), String> {
        let data = Lent::new();
        let task = spawn!(async { ReadsLate(&data) });
        let group = task_group!();
        for _ in 0..3 {
            group.spawn(async { ReadsLate(&data) });
        }
        turns(5).await;
        match way {
            0 => return Ok(()),
            1 => Err("early".to_owned())?,
            2 => panic!("on the spot"),
            _ => {}
        }
        drop(group.next().await);
        let rest = group.join_all().await;
        drop(task.await);
        assert_eq!(rest.len(), 2);
        Ok(())
    }
    assert_eq!(on_both(|| parent(0)), [Ok(()), Ok(())]);
    assert_eq!(on_both(|| parent(1)), [Err("early".to_owned()), Err("early".to_owned())]);
    assert_eq!(panics_on_both(|| parent(2)), ["on the spot"; 2]);
    assert_eq!(on_both(|| parent(3)), [Ok(()), Ok(())]);
}

/// S8: results of a group are borrowed from before it, its children spawn into it, and the block is left
/// while they do.
#[test]
fn a_group_that_feeds_itself_is_empty_before_what_it_borrows_goes() {
    const DEPTH: u32 = if cfg!(miri) { 2 } else { 3 };
    const CHILDREN: usize = (2 << DEPTH) - 1;
    #[scoped]
    async fn visit<'g, 'd: 'g>(
        group: TaskGroup<'g, ReadsLate<'d>>,
        data: &'d Lent,
        depth: u32,
    ) -> ReadsLate<'d> {
        yield_now().await;
        if depth > 0 {
            group.spawn(visit(group, data, depth - 1));
            group.spawn(visit(group, data, depth - 1));
        }
        ReadsLate(data)
    }
    #[scoped]
    async fn parent(rounds: usize) -> usize {
        let data = Lent::new();
        let group = task_group!();
        group.spawn(visit(group, &data, DEPTH));
        turns(rounds).await;
        if rounds < 9 {
            return group.stop().await.len();
        }
        group.join_all().await.len()
    }
    for rounds in (0..9).step_by(if cfg!(miri) { 3 } else { 1 }) {
        assert!(on_both(|| parent(rounds)).iter().all(|count| *count <= CHILDREN));
    }
    assert_eq!(on_both(|| parent(9)), [CHILDREN; 2]);
}
