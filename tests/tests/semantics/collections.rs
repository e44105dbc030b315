//! `join_all!`, `try_join_all!`, `race_ok!`.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rejoin::{BoxScoped, EventKind, prelude::*};
use rejoin_tests::{Log, all_events, on_both, panics_on_both, record_events};
use tokio::task::yield_now;

#[scoped]
async fn after(polls: u32) -> u32 {
    for _ in 0..polls {
        yield_now().await;
    }
    polls
}

#[scoped]
async fn odd(n: u32) -> Result<u32, String> {
    after(n).await;
    if n % 2 == 1 { Ok(n) } else { Err(format!("{n} is even")) }
}

/// Waits for ever; leaves a note when it goes, started or not.
fn waits(log: &Log, name: u32) -> BoxScoped<'static, Result<u32, String>> {
    let gone = log.on_drop(format!("{name} gone"));
    scope!(async move {
        let _gone = gone;
        pending().await
    })
    .boxed()
}

#[test]
fn results_are_in_the_order_of_the_calls() {
    #[scoped]
    async fn work() -> Vec<u32> {
        join_all!([9, 1, 5, 0].map(after))
    }
    assert_eq!(on_both(work), [[9, 1, 5, 0], [9, 1, 5, 0]]);
}

#[test]
fn they_run_in_parallel_and_borrow() {
    #[scoped]
    async fn lengths(words: &[String]) -> Vec<&str> {
        let met = tokio::sync::Barrier::new(words.len());
        let met = &met;
        join_all!(words.iter().map(|word| async move {
            // All have to be there before any goes on.
            met.wait().await;
            word.as_str()
        }))
    }
    #[scoped]
    async fn work() -> usize {
        let words: Vec<String> = ["one", "two", "three"].map(str::to_owned).into();
        lengths(&words).await.into_iter().map(str::len).sum()
    }
    assert_eq!(on_both(work), [11, 11]);
}

#[rejoin::test]
async fn they_may_change_what_they_borrow() {
    let mut numbers = [1, 2, 3];
    let done = join_all!(numbers.iter_mut().map(|number| async {
        yield_now().await;
        *number *= 2;
    }));
    assert_eq!((numbers, done.len()), ([2, 4, 6], 3));
}

#[rejoin::test]
async fn any_collection_of_calls_or_futures_will_do() {
    let none: Vec<std::future::Ready<u32>> = Vec::new();
    assert_eq!(join_all!(none), Vec::<u32>::new());
    assert_eq!(join_all!(Some(after(1))), [1]);
    assert_eq!(join_all!((0..3).map(std::future::ready)), [0, 1, 2]);
    assert_eq!(join_all!([1, 2].map(|n| scope!(async move { n }).map(|n| n + 1)),), [2, 3]);
    let mixed: Vec<BoxScoped<'_, u32>> = vec![after(2).boxed(), scope!(std::future::ready(3)).boxed()];
    assert_eq!(join_all!(mixed, limit = 1), [2, 3]);
}

#[test]
fn the_iterator_need_not_be_send() {
    #[scoped]
    async fn work() -> Vec<u32> {
        join_all!({
            let counter = std::rc::Rc::new(std::cell::Cell::new(0));
            (0..3).map(move |n| {
                counter.set(counter.get() + n);
                after(counter.get())
            })
        })
    }
    assert_eq!(on_both(work), [[0, 1, 3], [0, 1, 3]]);
}

#[test]
fn no_more_than_the_limit_run_at_a_time() {
    #[scoped]
    async fn work(limit: usize) -> (Vec<u32>, usize) {
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let (inside, most_so_far) = (&inside, &most);
        let calls = (0..20).map(|n| async move {
            most_so_far.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            yield_now().await;
            inside.fetch_sub(1, Ordering::SeqCst);
            n
        });
        let all = join_all!(calls, limit = limit + 1);
        (all, most.into_inner())
    }
    for (all, most) in on_both(|| work(2)) {
        assert_eq!(all, (0..20).collect::<Vec<_>>());
        assert!((1..=3).contains(&most), "{most}");
    }
}

#[test]
fn many_calls() {
    const CALLS: u32 = if cfg!(miri) { 50 } else { 100_000 };
    #[scoped]
    async fn work() -> bool {
        let all = join_all!((0..CALLS).map(std::future::ready));
        let limited = try_join_all!((0..CALLS).map(|n| async move { Ok::<_, ()>(n) }), limit = 8);
        Ok(&all) == limited.as_ref() && all.len() == CALLS as usize
    }
    assert_eq!(on_both(work), [true, true]);
}

