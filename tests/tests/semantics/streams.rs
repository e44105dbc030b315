//! `rejoin::stream`: work that lives as long as a stream.

use std::future::{pending, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use rejoin::{Reason, ScopedStream, StreamSender, prelude::*};
use rejoin_tests::Log;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;
use tokio::time::sleep;
use tokio_stream::{Stream, StreamExt as _};

fn runtimes() -> [Runtime; 2] {
    [
        Builder::new_current_thread().enable_all().build().unwrap(),
        Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap(),
    ]
}

/// Runs in a task of its own, so that nothing keeps the runtime's first thread.
fn on_each<F: Future<Output: Send> + Send + 'static>(make: impl Fn() -> F) {
    for runtime in runtimes() {
        let task = runtime.spawn(make());
        runtime.block_on(task).unwrap();
    }
}

#[scoped]
async fn counts(to: u32, out: StreamSender<u32>) {
    for number in 0..to {
        out.send(number).await;
    }
}

#[test]
fn it_yields_what_is_sent_and_then_ends() {
    for capacity in [0, 1, 3, 100] {
        on_each(|| async move {
            let stream = rejoin::stream(capacity, |out| counts(10, out));
            let seen: Vec<u32> = stream.map(Result::unwrap).collect().await;
            assert_eq!(seen, (0..10).collect::<Vec<_>>());
        });
    }
}

