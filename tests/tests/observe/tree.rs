//! One test for each thing a tree tells.

use std::future::pending;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use rejoin::observe::{Elapsed, EntryKind, State, Tree};
use rejoin::{Canceller, Reason, prelude::*};
use rejoin_tests::{Log, on_both};
use tokio::task::yield_now;

use crate::{awaits, task};

#[scoped]
async fn fetch() {
    pending::<()>().await;
}

#[scoped]
async fn settle() {
    for _ in 0..20 {
        yield_now().await;
    }
}

#[rejoin::test]
async fn a_task_tells_its_name_where_it_was_started_and_the_await_it_waits_at() {
    let waiting = spawn!(name = "fetcher", fetch());
    settle().await;
    let tree = rejoin::current().dump().await;
    let entry = task(&tree, "fetcher");
    assert_eq!(entry.kind(), EntryKind::Task);
    assert_eq!(entry.state(), State::Waiting);
    assert_eq!(entry.started().expression(), Some("spawn!(name = \"fetcher\", fetch())"));
    assert_eq!(awaits(entry), (Some("pending::<()>().await"), Some("fetch")));
    assert!(entry.awaiting().expect("an await").is_exact());
    assert_eq!(entry.polls(), 1);
    assert_eq!(entry.reason(), None);
    waiting.cancel();
}

#[scoped]
async fn outer() {
    let task = spawn!(name = "in outer", inner());
    task.await;
}

#[scoped]
async fn inner() {
    let task = spawn!(name = "in inner", fetch());
    task.await;
}

#[rejoin::test]
async fn a_task_tells_the_functions_it_is_in_and_stands_below_the_one_that_started_it() {
    let outermost = spawn!(name = "outermost", outer());
    settle().await;
    let tree = rejoin::current().dump().await;
    let entry = task(&tree, "outermost");
    let functions: Vec<_> = tree.inside(entry).map(|part| part.started().function()).collect();
    assert_eq!(functions, [Some("outer")]);
    let below = task(&tree, "in outer");
    let above = &tree.entries()[below.parent().expect("a parent")];
    assert_eq!((above.kind(), above.started().function()), (EntryKind::Function, Some("outer")));
    assert_eq!(above.parent(), Some(entry.index()));
    assert_eq!(awaits(below), (Some("task.await"), Some("inner")));
    assert_eq!(awaits(task(&tree, "in inner")).1, Some("fetch"));
    outermost.cancel();
}

#[rejoin::test]
async fn the_one_who_asks_is_being_polled() {
    let tree = rejoin::dump().await;
    let here = tree.tasks().find(|entry| entry.state() == State::Running);
    assert_eq!(here.expect("this test").kind(), EntryKind::Root);
}

#[rejoin::test]
async fn a_task_that_was_never_polled_is_new_and_one_that_has_ended_waits_to_be_taken() {
    let quick = spawn!(name = "quick", async {});
    settle().await;
    let late = spawn!(name = "late", async {});
    let tree = rejoin::current().dump().await;
    assert_eq!(task(&tree, "quick").state(), State::Ended);
    assert_eq!(task(&tree, "late").state(), State::New);
    assert_eq!(task(&tree, "late").awaiting(), None);
    quick.await;
    late.await;
}

/// Blocks its thread, in a way no attribute sees.
fn block(started: &Sender<()>, end: &Receiver<()>) {
    started.send(()).expect("the test waits");
    end.recv().expect("the test says so");
}

#[test]
fn a_task_that_blocks_its_thread_is_seen_from_another_with_its_last_await() {
    let (started, has_started) = channel();
    let (end, ended) = channel();
    let thread = std::thread::spawn(move || {
        let root = scope!(async {
            let blocking = spawn!(name = "blocking", async move {
                yield_now().await;
                block(&started, &ended);
            });
            blocking.await;
        });
        rejoin::block_on(root).expect("not cancelled");
    });
    has_started.recv().expect("it starts");
    let tree = Tree::now();
    let entry = task(&tree, "blocking");
    assert_eq!(entry.state(), State::Running);
    assert_eq!(awaits(entry).0, Some("yield_now().await"));
    assert!(tree.to_string().contains("last waited at `yield_now().await`"), "{tree}");
    end.send(()).expect("it listens");
    thread.join().expect("no panic");
    assert!(!Tree::now().entries().iter().any(|entry| entry.name() == Some("blocking")));
}

