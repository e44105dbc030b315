//! `join!`, `try_join!` and `race!`.

use std::future::{pending, ready};
use std::time::Duration;

use rejoin::{EventKind, Reason, prelude::*};
use rejoin_tests::{Log, events, on_both, panics_on_both, record_events};
use tokio::sync::{Notify, mpsc};
use tokio::task::yield_now;
use tokio::time::sleep;

#[scoped]
async fn after(polls: u32) -> u32 {
    for _ in 0..polls {
        yield_now().await;
    }
    polls
}

/// Unwinds slowly, and has a task that does, too.
#[scoped]
async fn slow_to_unwind(log: &Log, name: &str) {
    defer!({
        for _ in 0..3 {
            yield_now().await;
        }
        log.add(format!("{name} unwound"));
    });
    let task = spawn!(async {
        defer!({
            yield_now().await;
            log.add(format!("task of {name} unwound"));
        });
        pending::<()>().await
    });
    task.await
}

#[scoped]
async fn fails(polls: u32) -> Result<u32, String> {
    after(polls).await;
    Err(format!("after {polls}"))
}

#[rejoin::test]
async fn join_gives_all_values_in_order() {
    let number = 5;
    let task = spawn!(async { number + 1 });
    let (a, b, c, d) = join!(after(3), ready(number), task, async { after(1).await + number });
    assert_eq!((a, b, c, d), (3, 5, 6, 6));
    let (one,) = join!(after(1));
    assert_eq!(one, 1);
}

#[rejoin::test]
async fn join_runs_its_branches_concurrently() {
    let notify = Notify::new();
    let ((), text) = join!(notify.notified(), async {
        notify.notify_one();
        "told"
    });
    assert_eq!(text, "told");
}

#[scoped]
async fn joined(log: &Log) {
    let _local = log.on_drop("local of the function");
    join!(slow_to_unwind(log, "first"), slow_to_unwind(log, "second"));
}

#[rejoin::test(paused)]
async fn a_cancelled_join_unwinds_every_branch_before_the_body() {
    let log = Log::new();
    let late = joined(&log).timeout(Duration::from_millis(5)).await;
    assert_eq!(late.map_err(|cancelled| cancelled.reason().clone()), Err(Reason::Deadline));
    log.assert_order(&["task of first unwound", "first unwound", "local of the function"]);
    log.assert_order(&["task of second unwound", "second unwound", "local of the function"]);
}

#[rejoin::test]
async fn a_join_that_ends_although_it_is_cancelled_gives_its_values() {
    let source = rejoin::Canceller::new();
    let call = scope!(async {
        let (a, b) = join!(
            async {
                source.cancel("now");
                1
            },
            ready(2)
        );
        a + b
    });
    assert_eq!(call.cancel_on(&source).await.ok(), Some(3));
}

#[test]
fn a_panic_of_a_branch_travels_when_the_others_have_unwound() {
    let log = Log::new();
    let make = || {
        let log = log.clone();
        scope!(async move {
            defer!({ log.add("clean-up") });
            join!(slow_to_unwind(&log, "other"), async {
                after(2).await;
                panic!("in the branch")
            });
        })
    };
    assert_eq!(panics_on_both(make), ["in the branch", "in the branch"]);
    assert_eq!(&log.entries()[..3], ["task of other unwound", "other unwound", "clean-up"]);
}

#[rejoin::test]
async fn two_panics_of_branches_are_one_that_travels_and_one_event() {
    record_events();
    let call = scope!(async {
        join!(async { panic!("first one") }, async {
            let _late = OnUnwind;
            pending::<()>().await
        })
    });
    struct OnUnwind;
    impl Drop for OnUnwind {
        fn drop(&mut self) {
            panic!("second one of a join");
        }
    }
    let panicked = call.catch_panic().await.map(|_: ((), ())| ()).unwrap_err();
    assert!(["first one", "second one of a join"].contains(&panicked.message().unwrap_or_default()));
    let lost = rejoin_tests::all_events(EventKind::LostPanic);
    let seen = |text: &str| lost.iter().any(|lost| lost.contains(text));
    assert!(panicked.message() != Some("first one") || seen("second one of a join"), "{lost:?}");
}

