//! Groups.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use rejoin::{TaskGroup, prelude::*};
use rejoin_tests::{Log, on_both, panics_on_both};
use tokio::task::yield_now;

#[scoped]
async fn waits(log: &Log, name: u32) -> u32 {
    let _gone = log.on_drop(format!("{name} gone"));
    pending().await
}

/// Ready after so many polls.
#[scoped]
async fn after(polls: u32) -> u32 {
    for _ in 0..polls {
        yield_now().await;
    }
    polls
}

#[rejoin::test]
async fn next_is_in_completion_order_and_none_when_nothing_is_left() {
    let group = task_group!();
    for polls in [9, 1, 5] {
        group.spawn(after(polls));
    }
    assert_eq!(group.len(), 3);
    assert_eq!(group.next().await, Some(1));
    assert_eq!(group.next().await, Some(5));
    assert_eq!(group.next().await, Some(9));
    assert_eq!(group.next().await, None);
    assert!(group.is_empty());
    group.spawn(after(0));
    assert_eq!(group.next().await, Some(0));
    group.stop().await;
}

#[rejoin::test]
async fn join_all_is_in_spawn_order() {
    let group = task_group!();
    for polls in [9, 1, 5] {
        group.spawn(after(polls));
    }
    assert_eq!(group.join_all().await, [9, 1, 5]);
}

#[rejoin::test]
async fn join_all_and_stop_end_the_borrows() {
    let mut numbers = vec![1, 2];
    let group = task_group!();
    for number in &numbers {
        group.spawn(async move { *number });
    }
    assert_eq!(group.join_all().await, [1, 2]);
    numbers.push(3);
    let other = task_group!();
    for number in &mut numbers {
        other.spawn(async {
            *number += 1;
        });
    }
    other.stop().await;
    numbers.push(4);
}

#[scoped]
async fn visit<'g>(group: TaskGroup<'g, u32>, words: &'g [&'g str], depth: u32) -> u32 {
    if depth > 0 {
        group.spawn(visit(group, words, depth - 1));
        group.spawn(async move { visit(group, words, depth - 1).await });
    }
    u32::try_from(words.len()).unwrap()
}

#[test]
fn the_handle_goes_to_callees_closures_and_children_who_may_spawn_into_it() {
    #[scoped]
    async fn count() -> (usize, u32) {
        let words = ["borrowed", "from", "here"];
        let group = task_group!();
        group.spawn(visit(group, &words, 3));
        let more = || group.spawn(async { 3 });
        more();
        let all = group.join_all().await;
        (all.len(), all.into_iter().sum())
    }
    assert_eq!(on_both(count), [(16, 48), (16, 48)]);
}

#[rejoin::test]
async fn a_callee_may_drain_a_group_it_was_given() {
    #[scoped]
    async fn drain(group: TaskGroup<'_, u32>) -> Vec<u32> {
        group.join_all().await
    }
    let group = task_group!();
    group.spawn(after(2));
    group.spawn(after(1));
    assert_eq!(drain(group).await, [2, 1]);
    group.stop().await;
}

#[rejoin::test]
async fn spawning_into_a_cancelled_or_finished_group_starts_nothing() {
    let log = Log::new();
    let group = task_group!();
    group.spawn(waits(&log, 1));
    yield_now().await;
    group.cancel_all();
    let before = log.entries().len();
    let argument = log.on_drop("dropped before the call returned");
    group.spawn(async move {
        let _argument = argument;
        1
    });
    assert_eq!(log.entries().len(), before + 1);
    assert_eq!(group.stop().await, Vec::<u32>::new());
    let argument = log.on_drop("dropped after the end");
    group.spawn(async move {
        let _argument = argument;
        1
    });
    assert_eq!(log.count("dropped after the end"), 1);
}

#[rejoin::test]
async fn stop_gives_the_values_produced_in_time() {
    let log = Log::new();
    let group = task_group!();
    group.spawn(after(0));
    group.spawn(waits(&log, 1));
    yield_now().await;
    assert_eq!(group.stop().await, [0]);
    log.assert_is(&["1 gone"]);
}

#[rejoin::test]
async fn a_group_is_cancelled_and_joined_on_every_early_way_out() {
    #[scoped]
    async fn leaves(log: &Log) -> Result<(), String> {
        let group = task_group!();
        for name in 0..3 {
            group.spawn(waits(log, name));
        }
        yield_now().await;
        Err("early")?;
        group.join_all().await;
        Ok(())
    }
    let log = Log::new();
    leaves(&log).await.unwrap_err();
    assert_eq!(log.entries().len(), 3);
}

#[test]
fn a_childs_panic_travels_through_the_group() {
    #[scoped]
    async fn parent(log: Log) {
        let group = task_group!();
        group.spawn(waits(&log, 1));
        group.spawn(async { panic!("in the group") });
        while group.next().await.is_some() {}
        log.add("never");
    }
    let log = Log::new();
    assert_eq!(panics_on_both(|| parent(log.clone())), ["in the group"; 2]);
    assert_eq!(log.count("never"), 0);
}

