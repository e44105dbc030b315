//! Cancellation points.

use std::future::{pending, poll_fn, ready};
use std::task::Poll;
use std::time::Duration;

use rejoin::{Canceller, prelude::*};
use rejoin_tests::Log;
use tokio::task::yield_now;

/// Ready at its first poll; cancels while it is being polled.
fn ready_while_cancelled<'a>(stop: &'a Canceller, log: &'a Log) -> impl Future<Output = u32> + 'a {
    poll_fn(move |_| {
        stop.cancel("now");
        log.add("polled");
        Poll::Ready(1)
    })
}

#[rejoin::test]
async fn a_produced_value_is_delivered_and_the_next_await_unwinds() {
    let (stop, log) = (Canceller::new(), Log::new());
    let call = scope!(async {
        let value = ready_while_cancelled(&stop, &log).await;
        log.add(format!("got {value}"));
        ready(()).await;
        log.add("never");
    });
    call.cancel_on(&stop).await.unwrap_err();
    log.assert_is(&["polled", "got 1"]);
}

#[rejoin::test]
async fn before_the_future_is_polled_the_scope_is_checked() {
    let (stop, log) = (Canceller::new(), Log::new());
    let call = scope!(async {
        stop.cancel("early");
        log.add("still in one's own code");
        ready_while_cancelled(&stop, &log).await;
        log.add("never");
    });
    call.cancel_on(&stop).await.unwrap_err();
    log.assert_is(&["still in one's own code"]);
}

#[rejoin::test]
async fn while_it_waits_cancellation_wakes_it() {
    let stop = Canceller::new();
    let waiting = spawn!(scope!(pending::<()>()).cancel_on(&stop));
    yield_now().await;
    stop.cancel("enough");
    waiting.await.unwrap_err();
}

#[rejoin::test]
async fn a_scoped_callee_has_its_own_points() {
    #[scoped]
    async fn callee(stop: &Canceller, log: &Log) {
        stop.cancel("by the callee");
        log.add("callee before its await");
        ready(()).await;
        log.add("never");
    }
    let (stop, log) = (Canceller::new(), Log::new());
    let call = scope!(async {
        callee(&stop, &log).await;
        log.add("never");
    });
    call.cancel_on(&stop).await.unwrap_err();
    log.assert_is(&["callee before its await"]);
}

#[scoped]
async fn number(n: u32) -> Result<u32, String> {
    yield_now().await;
    if n < 10 { Ok(n) } else { Err(format!("{n} is too big")) }
}

#[rejoin::test]
async fn awaits_in_well_known_macros_are_points() {
    let task = spawn!(number(4));
    let text = format!("{} {two}", number(1).await.unwrap(), two = number(2).await.unwrap());
    assert_eq!(text, "1 2");
    assert!(number(3).await.is_ok(), "lazy");
    assert_eq!(task.await, Ok(4));
    assert!(matches!(number(5).await, Ok(n) if n == 5));
    let list = vec![number(6).await, number(7).await];
    assert_eq!(list.len(), 2);
    assert_eq!(vec![number(8).await.unwrap(); 2], [8, 8]);
    let mut out = String::new();
    {
        use std::fmt::Write as _;
        write!(out, "{:?}", number(9).await).unwrap();
    }
    assert_eq!(out, "Ok(9)");
}

#[rejoin::test]
async fn an_await_in_a_macro_is_cut() {
    let log = Log::new();
    let call = scope!(async {
        log.add(format!("{}", pending::<u32>().await));
    });
    call.timeout(Duration::ZERO).await.unwrap_err();
    log.assert_is(&[]);
}

#[rejoin::test]
async fn arguments_of_macros_are_evaluated_in_order_and_once() {
    let log = Log::new();
    let step = |n: u32| {
        log.add(n);
        n
    };
    let name = String::from("kept");
    let text = format!("{} {} {} {name} {}", step(1), scope!(async { step(2) }).await, step(3), name);
    assert_eq!(text, "1 2 3 kept kept");
    assert_eq!(name, "kept");
    log.assert_is(&["1", "2", "3"]);
}

#[rejoin::test]
async fn handlers_of_select_are_code_of_the_function() {
    #[scoped]
    async fn choose(log: &Log) -> Result<u32, String> {
        let task = spawn!(number(1));
        let mut rounds = 0;
        loop {
            tokio::select! {
                biased;
                () = ready(()), if rounds < 2 => {
                    rounds += number(1).await?;
                    continue;
                }
                Some(mut n) = ready(Some(5_u32)), if rounds == 2 => {
                    n += 1;
                    rounds = n;
                }
                else => break,
            }
            log.add(rounds);
        }
        Ok(task.await? + rounds)
    }
    let log = Log::new();
    assert_eq!(choose(&log).await, Ok(7));
    log.assert_is(&["6"]);
}

#[rejoin::test]
async fn an_error_in_a_handler_of_select_joins_the_tasks() {
    #[scoped]
    async fn choose(log: &Log) -> Result<u32, String> {
        let task = spawn!(async {
            let _gone = log.on_drop("task gone");
            pending::<u32>().await
        });
        tokio::select! {
            _ = yield_now() => { number(10).await?; }
        }
        Ok(task.await)
    }
    let log = Log::new();
    assert_eq!(choose(&log).await, Err("10 is too big".to_owned()));
    log.assert_is(&["task gone"]);
}

#[rejoin::test]
async fn select_and_join_of_tokio_are_points() {
    let log = Log::new();
    let select = scope!(async {
        tokio::select! { () = pending() => log.add("never"), () = pending() => log.add("never") }
    });
    select.timeout(Duration::ZERO).await.unwrap_err();
    let join = scope!(async {
        tokio::join!(pending::<()>(), ready(()));
        log.add("never");
    });
    join.timeout(Duration::ZERO).await.unwrap_err();
    log.assert_is(&[]);
}

#[rejoin::test]
async fn an_await_nobody_can_see_is_cut_too() {
    macro_rules! hidden {
        () => {
            pending::<()>().await
        };
    }
    let log = Log::new();
    let call = scope!(async {
        let _gone = log.on_drop("gone");
        hidden!();
        log.add("never");
    });
    call.timeout(Duration::ZERO).await.unwrap_err();
    log.assert_is(&["gone"]);
}

#[rejoin::test]
async fn closures_and_ordinary_async_blocks_are_left_alone() {
    let later = async {
        yield_now().await;
        1
    };
    let double = |n: u32| n * 2;
    let sum: u32 = [1, 2].iter().map(|n| double(*n)).sum();
    assert_eq!(later.await + sum, 7);
}
