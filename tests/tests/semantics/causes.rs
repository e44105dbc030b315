//! Why something was cancelled, and how it is told.

use std::error::Error;
use std::future::pending;
use std::io;
use std::time::Duration;

use rejoin::{Cancelled, Canceller, Reason, prelude::*};
use rejoin_tests::Log;
use tokio::task::yield_now;

/// Adds to the log why its clean-up runs, as often as it is told, with a turn in between.
#[scoped]
async fn tells_why(log: &Log, times: u32) {
    defer!({
        for _ in 0..times {
            match rejoin::current().reason() {
                Some(reason) => log.add(reason),
                None => log.add("not cancelled"),
            }
            for _ in 0..5 {
                yield_now().await;
            }
        }
    });
    pending::<()>().await
}

#[rejoin::test]
async fn the_first_cause_wins() {
    let log = Log::new();
    let group = task_group!();
    group.spawn(tells_why(&log, 3));
    yield_now().await;
    group.cancel_all();
    yield_now().await;
    // As a cause of its own it comes second; what waits for the group is not disturbed by that.
    group.stop().await;
    log.assert_is(&["it was asked to stop (cancel_all)"; 3]);
}

#[rejoin::test]
async fn a_source_that_cancels_twice_is_heard_once() {
    let stop = Canceller::new();
    let call = scope!(async {
        defer!({ stop.cancel("second") });
        stop.cancel("first");
        pending::<()>().await;
    });
    let cancelled = call.cancel_on(&stop).await.unwrap_err();
    assert_eq!(cancelled.reason(), &Reason::Requested("first".into()));
}

#[rejoin::test(paused)]
async fn children_without_a_cause_copy_it_and_others_keep_their_own() {
    let (inner, outer, log) = (Canceller::new(), Canceller::new(), Log::new());
    let call = scope!(async {
        let copies = spawn!(async {
            tells_why(&log, 1).named("nested").timeout(Duration::from_secs(60)).await.map_err(drop)
        });
        let keeps = spawn!(tells_why(&log, 4).cancel_on(&inner));
        yield_now().await;
        yield_now().await;
        inner.cancel("inner");
        yield_now().await;
        outer.cancel("outer");
        copies.await.ok();
        keeps.await.ok();
    });
    let cancelled = call.cancel_on(&outer).await.unwrap_err();
    assert_eq!(cancelled.reason(), &Reason::Requested("outer".into()));
    assert_eq!(log.count("it was asked to stop (inner)"), 4);
    assert_eq!(log.count("it was asked to stop (outer)"), 1);
}

#[rejoin::test]
async fn a_sibling_that_failed_is_named_with_its_site() {
    #[scoped]
    async fn parent(log: &Log) -> Result<(), &'static str> {
        let told = spawn!(tells_why(log, 1));
        let failing = spawn!(async {
            yield_now().await;
            Err("failed")
        }?);
        told.await;
        failing.await
    }
    let log = Log::new();
    parent(&log).await.unwrap_err();
    let [entry] = &log.entries()[..] else { panic!("{log:?}") };
    assert!(entry.starts_with("the task started at `") && entry.ends_with(" failed"), "{entry}");
    assert!(entry.contains("causes.rs:"), "{entry}");
}

#[rejoin::test]
async fn a_root_that_was_dropped_is_abandoned() {
    let log = Log::new();
    let shared = log.clone();
    let mut root = Box::pin(rejoin::run(scope!(async move { tells_why(&shared, 1).await })));
    tokio::select! {
        biased;
        _ = &mut root => unreachable!(),
        () = yield_now() => {}
    }
    drop(root);
    while log.entries().is_empty() {
        yield_now().await;
    }
    log.assert_is(&["nobody waited for it any more"]);
}

#[rejoin::test]
async fn cancelled_prints_as_one_sentence_with_reason_scope_origin_and_await() {
    let line = line!() + 1;
    let late = scope!(async { pending::<()>().await }).timeout(Duration::ZERO);
    let cancelled = late.named("checkout").await.unwrap_err();
    let text = cancelled.to_string();
    assert!(
        text.starts_with("scope `checkout` was cancelled because its deadline passed, as set at "),
        "{text}"
    );
    assert!(text.contains("while it waited at `pending::<()>().await`"), "{text}");
    assert_eq!(text.lines().count(), 1);
    assert_eq!(cancelled.scope(), Some("checkout"));
    assert!(cancelled.origin().file().ends_with("causes.rs"));
    assert_eq!(cancelled.awaiting().unwrap().line(), line);
}

#[rejoin::test]
async fn cancelled_is_found_behind_other_errors() {
    #[derive(Debug)]
    struct Wrapped(io::Error);
    impl std::fmt::Display for Wrapped {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("wrapped")
        }
    }
    impl Error for Wrapped {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }
    fn is_error<E: Error + Clone + Send + Sync + 'static>(_: &E) {}
    let cancelled = scope!(pending::<()>()).timeout(Duration::ZERO).await.unwrap_err();
    is_error(&cancelled);
    let error = io::Error::from(cancelled);
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert!(Cancelled::find(&Wrapped(error)).is_some());
    assert!(Cancelled::find(&io::Error::other("no")).is_none());
}

#[rejoin::test]
async fn a_request_is_told_with_its_text_and_becomes_an_error_of_input_and_output() {
    let stop = Canceller::new();
    let line = line!() + 1;
    stop.cancel("user pressed stop");
    let cancelled = scope!(async { pending::<()>().await }).cancel_on(&stop).await.unwrap_err();
    let text = cancelled.to_string();
    assert!(
        text.starts_with("cancelled because it was asked to stop (user pressed stop), as set at "),
        "{text}"
    );
    assert_eq!((cancelled.scope(), cancelled.origin().line()), (None, line));
    assert_eq!(cancelled.clone().reason(), cancelled.reason());
    let error = io::Error::from(cancelled);
    assert_eq!(error.kind(), io::ErrorKind::Other);
    assert_eq!(error.to_string(), text);
}

#[rejoin::test]
async fn the_await_it_cut_is_the_innermost_one() {
    #[scoped]
    async fn callee() {
        let task = spawn!(pending::<()>());
        task.await;
    }
    let call = scope!(async {
        defer!({ yield_now().await });
        callee().await;
    });
    let cancelled = call.timeout(Duration::ZERO).await.unwrap_err();
    let cut = cancelled.awaiting().unwrap();
    assert_eq!((cut.function(), cut.file().ends_with("causes.rs")), (Some("callee"), true));
    assert!(cancelled.to_string().contains("`task.await`"), "{cancelled}");
}