#[rejoin::test]
async fn try_join_gives_the_values_or_the_first_error() {
    let good = try_join!(async { Ok::<_, String>(1) }, async { Ok(2) });
    assert_eq!(good, Ok((1, 2)));
    let log = Log::new();
    let bad = try_join!(fails(2), async {
        slow_to_unwind(&log, "sibling").await;
        Ok(1)
    });
    assert_eq!(bad, Err("after 2".to_owned()));
    log.assert_is(&["task of sibling unwound", "sibling unwound"]);
}

#[scoped]
async fn question_mark_behind_try_join() -> Result<u32, String> {
    let (a, b) = try_join!(async { Ok::<u32, String>(1) }, fails(1))?;
    Ok(a + b)
}

#[rejoin::test]
async fn try_join_with_a_question_mark_leaves_the_function() {
    assert_eq!(question_mark_behind_try_join().await, Err("after 1".to_owned()));
}

#[rejoin::test]
async fn try_join_takes_tasks_and_stops_the_one_that_waits() {
    let log = Log::new();
    let failing = spawn!(fails(1));
    let waiting = spawn!(async {
        let _gone = log.on_drop("task gone");
        pending::<Result<u32, String>>().await
    });
    let outcome = try_join!(waiting, failing);
    log.assert_is(&["task gone"]);
    assert_eq!(outcome, Err("after 1".to_owned()));
}

#[rejoin::test(paused)]
async fn a_late_error_of_try_join_is_an_event() {
    record_events();
    late_error().await;
    assert_eq!(events(EventKind::LostError, "late_error").len(), 1);
}

#[scoped]
async fn late_error() {
    let both = try_join!(fails(1), async {
        let call = scope!(async {
            let _: Result<(), _> = scope!(pending::<()>()).timeout(Duration::from_millis(20)).await;
        });
        call.shield().await;
        Err::<(), _>("late".to_owned())
    });
    assert_eq!(both, Err("after 1".to_owned()));
}

#[rejoin::test]
async fn losers_have_unwound_before_the_handler_runs() {
    let log = Log::new();
    race! {
        () = slow_to_unwind(&log, "loser") => log.add("wrong"),
        n = after(4) => log.add(format!("handler {n}")),
    }
    log.assert_is(&["task of loser unwound", "loser unwound", "handler 4"]);
}

#[rejoin::test]
async fn a_loser_is_cancelled_because_it_has_lost() {
    let mut why = None;
    race! {
        biased;
        () = async {
            defer!({ why = rejoin::current().reason() });
            pending().await
        } => {},
        _ = after(1) => {},
    }
    assert_eq!(why, Some(Reason::Lost));
}

#[rejoin::test(paused)]
async fn a_loser_that_ends_in_the_same_poll_has_its_value_dropped() {
    let log = Log::new();
    let winner = race! {
        biased;
        n = ready(1) => { log.add("handler"); n }
        _value = async { log.on_drop("value of the loser") } => 2,
    };
    assert_eq!(winner, 1);
    // Never started: it was behind.
    log.assert_is(&["handler"]);
    let stubborn = scope!(async { sleep(Duration::from_millis(5)).await }).shield();
    race! {
        biased;
        _value = async {
            stubborn.await;
            log.on_drop("value of the loser")
        } => {}
        _ = after(1) => log.add("second handler"),
    }
    log.assert_is(&["handler", "value of the loser", "second handler"]);
}

