//! Cancellation points.

use std::future::{pending, poll_fn, ready};
use std::task::Poll;
use std::time::Duration;

use rejoin::{Canceller, prelude::*};
use rejoin_tests::Log;
use tokio::sync::mpsc;
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
    let (stop, log) = (Canceller::new(), Log::new());
    let call = scope!(async {
        let double = |n: u32| n * 2;
        let ordinary = async {
            stop.cancel("inside");
            // No cancellation point, and the `return` leaves the block.
            ready(()).await;
            log.add("goes on");
            if log.entries().len() == 1 {
                return 1;
            }
            2
        };
        let value = ordinary.await;
        log.add(format!("got {}", double(value)));
        ready(()).await;
        log.add("never");
    });
    call.cancel_on(&stop).await.unwrap_err();
    log.assert_is(&["goes on", "got 2"]);
}

#[rejoin::test]
async fn what_was_not_produced_yet_stays_where_it_is() {
    let (stop, (give, mut taken)) = (Canceller::new(), mpsc::channel(1));
    let call = spawn!(async {
        let waits = scope!(async { taken.recv().await });
        waits.cancel_on(&stop).await.map_err(drop)
    });
    yield_now().await;
    give.try_send(1).unwrap();
    stop.cancel("before the message was looked at");
    assert_eq!(call.await, Err(()));
    assert_eq!(taken.try_recv(), Ok(1));
}

#[rejoin::test]
async fn awaiting_a_scoped_call_passes_the_scope_on_and_is_no_point_itself() {
    #[scoped]
    async fn callee(log: &Log) -> u32 {
        log.add("callee");
        1
    }
    #[scoped]
    async fn waits(log: &Log) {
        log.add("callee with a point");
        ready(()).await;
        log.add("never");
    }
    let (stop, log) = (Canceller::new(), Log::new());
    let call = scope!(async {
        stop.cancel("before the calls");
        let value = callee(&log).await;
        log.add(format!("got {value}"));
        waits(&log).await;
        log.add("never");
    });
    call.cancel_on(&stop).await.unwrap_err();
    log.assert_is(&["callee", "got 1", "callee with a point"]);
}

/// Ready, and never asked for its value in a cancelled scope.
async fn asked(log: &Log) -> bool {
    log.add("asked");
    true
}

#[rejoin::test]
#[expect(clippy::dbg_macro, reason = "one of the macros in question")]
async fn each_of_the_well_known_macros_has_points() {
    use std::fmt::Write as _;
    // Cancelled from the beginning: a macro that was not looked into would poll what it awaits.
    let (stop, log) = (&Canceller::new(), &Log::new());
    stop.cancel("before it began");
    let mut out = String::new();
    let calls: Vec<(&str, BoxScoped<'_, ()>)> = vec![
        ("write", scope!(async { write!(out, "{}", asked(log).await).unwrap() }).boxed()),
        ("print", scope!(async { print!("{}", asked(log).await) }).boxed()),
        ("println", scope!(async { println!("{}", asked(log).await) }).boxed()),
        ("eprintln", scope!(async { eprintln!("{}", asked(log).await) }).boxed()),
        ("format", scope!(async { drop(format!("{}", asked(log).await)) }).boxed()),
        ("assert", scope!(async { assert!(asked(log).await, "is true") }).boxed()),
        ("assert_eq", scope!(async { assert_eq!(asked(log).await, true) }).boxed()),
        ("assert_ne", scope!(async { assert_ne!(asked(log).await, false) }).boxed()),
        ("debug_assert", scope!(async { debug_assert!(asked(log).await) }).boxed()),
        ("vec", scope!(async { drop(vec![asked(log).await]) }).boxed()),
        ("matches", scope!(async { assert!(matches!(Some(asked(log).await), Some(true))) }).boxed()),
        ("dbg", scope!(async { assert!(dbg!(asked(log).await)) }).boxed()),
    ];
    for (name, call) in calls {
        let outcome = call.cancel_on(stop).await;
        assert!(outcome.is_err(), "{name}");
    }
    log.assert_is(&[]);
}

#[rejoin::test]
async fn the_branches_of_select_and_join_are_not_polled_in_a_cancelled_scope() {
    let (stop, log) = (&Canceller::new(), &Log::new());
    stop.cancel("before it began");
    let calls: Vec<(&str, BoxScoped<'_, ()>)> = vec![
        (
            "select",
            scope!(async {
                tokio::select! { _ = asked(log) => {} }
            })
            .boxed(),
        ),
        (
            "select with an exit",
            scope!(async {
                tokio::select! { found = asked(log) => if found { return } }
                log.add("never");
            })
            .boxed(),
        ),
        (
            "join",
            scope!(async {
                let both = tokio::join!(asked(log), asked(log));
                assert!(both.0 && both.1);
            })
            .boxed(),
        ),
        (
            "try_join",
            scope!(async {
                let outcome = tokio::try_join!(async { Ok::<_, ()>(asked(log).await) });
                assert!(outcome.is_ok());
            })
            .boxed(),
        ),
        ("join in a macro", scope!(async { assert_eq!(tokio::join!(asked(log)), (true,)) }).boxed()),
    ];
    for (name, call) in calls {
        assert!(call.cancel_on(stop).await.is_err(), "{name}");
    }
    log.assert_is(&[]);
}
