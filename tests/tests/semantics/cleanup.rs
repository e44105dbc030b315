//! `defer!`.

use std::future::pending;
use std::time::Duration;

use rejoin::{EventKind, prelude::*};
use rejoin_tests::{Log, events, record_events};
use tokio::task::yield_now;
use tokio::time::sleep;

/// Leaves in each way there is, past two defers.
#[scoped]
async fn leaves(log: &Log, way: u32) -> Result<u32, String> {
    let mut kept = vec!["before"];
    defer!({
        kept.push("outer");
        yield_now().await;
        log.add(kept.join(" "));
    });
    kept.push("region");
    for round in 0..3 {
        let _declared_after = log.on_drop(format!("local {round}"));
        defer!({ log.add(format!("inner {round}")) });
        let _declared_below = log.on_drop(format!("below {round}"));
        yield_now().await;
        macro_rules! hidden_return {
            () => {
                return Ok(40)
            };
        }
        if round == 1 {
            match way {
                0 => {}
                1 => break,
                2 => continue,
                3 => return Ok(30),
                4 => hidden_return!(),
                5 => Err("question mark")?,
                6 => pending::<()>().await,
                _ => panic!("panicked"),
            }
        }
    }
    Ok(1)
}

#[rejoin::test(paused)]
async fn it_runs_however_the_region_was_left() {
    let rounds = |last: u32| -> Vec<String> {
        (0..=last)
            .flat_map(|n| [format!("below {n}"), format!("inner {n}"), format!("local {n}")])
            .chain(["before region outer".to_owned()])
            .collect()
    };
    for way in 0..8 {
        let log = Log::new();
        let outcome = leaves(&log, way).timeout(Duration::from_millis(10)).catch_panic().await;
        let last = match way {
            0 | 2 => 2,
            _ => 1,
        };
        assert_eq!(log.entries(), rounds(last), "way {way}");
        match (way, outcome) {
            (0..=2, Ok(Ok(Ok(1)))) | (3, Ok(Ok(Ok(30)))) | (4, Ok(Ok(Ok(40)))) => {}
            (5, Ok(Ok(Err(text)))) => assert_eq!(text, "question mark"),
            (6, Ok(Err(_))) | (7, Err(_)) => {}
            (way, other) => panic!("way {way}: {other:?}"),
        }
    }
}

struct Transaction<'a>(&'a Log);

impl Transaction<'_> {
    async fn execute(&mut self) -> Result<(), String> {
        yield_now().await;
        self.0.add("executed");
        Err("constraint".to_owned())
    }

    async fn rollback(&mut self) {
        yield_now().await;
        self.0.add("rolled back");
    }
}

#[rejoin::test]
async fn what_was_declared_before_it_is_its_own_to_use_mutably_too() {
    #[scoped]
    async fn work(log: &Log) -> Result<(), String> {
        let mut tx = Transaction(log);
        defer!({ tx.rollback().await });
        tx.execute().await?;
        Ok(())
    }
    let log = Log::new();
    work(&log).await.unwrap_err();
    log.assert_is(&["executed", "rolled back"]);
}

#[rejoin::test]
async fn an_error_of_its_block_becomes_an_event_and_a_question_mark_leaves_the_block() {
    record_events();
    let log = Log::new();
    {
        defer!({
            let number: u32 = "x".parse()?;
            log.add(number);
            Ok::<(), std::num::ParseIntError>(())
        });
        log.add("region");
    }
    log.assert_is(&["region"]);
    let function = "an_error_of_its_block_becomes_an_event_and_a_question_mark_leaves_the_block";
    assert_eq!(events(EventKind::CleanupFailed, function), ["invalid digit found in string"]);
}

#[rejoin::test]
async fn the_errors_of_its_block_may_be_of_several_types_and_need_not_be_named() {
    record_events();
    let log = Log::new();
    for text in ["x", "1", "256"] {
        defer!({
            let wide: u32 = text.parse()?;
            let narrow = u8::try_from(wide)?;
            log.add(narrow);
            Ok(())
        });
    }
    log.assert_is(&["1"]);
    let function = "the_errors_of_its_block_may_be_of_several_types_and_need_not_be_named";
    let texts = ["invalid digit found in string", "out of range integral type conversion attempted"];
    assert_eq!(events(EventKind::CleanupFailed, function), texts);
}

#[rejoin::test(paused)]
async fn it_may_await_and_start_tasks() {
    let log = Log::new();
    let call = scope!(async {
        let n = 1;
        defer!({
            let one = spawn!(async { n + 1 });
            let group = task_group!();
            group.spawn(async { n + 2 });
            log.add(one.await + group.join_all().await[0]);
        });
        pending::<()>().await;
    });
    call.timeout(Duration::from_millis(5)).await.unwrap_err();
    log.assert_is(&["5"]);
}

