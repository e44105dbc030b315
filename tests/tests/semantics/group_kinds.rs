//! Groups that are ordered, fail fast or supervise.

use std::future::pending;
use std::num::ParseIntError;

use rejoin::{EventKind, FailFast, Supervised, TaskGroup, prelude::*};
use rejoin_tests::{Log, all_events, on_both, panics_on_both, record_events};
use tokio::sync::{Barrier, Semaphore};
use tokio::task::yield_now;

#[scoped]
async fn after(polls: u32) -> u32 {
    for _ in 0..polls {
        yield_now().await;
    }
    polls
}

#[scoped]
async fn parse(text: &str) -> Result<u32, ParseIntError> {
    yield_now().await;
    text.parse()
}

#[scoped]
async fn waits(log: &Log, name: u32) -> Result<u32, ParseIntError> {
    let _gone = log.on_drop(format!("{name} gone"));
    pending().await
}

/// An error of the function, made of that of a child.
#[derive(Debug, PartialEq)]
struct Wrong(String);

impl From<ParseIntError> for Wrong {
    fn from(error: ParseIntError) -> Self {
        Self(error.to_string())
    }
}

// Ordered

#[test]
fn next_of_an_ordered_group_is_in_spawn_order() {
    #[scoped]
    async fn work() -> Vec<u32> {
        let group = task_group!(ordered);
        for polls in [9, 1, 5, 0] {
            group.spawn(after(polls));
        }
        let mut order = Vec::new();
        while let Some(polls) = group.next().await {
            order.push(polls);
        }
        order
    }
    assert_eq!(on_both(work), [[9, 1, 5, 0], [9, 1, 5, 0]]);
}

#[rejoin::test]
async fn an_ordered_group_waits_for_the_first_and_counts_what_is_early() {
    let gate = Semaphore::new(0);
    let group = task_group!(ordered);
    group.spawn(async {
        gate.acquire().await.unwrap().forget();
        1
    });
    group.spawn(async { 2 });
    for _ in 0..5 {
        yield_now().await;
    }
    assert_eq!(group.len(), 2);
    tokio::select! {
        biased;
        early = group.next() => panic!("{early:?}"),
        () = yield_now() => {}
    }
    gate.add_permits(1);
    assert_eq!((group.next().await, group.next().await), (Some(1), Some(2)));
    group.spawn(async { 3 });
    assert_eq!(group.join_all().await, [3]);
}

#[rejoin::test]
async fn an_ordered_group_skips_children_without_a_result() {
    let group = task_group!(ordered, supervised);
    rejoin_tests::record_events();
    for n in 0..6_u32 {
        group.spawn(async move {
            for _ in 0..6 - n {
                yield_now().await;
            }
            if n % 2 == 0 { Ok(n) } else { Err("odd") }
        });
    }
    let mut order = Vec::new();
    while let Some(n) = group.next().await {
        order.push(n);
    }
    assert_eq!(order, [0, 2, 4]);
    group.stop().await;
}

#[rejoin::test]
async fn a_stopped_ordered_group_gives_what_there_is() {
    let group = task_group!(ordered);
    group.spawn(async {
        pending::<()>().await;
        0
    });
    for n in 1..4 {
        group.spawn(after(4 - n));
    }
    for _ in 0..10 {
        yield_now().await;
    }
    assert_eq!(group.stop().await, [3, 2, 1]);
}

#[test]
fn many_children_limited_and_ordered() {
    const CHILDREN: u32 = if cfg!(miri) { 50 } else { 100_000 };
    #[scoped]
    async fn many() -> u32 {
        let group = task_group!(ordered, limit = 8);
        for n in 0..CHILDREN {
            group.spawn(async move {
                if n % 7 == 0 {
                    yield_now().await;
                }
                n
            });
        }
        let mut expected = 0;
        while let Some(n) = group.next().await {
            assert_eq!(n, expected);
            expected += 1;
        }
        expected
    }
    assert_eq!(on_both(many), [CHILDREN; 2]);
}