#[rejoin::test]
async fn a_group_of_nothing_counts_its_children() {
    let done = AtomicUsize::new(0);
    let group = task_group!();
    for _ in 0..10 {
        group.spawn(async {
            done.fetch_add(1, Ordering::Relaxed);
        });
    }
    let mut seen = 0;
    while let Some(()) = group.next().await {
        seen += 1;
    }
    assert_eq!(group.join_all().await.len(), 0);
    assert_eq!((seen, done.into_inner()), (10, 10));
}

#[rejoin::test]
async fn several_may_wait_for_one_group() {
    let group = task_group!();
    let log = Log::new();
    let reader = |name: &'static str| {
        let log = &log;
        scope!(async move {
            while let Some(n) = group.next().await {
                log.add(format!("{n}"));
            }
            log.add(name);
        })
    };
    let one = spawn!(reader("one"));
    let two = spawn!(reader("two"));
    for polls in 1..4 {
        group.spawn(after(polls));
    }
    one.await;
    two.await;
    group.stop().await;
    for entry in ["1", "2", "3", "one", "two"] {
        assert_eq!(log.count(entry), 1);
    }
}

#[test]
fn many_children_of_one_group() {
    const CHILDREN: usize = if cfg!(miri) { 50 } else { 100_000 };
    #[scoped]
    async fn many() -> usize {
        let group = task_group!();
        for n in 0..CHILDREN {
            group.spawn(async move { n });
        }
        group.join_all().await.iter().enumerate().filter(|(place, n)| place == *n).count()
    }
    assert_eq!(on_both(many), [CHILDREN; 2]);
}

#[rejoin::test]
async fn cancel_all_tells_every_child_and_nobody_else() {
    let log = Log::new();
    let beside = spawn!(async { 1 });
    let group = task_group!();
    for name in 1..4 {
        group.spawn(waits(&log, name));
    }
    group.spawn(after(0));
    yield_now().await;
    assert_eq!(group.len(), 4);
    group.cancel_all();
    assert_eq!(group.join_all().await, [0]);
    assert_eq!(group.len(), 0);
    assert_eq!(beside.await, 1);
    for name in 1..4 {
        assert_eq!(log.count(&format!("{name} gone")), 1);
    }
}

#[rejoin::test(paused)]
async fn a_wait_for_the_next_one_is_a_point() {
    let log = Log::new();
    let call = scope!(async {
        let group = task_group!();
        group.spawn(waits(&log, 1));
        group.next().await;
        log.add("never");
        group.stop().await;
    });
    call.timeout(std::time::Duration::from_millis(5)).await.unwrap_err();
    log.assert_is(&["1 gone"]);
}

#[rejoin::test]
async fn a_child_may_outlive_the_callee_that_spawned_it() {
    #[scoped]
    async fn starts<'g>(group: TaskGroup<'g, u32>, log: &'g Log) {
        group.spawn(async {
            after(5).await;
            log.add("child");
            1
        });
    }
    let log = Log::new();
    let group = task_group!();
    starts(group, &log).await;
    log.add("callee returned");
    assert_eq!(group.join_all().await, [1]);
    log.assert_is(&["callee returned", "child"]);
}

#[rejoin::test]
async fn without_more_a_childs_error_is_a_value_like_any_other() {
    let group = task_group!();
    group.spawn(async { "1".parse::<u32>() });
    group.spawn(async { "x".parse::<u32>() });
    group.spawn(async { "3".parse::<u32>() });
    let outcomes = group.join_all().await;
    assert_eq!(
        outcomes.iter().map(|outcome| outcome.clone().ok()).collect::<Vec<_>>(),
        [Some(1), None, Some(3)]
    );
}

/// Where threads meet, and are blocked until then.
#[derive(Default)]
struct Meeting(Mutex<u32>, Condvar);

impl Meeting {
    /// Whether two have come, before anybody had to wait for ten seconds.
    fn of_two(&self) -> bool {
        let mut present = self.0.lock().unwrap();
        *present += 1;
        self.1.notify_all();
        let (present, _) =
            self.1.wait_timeout_while(present, Duration::from_secs(10), |present| *present < 2).unwrap();
        *present == 2
    }
}

#[scoped]
async fn meets(meeting: &Meeting) -> bool {
    meeting.of_two()
}

#[rejoin::test(multi_thread)]
async fn children_run_at_the_same_time_although_each_blocks_its_thread() {
    let meeting = Meeting::default();
    let group = task_group!();
    group.spawn(meets(&meeting));
    group.spawn(meets(&meeting));
    assert_eq!(group.join_all().await, [true, true]);
}