#[test]
fn a_limit_of_nothing_panics_where_it_is_written() {
    #[scoped]
    async fn work(limit: usize) -> Vec<u32> {
        join_all!([after(1)], limit = limit)
    }
    assert_eq!(panics_on_both(|| work(0)), ["with a limit of 0 no child would ever run"; 2]);
}

#[test]
fn a_panic_stops_the_others_and_travels_when_they_have_unwound() {
    #[scoped]
    async fn work(log: Log) {
        let _local = log.on_drop("local");
        let calls: Vec<BoxScoped<'_, u32>> = vec![
            scope!(async {
                let _gone = log.on_drop("other gone");
                pending().await
            })
            .boxed(),
            scope!(async {
                yield_now().await;
                panic!("one of many")
            })
            .boxed(),
        ];
        let _ = join_all!(calls);
        log.add("never");
    }
    let log = Log::new();
    assert_eq!(panics_on_both(|| work(log.clone())), ["one of many"; 2]);
    assert_eq!(log.count("never"), 0);
    assert_eq!(log.count("local"), 2);
}

#[rejoin::test(paused)]
async fn each_word_is_a_point_and_unwinds_all() {
    let log = Log::new();
    let limit = Duration::from_millis(5);
    scope!(async { join_all!((0..3).map(|n| waits(&log, n))) }).timeout(limit).await.unwrap_err();
    scope!(async { try_join_all!((3..6).map(|n| waits(&log, n)), limit = 3) })
        .timeout(limit)
        .await
        .unwrap_err();
    scope!(async { race_ok!((6..9).map(|n| waits(&log, n))) }).timeout(limit).await.unwrap_err();
    for n in 0..9 {
        assert_eq!(log.count(&format!("{n} gone")), 1);
    }
}

#[rejoin::test(paused)]
async fn nothing_is_started_in_a_cancelled_scope() {
    let log = Log::new();
    let call = scope!(async {
        defer!({
            log.add("clean-up");
        });
        pending::<()>().await;
        let _ = join_all!([after(1)]);
        log.add("never");
    });
    call.timeout(Duration::from_millis(1)).await.unwrap_err();
    log.assert_is(&["clean-up"]);
}

#[rejoin::test]
async fn it_may_wait_in_a_clean_up_and_below_one_and_beside_tasks() {
    let log = Log::new();
    let work = scope!(async {
        let task = spawn!(after(3));
        defer!({
            for n in join_all!([after(2), after(1)]) {
                log.add(n);
            }
        });
        let sum: u32 = join_all!([after(1), after(2)]).into_iter().sum();
        let numbers = try_join_all!([odd(1), odd(3)])?;
        log.add(sum + numbers.len() as u32);
        Ok::<_, String>(task.await)
    });
    assert_eq!(work.await, Ok(3));
    log.assert_is(&["5", "2", "1"]);
}

// try_join_all!

#[rejoin::test]
async fn the_values_or_the_first_error() {
    assert_eq!(try_join_all!([odd(5), odd(1), odd(3)]), Ok(vec![5, 1, 3]));
    assert_eq!(try_join_all!([odd(5), odd(2), odd(0)]), Err("0 is even".to_owned()));
    assert_eq!(try_join_all!(Vec::<BoxScoped<'_, Result<u32, String>>>::new()), Ok(vec![]));
}

#[test]
fn the_others_have_unwound_when_the_error_is_there() {
    #[scoped]
    async fn work() -> (Result<Vec<u32>, String>, Vec<String>) {
        let log = Log::new();
        let calls = vec![waits(&log, 1), odd(2).boxed(), waits(&log, 2)];
        let result = try_join_all!(calls);
        (result, log.entries())
    }
    for (result, mut entries) in on_both(work) {
        entries.sort();
        assert_eq!(result, Err("2 is even".to_owned()));
        assert_eq!(entries, ["1 gone", "2 gone"]);
    }
}

#[rejoin::test]
async fn its_question_mark_leaves_the_function() {
    #[scoped]
    async fn sum(numbers: &[u32]) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        let beside = spawn!(after(1));
        let numbers = try_join_all!(numbers.iter().map(|n| odd(*n)), limit = 2)?;
        Ok(numbers.into_iter().sum::<u32>() + beside.await)
    }
    assert_eq!(sum(&[1, 3]).await.unwrap(), 5);
    assert_eq!(sum(&[1, 2]).await.unwrap_err().to_string(), "2 is even");
}

#[rejoin::test]
async fn with_a_limit_nothing_is_started_after_an_error() {
    let started = AtomicUsize::new(0);
    let started_now = &started;
    let outcome = try_join_all!(
        (0..10).map(|n| async move {
            started_now.fetch_add(1, Ordering::SeqCst);
            if n == 1 { Err(n) } else { Ok(n) }
        }),
        limit = 1
    );
    assert_eq!((outcome, started.into_inner()), (Err(1), 2));
}

#[test]
fn later_errors_are_events() {
    #[derive(Debug)]
    struct Noted;
    #[scoped]
    async fn fails() -> Result<(), Noted> {
        // Goes on although the first has failed, to fail as well.
        scope!(yield_now()).shield().await;
        Err(Noted)
    }
    #[scoped]
    async fn work() -> bool {
        try_join_all!([fails(), fails(), fails()]).is_err()
    }
    record_events();
    assert_eq!(on_both(work), [true, true]);
    let lost = all_events(EventKind::LostError);
    assert_eq!(lost.iter().filter(|text| text.contains("Noted")).count(), 4);
}

#[rejoin::test]
async fn errors_and_values_may_borrow() {
    let words = ["one".to_owned(), "two".to_owned()];
    let find = |wanted: &'static str| {
        words
            .iter()
            .map(move |word| async move { if word == wanted { Err(word) } else { Ok(word.as_str()) } })
    };
    assert_eq!(try_join_all!(find("two")), Err(&words[1]));
    assert_eq!(try_join_all!(find("none")), Ok(vec!["one", "two"]));
    assert_eq!(race_ok!(find("one")), Ok("two"));
}