#[test]
fn it_is_a_stream_that_anybody_may_hold() {
    fn takes(_: impl Stream<Item = Result<u32, Cancelled>> + Send + Unpin + 'static) {}
    takes(rejoin::stream(1, |out| counts(1, out)));
}

#[test]
fn tasks_of_the_call_may_send() {
    #[scoped]
    async fn sends(out: StreamSender<u32>) {
        let group = task_group!();
        for number in 0..10 {
            let out = &out;
            group.spawn(async move {
                yield_now().await;
                out.send(number).await;
            });
        }
        group.join_all().await;
    }
    on_each(|| async {
        let mut seen: Vec<u32> = rejoin::stream(2, sends).map(Result::unwrap).collect().await;
        seen.sort_unstable();
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
    });
}

#[test]
fn a_sender_waits_while_nobody_takes() {
    let log = Log::new();
    on_each(|| {
        let log = log.clone();
        async move {
            let shared = log.clone();
            let mut stream = rejoin::stream(2, |out| {
                scope!(async move {
                    for number in 0..6 {
                        out.send(number).await;
                        shared.add(format_args!("sent {number}"));
                    }
                })
            });
            assert_eq!(stream.next().await.unwrap().unwrap(), 0);
            sleep(Duration::from_millis(5)).await;
            log.add("pause");
            assert_eq!(stream.map(Result::unwrap).collect::<Vec<_>>().await, [1, 2, 3, 4, 5]);
        }
    });
    let once = ["sent 0", "sent 1", "pause", "sent 2", "sent 3", "sent 4", "sent 5"];
    log.assert_is(&[once, once].concat());
}

#[test]
fn it_ends_only_after_the_call_and_all_it_started() {
    let log = Log::new();
    on_each(|| {
        let log = log.clone();
        async move {
            let shared = log.clone();
            let mut stream = rejoin::stream(1, |out| {
                scope!(async move {
                    let scope = rejoin::current();
                    out.send(1).await;
                    drop(out);
                    let log = shared.clone();
                    scope.spawn(async move {
                        sleep(Duration::from_millis(5)).await;
                        log.add("work");
                    });
                    defer!({
                        sleep(Duration::from_millis(1)).await;
                        shared.add("defer");
                    });
                })
            });
            assert_eq!(stream.next().await.unwrap().unwrap(), 1);
            assert!(stream.next().await.is_none());
            log.add("end");
            assert!(stream.next().await.is_none());
        }
    });
    log.assert_is(&["defer", "work", "end", "defer", "work", "end"]);
}

#[test]
fn dropping_it_abandons_the_root() {
    let log = Log::new();
    on_each(|| {
        let log = log.clone();
        async move {
            let shared = log.clone();
            let mut stream = rejoin::stream(1, |out| {
                scope!(async move {
                    defer!({
                        sleep(Duration::from_millis(1)).await;
                        // Nobody takes it: dropped.
                        out.send(2).await;
                        out.send(3).await;
                        shared.add(format_args!("{:?}", rejoin::current().reason().unwrap()));
                    });
                    let task = spawn!(async {
                        let _gone = shared.on_drop("task gone");
                        out.send(1).await;
                        pending::<()>().await
                    });
                    task.await
                })
            });
            assert_eq!(stream.next().await.unwrap().unwrap(), 1);
            drop(stream);
            rejoin::drain(Duration::from_secs(30)).await.unwrap();
        }
    });
    let once = ["task gone", &format!("{:?}", Reason::Abandoned)];
    log.assert_is(&[once, once].concat());
}

#[test]
fn the_scope_it_was_made_in_waits_until_it_has_unwound() {
    let log = Log::new();
    on_each(|| {
        let log = log.clone();
        async move {
            let shared = log.clone();
            let call = scope!(async move {
                let mut stream = rejoin::stream(1, |out| {
                    scope!(async move {
                        defer!({
                            sleep(Duration::from_millis(5)).await;
                            shared.add("unwound");
                        });
                        out.send(rejoin::current().name().map(String::from)).await;
                        pending::<()>().await
                    })
                });
                assert_eq!(stream.next().await.unwrap().unwrap().as_deref(), Some("around"));
            });
            rejoin::run(call.named("around")).await.unwrap();
            log.add("scope ended");
        }
    });
    log.assert_is(&["unwound", "scope ended", "unwound", "scope ended"]);
}

/// As the body of a response does, whose handler has ended by then.
#[test]
fn one_that_outlives_the_scope_it_was_made_in_belongs_to_the_scope_around() {
    on_each(|| async {
        let (give, given) = oneshot::channel();
        let handler = scope!(async {
            rejoin::stream(1, |out| {
                scope!(async move {
                    out.send(rejoin::current().value::<u32>().unwrap_or_default()).await;
                    rejoin::shutting_down().await;
                    out.send(8).await;
                    pending::<()>().await;
                })
            })
        });
        let server = scope!(async move {
            let stream = rejoin::run(handler.with_value(7_u32)).await.unwrap();
            give.send((rejoin::current(), stream)).unwrap_or_else(|_| panic!("the test waits"));
            pending::<()>().await;
        });
        let server = tokio::spawn(rejoin::run(server));
        let (scope, mut stream) = given.await.unwrap();
        assert_eq!(stream.next().await.unwrap().unwrap(), 7);
        let shutdown = tokio::spawn(scope.shutdown(Duration::from_millis(20)));
        assert_eq!(stream.next().await.unwrap().unwrap(), 8);
        assert_eq!(stream.next().await.unwrap().unwrap_err().reason(), &Reason::Shutdown);
        assert!(stream.next().await.is_none());
        shutdown.await.unwrap().unwrap_err();
        server.await.unwrap().unwrap_err();
        assert!(rejoin::drain(Duration::from_secs(30)).await.is_ok());
    });
}

/// A stream that was cut must not look like one that is complete.
#[test]
fn a_cancelled_one_ends_with_an_error_after_what_was_sent() {
    on_each(|| async {
        let stop = rejoin::Canceller::new();
        let stopped = stop.clone();
        let (give, given) = oneshot::channel();
        let call = scope!(async move {
            let stream = rejoin::stream(4, |out| {
                scope!(async move {
                    out.send(1).await;
                    out.send(2).await;
                    stopped.cancel("enough");
                    pending::<()>().await
                })
            });
            give.send(collects(stream)).unwrap();
            pending::<()>().await
        });
        rejoin::run(call.cancel_on(&stop)).await.unwrap().unwrap_err();
        let (seen, error) = given.await.unwrap().await.unwrap();
        assert_eq!(seen, [1, 2]);
        assert_eq!(error.unwrap().reason(), &Reason::Requested("enough".into()));
    });
}

/// As a server does: in a task of its own.
fn collects(
    mut stream: ScopedStream<u32, Cancelled>,
) -> tokio::task::JoinHandle<(Vec<u32>, Option<Cancelled>)> {
    tokio::spawn(async move {
        let mut seen = Vec::new();
        while let Some(item) = stream.next().await {
            match item {
                Ok(number) => seen.push(number),
                Err(cancelled) => {
                    assert!(stream.next().await.is_none());
                    return (seen, Some(cancelled));
                }
            }
        }
        (seen, None)
    })
}

#[test]
fn an_error_of_the_call_is_the_last_item() {
    #[derive(Debug, PartialEq)]
    struct Damaged;
    impl From<Cancelled> for Damaged {
        fn from(_: Cancelled) -> Self {
            Self
        }
    }
    #[scoped]
    async fn fails(out: StreamSender<u32>) -> Result<(), Damaged> {
        out.send(1).await;
        Err(Damaged)
    }
    on_each(|| async {
        let seen: Vec<_> = rejoin::try_stream(1, fails).collect().await;
        assert_eq!(seen, [Ok(1), Err(Damaged)]);
    });
}

#[test]
fn a_panic_of_the_call_surfaces_at_the_poll() {
    let log = Log::new();
    for runtime in runtimes() {
        let log = log.clone();
        let task = runtime.spawn(async move {
            let shared = log.clone();
            let mut stream = rejoin::stream(1, |out| {
                scope!(async move {
                    out.send(1).await;
                    // Made here: the sibling may be stopped before it has begun.
                    let gone = shared.on_drop("sibling gone");
                    let sibling = spawn!(async move {
                        let _gone = gone;
                        pending::<()>().await
                    });
                    let task = spawn!(async { panic!("in the task") });
                    task.await;
                    sibling.await
                })
            });
            assert_eq!(stream.next().await.unwrap().unwrap(), 1);
            let panicked = poll_fn(|cx| {
                let poll = AssertUnwindSafe(|| Pin::new(&mut stream).poll_next(cx));
                match std::panic::catch_unwind(poll) {
                    Ok(polled) => polled.map(|_| None),
                    Err(payload) => Poll::Ready(payload.downcast_ref::<&str>().copied()),
                }
            });
            let text = panicked.await;
            assert!(stream.next().await.is_none(), "it is at its end");
            text
        });
        assert_eq!(runtime.block_on(task).unwrap(), Some("in the task"));
    }
    log.assert_is(&["sibling gone", "sibling gone"]);
}

/// A sender that was given to somebody else keeps no stream open.
#[test]
fn a_sender_that_was_given_away_keeps_it_not_open() {
    on_each(|| async {
        let (give, mut given) = mpsc::channel(1);
        let stream = rejoin::stream(4, |out: StreamSender<u32>| {
            scope!(async move {
                out.send(1).await;
                give.send(out.clone()).await.unwrap();
            })
        });
        assert_eq!(stream.map(Result::unwrap).collect::<Vec<_>>().await, [1]);
        let out = given.recv().await.unwrap();
        // To nobody: it returns.
        out.send(2).await;
    });
}

#[test]
fn one_that_was_never_polled_has_done_nothing() {
    let log = Log::new();
    let shared = log.clone();
    let stream = rejoin::stream(1, |out| {
        scope!(async move {
            shared.add("never");
            out.send(1).await;
        })
    });
    drop(stream.named("export").cleanup(Duration::ZERO));
    log.assert_is(&[]);
}

#[test]
fn waiting_for_the_next_may_be_given_up_at_any_time() {
    on_each(|| async {
        let mut stream = rejoin::stream(1, |out| {
            scope!(async move {
                for number in 0..100_u32 {
                    yield_now().await;
                    out.send(number).await;
                }
            })
        });
        let mut seen = Vec::new();
        loop {
            tokio::select! {
                item = stream.next() => match item {
                    Some(item) => seen.push(item.unwrap()),
                    None => break,
                },
                () = yield_now() => {}
            }
        }
        assert_eq!(seen, (0..100).collect::<Vec<_>>());
    });
}