#[rejoin::test]
async fn a_cancelled_task_that_has_not_ended_tells_why_and_what_it_still_does() {
    let stop = Canceller::new();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let unwinding = spawn!(
        name = "unwinding",
        scope!(async {
            defer!({
                let _ = ended.await;
            });
            fetch().await
        })
        .cancel_on(&stop)
    );
    settle().await;
    stop.cancel("enough");
    settle().await;
    let tree = rejoin::current().dump().await;
    let entry = task(&tree, "unwinding");
    let scope = tree.inside(entry).next().expect("the limit");
    assert_eq!(scope.reason(), Some(&Reason::Requested("enough".into())));
    let cleanup = tree.inside(entry).find(|part| part.kind() == EntryKind::Cleanup).expect("a clean-up");
    assert_eq!(cleanup.reason(), None);
    assert_eq!(awaits(cleanup).0, Some("ended.await"));
    assert!(cleanup.remaining().expect("a limit") <= Duration::from_secs(10));
    assert!(tree.to_string().contains("CANCELLED"), "{tree}");
    let _ = end.send(());
    let outcome = unwinding.await;
    assert!(outcome.is_err());
}

#[rejoin::test]
async fn a_deadline_is_told_with_what_is_left_of_it() {
    let limited = spawn!(name = "limited", fetch().timeout(Duration::from_secs(3600)));
    settle().await;
    let tree = rejoin::current().dump().await;
    let limit = tree.inside(task(&tree, "limited")).next().expect("the limit");
    let left = limit.remaining().expect("a deadline");
    assert!(left > Duration::from_secs(3500) && left <= Duration::from_secs(3600), "{left:?}");
    assert_eq!(task(&tree, "limited").deadline(), None);
    limited.cancel();
}

#[rejoin::test]
async fn equal_tasks_are_one_line_of_the_text() {
    let tasks = task_group!();
    for _ in 0..12 {
        tasks.spawn(fetch());
    }
    let other = spawn!(fetch());
    settle().await;
    let text = rejoin::current().dump().await.to_string();
    assert!(text.starts_with("1 root, 13 tasks: 13 waiting, 1 running\n"), "{text}");
    assert_eq!(text.matches("12 × task at ").count(), 1, "{text}");
    assert_eq!(text.matches(" in `fetch`").count(), 2, "{text}");
    other.cancel();
    tasks.stop().await;
}

#[scoped]
async fn selects() {
    tokio::select! {
        () = pending::<()>() => {}
        () = pending::<()>() => {}
    }
}

macro_rules! waits {
    () => {
        pending::<()>().await
    };
}

#[scoped]
async fn in_a_macro() {
    yield_now().await;
    waits!();
}

#[rejoin::test]
async fn an_await_in_a_macro_is_told_as_well_as_it_is_known() {
    let selecting = spawn!(name = "selecting", selects());
    let hidden = spawn!(name = "hidden", in_a_macro());
    settle().await;
    // Woken for nothing, it still waits in the macro.
    let tree = rejoin::current().dump().await;
    let select = task(&tree, "selecting");
    assert_eq!(awaits(select), (Some("select!(…)"), Some("selects")));
    assert!(select.awaiting().expect("an await").is_exact());
    let hidden_one = task(&tree, "hidden");
    assert_eq!(awaits(hidden_one).0, Some("yield_now().await"));
    assert!(!hidden_one.awaiting().expect("an await").is_exact());
    selecting.cancel();
    hidden.cancel();
}

#[rejoin::test]
async fn a_future_that_was_handed_over_waits_where_it_was_started() {
    let tasks = task_group!();
    tasks.spawn(pending::<()>());
    settle().await;
    let tree = rejoin::current().dump().await;
    let entry = tree.tasks().find(|entry| entry.kind() == EntryKind::Task).expect("the task");
    assert_eq!(entry.awaiting().expect("an await").site(), entry.started());
    tasks.stop().await;
}