// race_ok!

#[test]
fn the_first_success_wins_and_the_others_have_unwound() {
    #[scoped]
    async fn work() -> (Result<u32, Vec<String>>, Vec<String>) {
        let log = Log::new();
        let calls = vec![waits(&log, 1), odd(0).boxed(), odd(5).boxed(), waits(&log, 2)];
        let result = race_ok!(calls);
        (result, log.entries())
    }
    for (result, mut entries) in on_both(work) {
        entries.sort();
        assert_eq!(result, Ok(5));
        assert_eq!(entries, ["1 gone", "2 gone"]);
    }
}

#[rejoin::test]
async fn all_errors_are_in_the_order_of_the_calls() {
    assert_eq!(
        race_ok!([odd(6), odd(0), odd(2)]),
        Err(vec!["6 is even".to_owned(), "0 is even".to_owned(), "2 is even".to_owned()])
    );
    assert_eq!(race_ok!(Vec::<BoxScoped<'_, Result<u32, String>>>::new()), Err(vec![]));
}

#[rejoin::test]
async fn the_clean_up_of_a_loser_has_run_and_knows_why() {
    let log = Log::new();
    let slow = scope!(async {
        defer!({
            yield_now().await;
            log.add(format!("{:?}", rejoin::current().reason()));
        });
        pending::<Result<u32, String>>().await
    });
    let calls = vec![slow.boxed(), odd(3).boxed()];
    assert_eq!(race_ok!(calls), Ok(3));
    log.assert_is(&["Some(Lost)"]);
}

#[test]
fn a_panic_of_a_loser_travels() {
    #[scoped]
    async fn work() -> Result<u32, Vec<String>> {
        let log = Log::new();
        let loser = scope!(async {
            defer!({
                if log.count("never") == 0 {
                    panic!("in the clean-up of a loser")
                }
            });
            pending().await
        });
        race_ok!(vec![loser.boxed(), odd(3).boxed()])
    }
    assert_eq!(panics_on_both(work), ["in the clean-up of a loser"; 2]);
}

#[rejoin::test(paused)]
async fn a_winner_is_not_lost_for_a_cancellation_that_comes_while_the_losers_unwind() {
    let loser = scope!(async {
        defer!({ tokio::time::sleep(Duration::from_millis(50)).await });
        pending().await
    });
    let race = scope!(async { race_ok!(vec![loser.boxed(), odd(3).boxed()]) });
    assert_eq!(race.timeout(Duration::from_millis(10)).await.unwrap(), Ok(3));
}

#[test]
fn a_runtime_that_goes_away_ends_the_words() {
    #[scoped]
    async fn work(log: Log) {
        defer!({ log.add("left") });
        let _ = join_all!((0..3).map(|n| waits(&log, n)));
        log.add("never");
    }
    let log = Log::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let other = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut root = Box::pin(rejoin::run(work(log.clone())));
    // Polled once in a runtime that then goes away with the children.
    runtime.block_on(async {
        tokio::select! {
            biased;
            _ = &mut root => panic!("it waits for ever"),
            () = yield_now() => {}
        }
    });
    drop(runtime);
    other.block_on(root).unwrap_err();
    assert_eq!((log.count("left"), log.count("never")), (1, 0));
}