#[rejoin::test(paused)]
async fn it_runs_in_a_shield() {
    let log = Log::new();
    let call = scope!(async {
        defer!({
            yield_now().await;
            sleep(Duration::from_millis(1)).await;
            log.add("to its end");
        });
        pending::<()>().await;
    });
    call.timeout(Duration::from_millis(5)).await.unwrap_err();
    log.assert_is(&["to its end"]);
}

#[rejoin::test(paused)]
async fn an_overrun_is_dropped_and_reported() {
    record_events();
    let log = Log::new();
    let began = tokio::time::Instant::now();
    {
        defer!(timeout = Duration::from_secs(3), {
            let _gone = log.on_drop("dropped");
            let task = spawn!(async {
                let _gone = log.on_drop("its task, too");
                pending::<()>().await
            });
            task.await;
            log.add("never");
        });
    }
    assert_eq!(began.elapsed(), Duration::from_secs(3));
    {
        defer!({ pending::<()>().await });
    }
    assert_eq!(began.elapsed(), Duration::from_secs(13), "ten seconds where nothing is said");
    log.assert_is(&["its task, too", "dropped"]);
    assert_eq!(events(EventKind::CleanupOverran, "an_overrun_is_dropped_and_reported"), ["3s", "10s"]);
}

#[rejoin::test(paused)]
async fn the_limit_may_come_from_the_root() {
    let began = tokio::time::Instant::now();
    let root = rejoin::run(scope!(async {
        defer!({ pending::<()>().await });
    }));
    record_events();
    root.cleanup(Duration::from_secs(2)).await.unwrap();
    assert_eq!(began.elapsed(), Duration::from_secs(2));
}

#[rejoin::test]
async fn a_task_declared_above_a_defer_ends_after_it() {
    #[scoped]
    async fn parent(log: &Log) -> Result<(), String> {
        let above = spawn!(async {
            let _gone = log.on_drop("above gone");
            pending::<()>().await
        });
        defer!({ log.add("defer") });
        let below = spawn!(async {
            let _gone = log.on_drop("below gone");
            pending::<()>().await
        });
        yield_now().await;
        Err("early")?;
        above.await;
        below.await;
        Ok(())
    }
    let log = Log::new();
    parent(&log).await.unwrap_err();
    log.assert_is(&["below gone", "defer", "above gone"]);
}

#[rejoin::test]
async fn a_task_declared_above_a_defer_may_be_awaited_below_it() {
    let log = Log::new();
    let sum = scope!(async {
        let task = spawn!(async { 1 });
        defer!({ log.add("defer") });
        let value = task.await;
        log.add("awaited");
        value + 1
    });
    assert_eq!(sum.await, 2);
    log.assert_is(&["awaited", "defer"]);
}

#[rejoin::test]
async fn a_value_of_a_block_passes_its_defers() {
    let log = Log::new();
    let value = {
        defer!({ log.add("defer") });
        let text = String::from("value");
        yield_now().await;
        text
    };
    assert_eq!(value, "value");
    let found = loop {
        defer!({ log.add("in the loop") });
        if log.entries().len() == 3 {
            break "found";
        }
    };
    assert_eq!(found, "found");
    log.assert_is(&["defer", "in the loop", "in the loop", "in the loop"]);
}

#[rejoin::test]
async fn a_defer_with_braces() {
    let log = Log::new();
    {
        defer! { log.add("braces"); }
        log.add("region");
    }
    log.assert_is(&["region", "braces"]);
}

#[rejoin::test]
async fn its_code_can_tell_why_it_runs() {
    #[scoped]
    async fn work(log: &Log, waits: bool) {
        defer!({ log.add(format!("{:?}", rejoin::current().reason())) });
        if waits {
            pending::<()>().await
        }
    }
    let log = Log::new();
    work(&log, false).await;
    work(&log, true).timeout(Duration::ZERO).await.unwrap_err();
    log.assert_is(&["None", "Some(Deadline)"]);
}

#[rejoin::test(paused)]
async fn the_clean_up_below_an_overrun_runs_all_the_same() {
    record_events();
    let log = Log::new();
    let began = tokio::time::Instant::now();
    let call = scope!(async {
        let _local = log.on_drop("local");
        defer!({ log.add("first") });
        defer!(timeout = Duration::from_secs(2), { pending::<()>().await });
        defer!({ log.add("third") });
        pending::<()>().await;
    });
    call.timeout(Duration::from_secs(1)).await.unwrap_err();
    log.assert_is(&["third", "first", "local"]);
    assert_eq!(began.elapsed(), Duration::from_secs(3));
}

#[rejoin::test(paused)]
async fn its_limit_counts_although_the_scope_around_it_is_late() {
    let log = Log::new();
    let call = scope!(async {
        defer!({
            // Neither the deadline that has passed nor the one around it is its own.
            let left = rejoin::current().remaining().unwrap();
            log.add(left.as_secs());
            sleep(Duration::from_secs(9)).await;
            log.add("to its end");
        });
        pending::<()>().await;
    });
    call.timeout(Duration::from_secs(1)).await.unwrap_err();
    log.assert_is(&["10", "to its end"]);
}