#[rejoin::test]
async fn a_pattern_that_does_not_match_disables_its_branch() {
    let (sender, mut receiver) = mpsc::channel::<u32>(1);
    drop(sender);
    let picked = race! {
        Some(n) = receiver.recv() => n,
        n = after(3) => n + 100,
    };
    assert_eq!(picked, 103);
    let group = task_group!();
    let empty = race! {
        Some(n) = group.next() => n,
        else => 7,
    };
    assert_eq!(empty, 7);
    group.spawn(after(2));
    let next = race! {
        Some(n) = group.next() => n,
        else => 7,
    };
    assert_eq!(next, 2);
    group.stop().await;
}

#[rejoin::test]
async fn a_condition_that_does_not_hold_disables_its_branch() {
    let no = false;
    let picked = race! {
        biased;
        n = ready(1), if no => n,
        n = after(2), if !no => n,
    };
    assert_eq!(picked, 2);
}

#[rejoin::test]
async fn a_task_whose_condition_does_not_hold_is_stopped() {
    let log = Log::new();
    let task = spawn!(async {
        defer!({
            yield_now().await;
            log.add("task unwound")
        });
        pending::<()>().await
    });
    yield_now().await;
    race! {
        () = task, if log.entries().len() > 5 => {},
        _ = after(1) => log.add("handler"),
    }
    log.assert_is(&["task unwound", "handler"]);
}

#[test]
fn without_an_else_it_panics_when_no_branch_is_left() {
    let make = || {
        scope!(async {
            race! {
                Some(n) = ready(None::<u32>) => assert_eq!(n, 1),
            }
        })
    };
    let [text, _] = panics_on_both(make);
    assert!(text.contains("no `else`"), "{text}");
}

#[rejoin::test]
async fn a_taken_task_that_loses_is_stopped_and_its_borrow_ends() {
    let mut numbers = vec![1];
    let log = Log::new();
    let task = spawn!(async {
        let _gone = log.on_drop("task gone");
        numbers.push(2);
        pending::<()>().await
    });
    race! {
        () = task => {},
        _ = after(5) => log.add("handler"),
    }
    numbers.push(3);
    assert_eq!(numbers, [1, 2, 3]);
    log.assert_is(&["task gone", "handler"]);
}

#[rejoin::test]
async fn a_taken_task_that_wins_gives_its_value() {
    let task = spawn!(after(2));
    let picked = race! {
        n = task => n,
        () = pending() => 0,
    };
    assert_eq!(picked, 2);
}

#[rejoin::test]
async fn a_watched_task_stays_as_it_is() {
    let task = spawn!(after(6));
    race! {
        _ = &task => panic!("too early"),
        _ = after(1) => {},
    }
    race! {
        () = &task => {},
        () = pending() => {},
    }
    assert_eq!(task.await, 6);
}

#[scoped]
async fn handlers(which: u32) -> Result<u32, String> {
    let log = Log::new();
    let task = spawn!(async {
        let _gone = log.on_drop("task gone");
        pending::<()>().await
    });
    loop {
        race! {
            biased;
            error = fails(1), if which == 1 => { error?; }
            n = after(1), if which == 2 => { task.cancel(); return Ok(n) }
            _ = after(1), if which == 3 => break,
            _ = after(1), if which == 4 => { log.add("once"); if log.count("once") < 2 { continue } break }
        }
    }
    task.cancel();
    Ok(100 + u32::try_from(log.count("once")).unwrap_or_default())
}

#[rejoin::test]
async fn handlers_are_code_of_the_function() {
    assert_eq!(handlers(1).await, Err("after 1".to_owned()));
    assert_eq!(handlers(2).await, Ok(1));
    assert_eq!(handlers(3).await, Ok(100));
    assert_eq!(handlers(4).await, Ok(102));
}

#[rejoin::test(paused)]
async fn a_cancelled_race_unwinds_every_branch_and_runs_no_handler() {
    let log = Log::new();
    let call = scope!(async {
        race! {
            () = slow_to_unwind(&log, "one") => log.add("handler"),
            () = slow_to_unwind(&log, "two") => log.add("handler"),
        }
        log.add("behind");
    });
    assert!(call.timeout(Duration::from_millis(3)).await.is_err());
    assert_eq!(log.count("handler") + log.count("behind"), 0);
    log.assert_order(&["task of one unwound", "one unwound"]);
    log.assert_order(&["task of two unwound", "two unwound"]);
}