#[rejoin::test]
async fn results_of_an_ordered_group_may_borrow() {
    let words = vec!["one".to_owned(), "two".to_owned()];
    let group = task_group!(ordered);
    for word in &words {
        group.spawn(async move { word.as_str() });
    }
    assert_eq!(group.next().await, Some("one"));
    assert_eq!(group.join_all().await, ["two"]);
}

// Fail fast

#[rejoin::test]
async fn next_and_join_all_of_a_fail_fast_group_give_values() {
    #[scoped]
    async fn sum(texts: &[&str]) -> Result<(u32, usize), Wrong> {
        let group = task_group!(fail_fast);
        for text in texts {
            group.spawn(parse(text));
        }
        let first = group.next().await.unwrap_or_default();
        let others = group.join_all().await;
        Ok((first + others.iter().sum::<u32>(), others.len()))
    }
    assert_eq!(sum(&["1", "2", "3"]).await, Ok((6, 2)));
}

#[test]
fn the_first_error_leaves_the_function_and_stops_the_others() {
    #[scoped]
    async fn sum(log: &Log) -> Result<u32, Wrong> {
        let _local = log.on_drop("local");
        let group = task_group!(fail_fast);
        group.spawn(waits(log, 1));
        group.spawn(parse("x"));
        group.spawn(waits(log, 2));
        let _ = group.join_all().await;
        log.add("never");
        Ok(0)
    }
    #[scoped]
    async fn work() -> (Result<u32, Wrong>, Vec<String>) {
        let log = Log::new();
        let result = sum(&log).await;
        let mut entries = log.entries();
        assert_eq!(entries.pop().as_deref(), Some("local"));
        (result, entries)
    }
    for (result, entries) in on_both(work) {
        assert_eq!(result, Err(Wrong("invalid digit found in string".into())));
        assert!(entries.iter().all(|entry| entry.ends_with("gone")), "{entries:?}");
    }
}

#[test]
fn the_error_leaves_the_function_wherever_it_waits() {
    #[scoped]
    async fn sum() -> Result<u32, Wrong> {
        let group = task_group!(fail_fast);
        group.spawn(parse("x"));
        pending::<()>().await;
        Ok(group.join_all().await.len() as u32)
    }
    assert!(on_both(sum).iter().all(Result::is_err));
}

#[rejoin::test]
async fn the_error_of_a_block_is_that_of_the_function() {
    #[scoped]
    async fn sum(texts: &[&str]) -> Result<u32, Wrong> {
        let group = task_group!(fail_fast, limit = 2);
        for text in texts {
            group.spawn(async move {
                let number = parse(text).await?;
                Ok(number + 1)
            });
        }
        if group.try_spawn(async { Ok("7".parse::<u32>()?) }).is_ok() {
            group.spawn(async { Err(Wrong("there was room".into())) });
        }
        let mut sum = 0;
        while let Some(number) = group.next().await {
            sum += number;
        }
        Ok(sum)
    }
    assert_eq!(sum(&["1", "2", "3"]).await, Ok(9));
    assert_eq!(sum(&["1", "x", "3"]).await, Err(Wrong("invalid digit found in string".into())));
    assert_eq!(sum(&["1"]).await, Err(Wrong("there was room".into())));
}

#[rejoin::test]
async fn the_handle_of_a_fail_fast_group_goes_to_callees() {
    #[scoped]
    async fn fan_out<'g>(group: TaskGroup<'g, u32, FailFast<ParseIntError>>, texts: &'g [&'g str]) -> usize {
        for text in texts {
            group.spawn(parse(text));
            group.spawn(async { parse(text).await });
        }
        group.len()
    }
    #[scoped]
    async fn sum(texts: &[&str]) -> Result<u32, Wrong> {
        let group = task_group!(fail_fast);
        assert_eq!(fan_out(group, texts).await, 2 * texts.len());
        Ok(group.join_all().await.into_iter().sum())
    }
    #[scoped]
    async fn declared(texts: &[&str]) -> Result<u32, Wrong> {
        let group: TaskGroup<'_, u32, FailFast<ParseIntError>> = task_group!(fail_fast);
        for text in texts {
            group.spawn(async move { text.parse::<u32>() });
        }
        Ok(group.join_all().await.into_iter().sum())
    }
    assert_eq!(sum(&["1", "2"]).await, Ok(6));
    assert!(sum(&["1", "x"]).await.is_err());
    assert_eq!(declared(&["1", "2"]).await, Ok(3));
    assert!(declared(&["1", "x"]).await.is_err());
}

