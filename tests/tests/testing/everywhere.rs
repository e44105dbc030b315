//! `#[rejoin::test(cancel_everywhere)]`.

use std::cell::RefCell;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use rejoin::prelude::*;
use rejoin::testing::at_end;
use rejoin_tests::Log;
use tokio::sync::{Mutex, oneshot};
use tokio::task::yield_now;
use tokio::time::sleep;

use super::{run, told};

// How often it runs, and where it is cancelled

thread_local! {
    static RUNS: RefCell<Vec<Vec<String>>> = const { RefCell::new(Vec::new()) };
}

#[scoped]
async fn callee(log: &Log) {
    log.add("callee");
    yield_now().await;
    log.add("callee went on");
}

#[rejoin::test(cancel_everywhere)]
async fn three_awaits() {
    let log = Log::new();
    let all = log.clone();
    at_end(move || RUNS.with_borrow_mut(|runs| runs.push(all.entries())));
    std::future::ready(()).await;
    log.add("one");
    callee(&log).await;
    let task = spawn!(async {
        yield_now().await;
        log.add("task");
    });
    task.await;
    log.add("end");
}

#[test]
fn each_await_is_cut_before_it_is_polled_and_while_it_waits_in_tasks_too() {
    RUNS.take();
    three_awaits();
    let mut runs = RUNS.take();
    assert_eq!(runs.remove(0), ["one", "callee", "callee went on", "task", "end"], "first to its end");
    let ended: Vec<&str> = runs.iter().map(|run| run.last().map_or("", String::as_str)).collect();
    // Before `ready`; before, in and after the wait of `callee`; then the task and its await by turns.
    assert_eq!(ended[..4], ["", "callee", "callee", "callee"]);
    assert!(ended[4..].iter().all(|last| ["callee went on", "task"].contains(last)), "{ended:?}");
    assert!(ended.contains(&"task") && ended.contains(&"callee went on"), "{ended:?}");
}

// Programs that are right

#[derive(Clone, Default)]
struct Bank {
    accounts: Arc<[AtomicI64; 2]>,
    open: Arc<AtomicBool>,
}

impl Bank {
    fn begin(&self) -> i64 {
        assert!(!self.open.swap(true, SeqCst), "one at a time");
        self.accounts[0].load(SeqCst)
    }

    #[scoped]
    async fn move_money(&self, amount: i64) {
        self.accounts[0].fetch_sub(amount, SeqCst);
        sleep(Duration::from_millis(5)).await;
        self.accounts[1].fetch_add(amount, SeqCst);
    }

    #[scoped]
    async fn roll_back(&self, before: i64) {
        yield_now().await;
        if self.open.swap(false, SeqCst) {
            self.accounts[0].store(before, SeqCst);
            self.accounts[1].store(-before, SeqCst);
        }
    }

    fn commit(&self) {
        self.open.store(false, SeqCst);
    }

    fn checked_at_end(&self) {
        let bank = self.clone();
        at_end(move || {
            assert!(!bank.open.load(SeqCst), "a transaction is open");
            assert_eq!(bank.accounts.iter().map(|account| account.load(SeqCst)).sum::<i64>(), 0);
        });
    }
}

#[rejoin::test(cancel_everywhere, paused)]
async fn a_transaction_with_a_defer_is_never_left_open() {
    let bank = Bank::default();
    bank.checked_at_end();
    let before = bank.begin();
    defer!({ bank.roll_back(before).await });
    bank.move_money(10).await;
    yield_now().await;
    bank.commit();
}

