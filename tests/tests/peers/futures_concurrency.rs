//! futures-concurrency: joining and racing in one task.
//!
//! Without meaning here: joining arrays and vectors (`join_all!` is not yet part of the language), and
//! futures that are pinned by hand (nobody holds a started one).

use std::future::pending;

use ::tokio::time::{Instant, sleep};
use rejoin::prelude::*;
use rejoin_tests::Log;

use crate::MS;

/// Theirs read what was never written when an error came before a value.
#[rejoin::test(paused)]
async fn an_error_before_a_value_leaves_nothing_half_written() {
    #[scoped]
    async fn slow(log: &Log) -> Result<Vec<u32>, &'static str> {
        let _gone = log.on_drop("slow gone");
        sleep(100 * MS).await;
        Ok(vec![1, 2])
    }
    #[scoped]
    async fn fails() -> Result<Vec<u32>, &'static str> {
        Err("at once")
    }
    let (log, began) = (Log::new(), Instant::now());
    assert_eq!(try_join!(fails(), slow(&log)), Err("at once"));
    assert_eq!(try_join!(slow(&log), fails()), Err("at once"));
    assert!(began.elapsed() < MS);
    assert!(log.entries().len() <= 2);
}

/// Theirs dropped a future that was not pinned where it had been polled.
#[rejoin::test(paused)]
async fn what_has_ended_stays_where_it_is_until_all_have() {
    let log = Log::new();
    let ends = |limit: u32, name: &'static str| {
        let log = log.clone();
        scope!(async move {
            let _gone = log.on_drop(format!("{name} gone"));
            sleep(limit * MS).await;
            name
        })
    };
    assert_eq!(join!(ends(3, "a"), ends(1, "b"), ends(2, "c")), ("a", "b", "c"));
    log.assert_is(&["b gone", "c gone", "a gone"]);
}

#[rejoin::test(paused)]
async fn a_race_is_won_by_the_first_and_the_others_are_gone() {
    let log = Log::new();
    let never = scope!(async {
        let _gone = log.on_drop("loser gone");
        pending::<u32>().await
    });
    let first = race! {
        n = never => n,
        () = sleep(MS) => {
            log.add("winner's handler");
            7
        }
    };
    assert_eq!(first, 7);
    log.assert_is(&["loser gone", "winner's handler"]);
}