#[test]
fn later_errors_of_a_fail_fast_group_are_events() {
    #[derive(Debug)]
    struct Marked;
    impl From<&'static str> for Marked {
        fn from(_: &'static str) -> Self {
            Self
        }
    }
    #[scoped]
    async fn fails() -> Result<(), Marked> {
        let all_run = Barrier::new(3);
        let group = task_group!(fail_fast);
        for _ in 0..3 {
            group.spawn(async {
                // Goes on although the first has failed, to fail as well; who has not begun by then would not.
                scope!(all_run.wait()).shield().await;
                Err::<(), Marked>("wrong".into())
            });
        }
        group.join_all().await;
        Ok(())
    }
    record_events();
    let lost = || all_events(EventKind::LostError).iter().filter(|text| text.contains("Marked")).count();
    let before = lost();
    let outcomes = on_both(fails);
    assert!(outcomes.iter().all(Result::is_err));
    assert_eq!(lost(), before + 4);
}

#[test]
fn a_panic_of_a_fail_fast_group_travels() {
    #[scoped]
    async fn fails() -> Result<(), Wrong> {
        let group = task_group!(fail_fast);
        group.spawn(async {
            yield_now().await;
            panic!("in the group")
        });
        group.spawn(pending::<Result<(), Wrong>>());
        group.join_all().await;
        Ok(())
    }
    assert_eq!(panics_on_both(fails), ["in the group"; 2]);
}

#[test]
fn a_panic_of_the_conversion_is_a_panic_of_the_child() {
    #[derive(Debug)]
    struct Picky;
    impl From<ParseIntError> for Picky {
        fn from(_: ParseIntError) -> Self {
            panic!("in the conversion")
        }
    }
    #[scoped]
    async fn fails() -> Result<(), Picky> {
        let group = task_group!(fail_fast);
        group.spawn(parse("x"));
        group.join_all().await;
        Ok(())
    }
    assert_eq!(panics_on_both(fails), ["in the conversion"; 2]);
}

#[rejoin::test]
async fn errors_of_a_fail_fast_group_may_borrow() {
    #[scoped]
    async fn find<'a>(words: &'a [String], wanted: &str) -> Result<(), &'a str> {
        let group = task_group!(fail_fast);
        for word in words {
            group.spawn(async move { if word == wanted { Err(word.as_str()) } else { Ok(()) } });
        }
        group.join_all().await;
        Ok(())
    }
    let words = vec!["one".to_owned(), "two".to_owned()];
    assert_eq!(find(&words, "two").await, Err("two"));
    assert_eq!(find(&words, "three").await, Ok(()));
}

#[rejoin::test]
async fn the_errors_of_a_cancelled_fail_fast_group_do_not_leave_the_function() {
    #[scoped]
    async fn fails() -> Result<u32, Wrong> {
        let cancelled = Semaphore::new(0);
        let group = task_group!(fail_fast);
        group.spawn(async {
            // Fails when the group has been cancelled.
            let permit = scope!(cancelled.acquire()).shield().await;
            if permit.is_ok() { Err(Wrong("late".into())) } else { Ok(()) }
        });
        group.spawn(async {
            defer!({
                cancelled.add_permits(1);
            });
            pending().await
        });
        yield_now().await;
        assert_eq!(group.stop().await.len(), 0);
        Ok(7)
    }
    record_events();
    assert_eq!(fails().await, Ok(7));
}

// Supervised