#[rejoin::test(cancel_everywhere, paused)]
async fn groups_limits_shields_and_daemons_end_wherever_they_are_cancelled() -> Result<(), Cancelled> {
    let alive = Arc::new(AtomicUsize::new(0));
    let left = alive.clone();
    at_end(move || assert_eq!(left.load(SeqCst), 0, "left alive"));
    struct Alive(Arc<AtomicUsize>);
    impl Drop for Alive {
        fn drop(&mut self) {
            self.0.fetch_sub(1, SeqCst);
        }
    }
    let enter = || {
        alive.fetch_add(1, SeqCst);
        Alive(alive.clone())
    };
    daemon!(async {
        let _alive = enter();
        pending::<()>().await
    });
    let group = task_group!();
    for n in 0..3 {
        let alive = enter();
        group.spawn(async move {
            sleep(Duration::from_millis(n)).await;
            drop(alive);
        });
    }
    let step = scope!(async {
        let _alive = enter();
        sleep(Duration::from_millis(1)).await;
    });
    step.shield().await;
    let late = scope!(async {
        let _alive = enter();
        pending::<()>().await
    });
    late.timeout(Duration::from_millis(1)).await.expect_err("it waits for ever");
    let slow = spawn!(async {
        let _alive = enter();
        pending::<()>().await
    });
    slow.stop().await;
    while group.next().await.is_some() {}
    Ok(())
}

#[rejoin::test(cancel_everywhere, shuffle = 5, paused)]
async fn each_await_in_each_order() {
    let lock = Mutex::new(0);
    let one = spawn!(async { *lock.lock().await += 1 });
    let two = spawn!(async { *lock.lock().await += 1 });
    one.await;
    two.await;
    assert_eq!(*lock.lock().await, 2);
}

#[rejoin::test(cancel_everywhere)]
async fn a_body_without_an_await_runs_once() {
    RUNS.with_borrow_mut(|runs| runs.push(Vec::new()));
}

#[test]
fn it_does() {
    RUNS.take();
    a_body_without_an_await_runs_once();
    assert_eq!(RUNS.take().len(), 1);
}

// Checks at the end

#[rejoin::test(paused)]
async fn at_end_checks_an_ordinary_test_too_in_order_and_in_its_runtime() {
    let log = Log::new();
    let (first, second) = (log.clone(), log.clone());
    defer!({ log.add("clean-up") });
    at_end(move || {
        tokio::runtime::Handle::current();
        first.assert_is(&["clean-up"]);
        first.add("first");
    });
    at_end(move || second.assert_is(&["clean-up", "first"]));
    sleep(Duration::from_secs(1)).await;
}

#[test]
#[should_panic(expected = "belongs into the body of a `#[rejoin::test]`")]
fn at_end_elsewhere_says_so() {
    at_end(|| {});
}

#[rejoin::test]
#[should_panic(expected = "never")]
async fn a_check_fails_its_test() {
    at_end(|| panic!("never"));
}

// Programs that are wrong

#[rejoin::test(cancel_everywhere, paused)]
#[ignore = "wrong"]
async fn leaves_a_transaction_open() {
    let bank = Bank::default();
    bank.checked_at_end();
    let before = bank.begin();
    bank.move_money(10).await;
    if bank.accounts[0].load(SeqCst) > 0 {
        bank.roll_back(before).await;
    }
    bank.commit();
}

#[test]
fn a_transaction_left_open_is_found_with_the_await_and_how_to_repeat_it() {
    let said = run("everywhere::leaves_a_transaction_open", &[]).unwrap_err();
    let first = "test `leaves_a_transaction_open` failed, in run 1 of 3, which is cancelled before \
                 `sleep(Duration::from_millis(5)).await` in `move_money` (";
    assert!(said.contains(first) && said.contains("everywhere.rs:"), "{said}");
    assert!(said.contains("): a transaction is open"), "{said}");
    assert!(said.contains("REJOIN_RUN=1 cargo test leaves_a_transaction_open"), "{said}");

    let said = run("everywhere::leaves_a_transaction_open", &[("REJOIN_RUN", "2")]).unwrap_err();
    assert!(said.contains("in run 2 of 3, which is cancelled while it waited at `sleep("), "{said}");
    assert_eq!(told(&said, "REJOIN_RUN"), "2");
}

#[rejoin::test(cancel_everywhere)]
#[ignore = "wrong"]
async fn leaks() {
    let leaked = leaked();
    yield_now().await;
    leaked.abort();
}