#[scoped(name = "narrow")]
async fn narrow() -> Tree {
    let task = spawn!(name = "inside", fetch());
    settle().await;
    let tree = rejoin::current().dump().await;
    task.cancel();
    tree
}

#[rejoin::test]
async fn a_scope_tells_only_what_is_in_it() {
    let task_outside = spawn!(name = "outside", fetch());
    let tree = narrow().await;
    task(&tree, "inside");
    assert_eq!(tree.entries()[0].name(), Some("narrow"));
    assert!(!tree.entries().iter().any(|entry| entry.name() == Some("outside")), "{tree}");
    task_outside.cancel();
}

#[test]
fn daemons_shields_and_roots_below_a_scope_are_told() {
    for tree in on_both(|| {
        scope!(async {
            let (end, ended) = tokio::sync::oneshot::channel::<()>();
            daemon!(fetch());
            let shielded = spawn!(
                name = "shielded",
                scope!(async {
                    let below = spawn!(name = "below", async {
                        let _ = ended.await;
                    });
                    below.await;
                })
                .shield()
            );
            let root = spawn!(rejoin::run(scope!(async { fetch().await })).named("root"));
            settle().await;
            let tree = rejoin::current().dump().await;
            let _ = end.send(());
            shielded.await;
            root.cancel();
            tree
        })
    }) {
        assert!(tree.tasks().any(|entry| entry.kind() == EntryKind::Daemon), "{tree}");
        let below = task(&tree, "below");
        let mut above = std::iter::successors(below.parent(), |above| tree.entries()[*above].parent());
        assert!(above.any(|above| tree.entries()[above].kind() == EntryKind::Shield), "{tree}");
        assert_eq!(task(&tree, "root").kind(), EntryKind::Root);
    }
}

#[rejoin::test]
async fn to_look_neither_wakes_nor_polls_nor_drops_anything() {
    let log = Log::new();
    let polled = log.clone();
    let watched = spawn!(name = "watched", async {
        let _gone = polled.on_drop("dropped");
        std::future::poll_fn(|_| {
            polled.add("polled");
            std::task::Poll::<()>::Pending
        })
        .await
    });
    settle().await;
    for _ in 0..if cfg!(miri) { 20 } else { 1000 } {
        let tree = rejoin::current().dump().await;
        assert_eq!(task(&tree, "watched").polls(), 1);
        yield_now().await;
    }
    log.assert_is(&["polled"]);
    watched.stop().await;
}

#[rejoin::test]
async fn a_root_that_was_dropped_is_told_until_it_has_unwound() {
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let mut root = Box::pin(
        rejoin::run(scope!(async move {
            defer!({
                let _ = ended.await;
            });
            fetch().await
        }))
        .named("abandoned"),
    );
    std::future::poll_fn(|cx| std::task::Poll::Ready(root.as_mut().poll(cx).is_pending())).await;
    drop(root);
    settle().await;
    let tree = Tree::now();
    assert_eq!(task(&tree, "abandoned").reason(), Some(&Reason::Abandoned));
    let _ = end.send(());
    settle().await;
    assert!(!Tree::now().entries().iter().any(|entry| entry.name() == Some("abandoned")));
}

#[rejoin::test]
async fn what_began_before_anybody_looked_is_told_as_a_bound() {
    rejoin::dump().await;
    let task_ = spawn!(name = "bounded", fetch());
    settle().await;
    let tree = rejoin::current().dump().await;
    // Exact while a watchdog of another test runs.
    let age = task(&tree, "bounded").age();
    assert!(matches!(age, Elapsed::AtMost(_) | Elapsed::About(_)), "{age:?}");
    task_.cancel();
}

#[rejoin::test]
async fn what_shuts_down_and_still_has_work_in_hand_is_stopping() {
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let serving = spawn!(name = "serving", async {
        let _ = ended.await;
    });
    settle().await;
    let stopping = serving.shutdown(Duration::from_secs(3600));
    let looking = scope!(async {
        settle().await;
        let tree = Tree::now();
        let _ = end.send(());
        tree
    });
    let (_, tree) = join!(stopping, looking);
    assert!(task(&tree, "serving").is_stopping(), "{tree}");
    assert!(tree.to_string().contains(" · stopping"), "{tree}");
}