#[rejoin::test]
async fn a_race_that_is_cancelled_while_losers_unwind_gives_its_value() {
    let source = rejoin::Canceller::new();
    let log = Log::new();
    let call = scope!(async {
        race! {
            biased;
            () = async {
                defer!({ source.cancel("in the middle"); yield_now().await });
                pending().await
            } => {},
            n = after(1) => log.add(format!("handler {n}")),
        }
        yield_now().await;
        log.add("behind");
    });
    let cancelled = call.cancel_on(&source).await.unwrap_err();
    assert_eq!(cancelled.reason(), &Reason::Requested("in the middle".into()));
    log.assert_is(&["handler 1"]);
}

#[test]
fn a_panic_of_a_child_in_a_taken_task_ends_the_function() {
    let make = || {
        scope!(async {
            let task = spawn!(async {
                if true {
                    panic!("in the task")
                }
            });
            race! {
                () = task => {},
                () = pending() => {},
            }
        })
    };
    assert_eq!(panics_on_both(make), ["in the task", "in the task"]);
}

#[rejoin::test]
async fn a_question_mark_in_an_operand_leaves_a_taken_task_to_be_joined() {
    async fn none() -> Option<u32> {
        None
    }
    #[scoped]
    async fn leaves(log: &Log) -> Option<u32> {
        let task = spawn!(async {
            defer!({
                yield_now().await;
                log.add("task unwound")
            });
            pending::<u32>().await
        });
        yield_now().await;
        let (a, b) = join!(task, ready(none().await?));
        Some(a + b)
    }
    let log = Log::new();
    assert_eq!(leaves(&log).await, None);
    log.assert_is(&["task unwound"]);
}

#[rejoin::test]
async fn branches_take_turns() {
    let mut first = 0;
    for _ in 0..200 {
        race! {
            () = ready(()) => first += 1,
            () = ready(()) => {},
        }
    }
    assert!((40..160).contains(&first), "{first} of 200");
    for _ in 0..50 {
        race! {
            biased;
            () = ready(()) => {},
            () = ready(()) => panic!("it is biased"),
        }
    }
}

#[rejoin::test]
async fn patterns_of_every_kind() {
    struct Pair {
        left: u32,
        right: Option<String>,
    }
    let pair = || Pair { left: 1, right: Some("a".to_owned()) };
    let text = race! {
        Pair { left, right: Some(mut text) } = ready(pair()) => { text.push('b'); format!("{left}{text}") }
    };
    assert_eq!(text, "1ab");
    let both = race! {
        whole @ (1 | 2) = ready(2) => whole,
        _ = pending::<()>() => 0,
    };
    assert_eq!(both, 2);
    let nothing = race! {
        Err(text) = ready(Ok::<u32, String>(3)) => text,
        "x" = ready("y") => "x".to_owned(),
        None = ready(Some(1)) => "none".to_owned(),
        ref kept = ready(String::from("kept")) => kept.clone(),
    };
    assert_eq!(nothing, "kept");
}

#[test]
fn they_run_in_both_runtimes() {
    let make = || {
        scope!(async {
            let mut sum = 0;
            let task = spawn!(after(3));
            let (a, b) = join!(task, after(2));
            sum += a + b;
            let group = task_group!();
            for n in 0..100 {
                group.spawn(after(n % 7));
            }
            loop {
                race! {
                    Some(n) = group.next() => sum += n,
                    else => break,
                }
            }
            sum
        })
    };
    let expected: u32 = 5 + (0..100).map(|n| n % 7).sum::<u32>();
    assert_eq!(on_both(make), [expected, expected]);
}