/// A leak that no attribute sees.
fn leaked() -> tokio::task::JoinHandle<()> {
    tokio::spawn(pending())
}

#[test]
fn a_leaked_task_is_found() {
    let said = run("everywhere::leaks", &[]).unwrap_err();
    assert!(said.contains("cancelled before `yield_now().await` in `leaks`"), "{said}");
    assert!(said.contains("ended with 1 tasks alive"), "{said}");
}

#[rejoin::test(cancel_everywhere, limit = Duration::from_millis(50))]
#[ignore = "compared with a wrong one"]
async fn waits_for_a_task_that_ends() {
    let (say, said) = oneshot::channel::<()>();
    let task = spawn!(async move {
        yield_now().await;
        let _ = say.send(());
        pending::<()>().await
    });
    // Waits for somebody who is told to stop, and who takes the sender with it.
    let wait = scope!(async {
        let _ = said.await;
    });
    wait.shield().await;
    task.cancel();
}

#[test]
fn what_waits_for_ever_when_it_is_cancelled_is_found() {
    // With a sender that lives on the channel stays open.
    let said = run("everywhere::waits_for_ever_in_a_shield", &[]).unwrap_err();
    assert!(said.contains("exceeded its limit of 50ms and did not end when it was cancelled"), "{said}");
    assert!(said.contains("which is cancelled before `told.notified().await` ("), "{said}");
    run("everywhere::waits_for_a_task_that_ends", &[]).expect("the sender goes with its task");
}

#[rejoin::test(cancel_everywhere, limit = Duration::from_millis(50))]
#[ignore = "wrong"]
async fn waits_for_ever_in_a_shield() {
    let told = tokio::sync::Notify::new();
    let task = spawn!(async {
        let wait = scope!(async { told.notified().await });
        wait.shield().await
    });
    std::future::ready(()).await;
    yield_now().await;
    told.notify_one();
    task.await;
}

#[rejoin::test(cancel_everywhere)]
#[ignore = "wrong"]
async fn panics_in_its_clean_up() {
    let done = AtomicBool::new(false);
    defer!({ assert!(done.load(SeqCst), "not done") });
    yield_now().await;
    done.store(true, SeqCst);
}

#[rejoin::test(cancel_everywhere)]
#[ignore = "wrong"]
async fn fails_where_it_is_cancelled() -> Result<(), String> {
    let stopped = Arc::new(AtomicBool::new(false));
    let step = scope!(async {
        let stopped = stopped.clone();
        defer!({ stopped.store(rejoin::current().reason().is_some(), SeqCst) });
        let outer = rejoin::current();
        let step = scope!(async { yield_now().await });
        step.shield().await;
        stopped.store(outer.reason().is_some(), SeqCst);
    });
    step.await;
    if stopped.load(SeqCst) { Err("half done".to_owned()) } else { Ok(()) }
}

#[rejoin::test(cancel_everywhere)]
#[ignore = "wrong"]
async fn fails_at_once() -> Result<(), String> {
    yield_now().await;
    Err("at once".to_owned())
}

#[test]
fn panics_and_errors_are_found_with_the_await() {
    let said = run("everywhere::panics_in_its_clean_up", &[]).unwrap_err();
    assert!(said.contains("cancelled before `yield_now().await` in `panics_in_its_clean_up`"), "{said}");
    assert!(said.contains("): not done"), "{said}");

    let said = run("everywhere::fails_where_it_is_cancelled", &[]).unwrap_err();
    assert!(
        said.contains("which is cancelled") && said.contains("it returned the error \"half done\""),
        "{said}"
    );

    let said = run("everywhere::fails_at_once", &[]).unwrap_err();
    assert!(said.contains("at once") && !said.contains("REJOIN_RUN"), "{said}");
}

#[test]
fn a_number_of_a_run_that_is_none_is_told() {
    let said = run("everywhere::leaves_a_transaction_open", &[("REJOIN_RUN", "two")]).unwrap_err();
    assert!(said.contains("`REJOIN_RUN=two` is no number"), "{said}");
}