#[test]
fn a_failing_child_of_a_supervised_group_ends_alone() {
    #[scoped]
    async fn work() -> Vec<u32> {
        let group = task_group!(supervised);
        group.spawn(async { Ok::<_, String>(1) });
        group.spawn(async { Err("the one that fails") });
        group.spawn(async { panic!("the one that panics") });
        group.spawn(async {
            yield_now().await;
            Ok::<_, String>(2)
        });
        group.join_all().await
    }
    record_events();
    assert_eq!(on_both(work), [[1, 2], [1, 2]]);
    let count = |kind, text: &str| all_events(kind).iter().filter(|detail| *detail == text).count();
    assert_eq!(count(EventKind::TaskFailed, "the one that fails"), 2);
    assert_eq!(count(EventKind::TaskPanicked, "the one that panics"), 2);
}

#[rejoin::test]
async fn a_supervised_group_takes_children_of_both_forms() {
    #[scoped]
    async fn accept<'g>(group: TaskGroup<'g, (), Supervised>, log: &'g Log) {
        group.spawn(async { log.add("nothing to say") });
        group.spawn(async {
            log.add("fine");
            Ok::<(), String>(())
        });
        group.spawn(async { Err(std::io::Error::other("the one of another type")) });
    }
    record_events();
    let log = Log::new();
    let group = task_group!(supervised, limit = 1);
    accept(group, &log).await;
    assert_eq!(group.join_all().await.len(), 2);
    log.assert_is(&["nothing to say", "fine"]);
    assert_eq!(
        all_events(EventKind::TaskFailed).iter().filter(|text| text.contains("another type")).count(),
        1
    );
}

#[test]
fn what_a_supervised_child_started_has_ended_when_its_panic_is_reported() {
    #[scoped]
    async fn child(log: &Log) {
        let _local = log.on_drop("local");
        let task = spawn!(async {
            let _gone = log.on_drop("grandchild");
            pending::<()>().await;
        });
        yield_now().await;
        if log.count("never") == 0 {
            panic!("the parent of a grandchild");
        }
        task.await;
    }
    #[scoped]
    async fn work() -> Vec<String> {
        let log = Log::new();
        let group = task_group!(supervised);
        group.spawn(child(&log));
        group.join_all().await;
        log.add("joined");
        log.entries()
    }
    record_events();
    assert_eq!(on_both(work), [["grandchild", "local", "joined"], ["grandchild", "local", "joined"]]);
}

#[rejoin::test]
async fn a_supervised_group_is_cancelled_like_any_other() {
    let log = Log::new();
    let group = task_group!(supervised);
    for name in 1..4 {
        group.spawn(waits(&log, name));
    }
    yield_now().await;
    assert_eq!(group.stop().await, Vec::<u32>::new());
    assert_eq!(log.entries().len(), 3);
}

#[test]
fn an_error_that_cannot_be_printed_without_a_panic_is_a_panic_of_the_child() {
    struct Unprintable;
    impl std::fmt::Display for Unprintable {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("while it was printed")
        }
    }
    #[scoped]
    async fn work() -> usize {
        let group = task_group!(supervised);
        group.spawn(async { Err::<(), _>(Unprintable) });
        group.join_all().await.len()
    }
    record_events();
    assert_eq!(on_both(work), [0, 0]);
    let panicked = all_events(EventKind::TaskPanicked);
    assert_eq!(panicked.iter().filter(|text| *text == "while it was printed").count(), 2);
}

// All together

#[rejoin::test]
async fn the_options_combine() {
    #[scoped]
    async fn all(texts: &[&str]) -> Result<Vec<u32>, Wrong> {
        let group = task_group!(fail_fast, ordered, limit = 2);
        for text in texts {
            group.spawn(parse(text));
        }
        let mut numbers = Vec::new();
        while let Some(number) = group.next().await {
            numbers.push(number);
        }
        Ok(numbers)
    }
    assert_eq!(all(&["3", "1", "2"]).await, Ok(vec![3, 1, 2]));
    assert!(all(&["3", "x", "2"]).await.is_err());
}
