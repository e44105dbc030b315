//! moro: scopes that can be terminated with a value. Its findings: a child that panics aborts the
//! process, and a child that starts another one panics.
//!
//! Without meaning here: terminating a scope with a value from any of its children; an error, or `race!`,
//! says that.

use std::panic::panic_any;

use ::tokio::task::yield_now;
use ::tokio::time::{Instant, sleep};
use rejoin::prelude::*;
use rejoin_tests::Log;

use crate::MS;

#[rejoin::test(paused)]
async fn a_monitor_ends_at_the_first_bad_value() {
    #[scoped]
    async fn check(numbers: &[u32], log: &Log) -> Result<u32, u32> {
        let group = task_group!();
        for &number in numbers {
            group.spawn(async move {
                let _gone = log.on_drop(format!("{number} gone"));
                sleep(number * MS).await;
                if number == 3 { Err(number) } else { Ok(number) }
            });
        }
        let mut sum = 0;
        while let Some(outcome) = group.next().await {
            sum += outcome?;
        }
        Ok(sum)
    }
    let log = Log::new();
    assert_eq!(check(&[1, 2, 4], &log).await, Ok(7));
    let began = Instant::now();
    assert_eq!(check(&[1, 3, 5000], &log).await, Err(3));
    assert_eq!(began.elapsed(), 3 * MS);
    assert_eq!(log.count("5000 gone"), 1);
}

#[rejoin::test(paused)]
async fn of_replicas_the_first_answer_counts_and_the_others_are_stopped() {
    let log = Log::new();
    let began = Instant::now();
    let group = task_group!();
    for replica in [30, 10, 20] {
        let log = &log;
        group.spawn(async move {
            let _gone = log.on_drop(format!("{replica} gone"));
            sleep(replica * MS).await;
            replica
        });
    }
    assert_eq!(group.next().await, Some(10));
    group.stop().await;
    assert_eq!(began.elapsed(), 10 * MS);
    log.assert_order(&["10 gone", "30 gone"]);
}

fn boom() -> u32 {
    panic_any("a child's")
}

#[rejoin::test]
async fn a_child_that_panics_is_a_panic_and_not_the_end_of_the_process() {
    let call = scope!(async {
        let child = spawn!(async {
            yield_now().await;
            boom()
        });
        child.await
    });
    assert_eq!(call.catch_panic().await.unwrap_err().message(), Some("a child's"));
}

#[rejoin::test]
async fn a_child_starts_children_of_the_same_scope() {
    #[scoped]
    async fn count_down<'g>(group: TaskGroup<'g, u32>, n: u32) -> u32 {
        if n > 0 {
            group.spawn(count_down(group, n - 1));
        }
        n
    }
    let group = task_group!();
    group.spawn(count_down(group, 10));
    assert_eq!(group.join_all().await.len(), 11);
}
