//! `join!`, `try_join!`, `race!`: who owns a task that a branch has taken, and until when.

use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rejoin::prelude::*;
use rejoin_tests::{Log, on_both, panics_on_both};

use crate::common::{
    Lent, PanicsLate, ROUNDS, ReadsLate, one_thread, poll_once, reads_for_ever, turns, two_threads,
};

/// S5: a task that has lost is gone, and with it all its reads, when the handler runs.
#[test]
fn a_taken_task_that_has_lost_reads_no_more() {
    for _ in 0..ROUNDS {
        let make = || {
            scope!(async {
                let mut data = Lent::new();
                let task = spawn!(reads_for_ever(&data));
                turns(1).await;
                race! {
                    () = task => unreachable!("it reads for ever"),
                    () = turns(3) => {
                        drop(std::mem::replace(&mut data, Lent::new()));
                    }
                }
                data.read();
            })
        };
        on_both(make);
    }
}

/// S3, S5: a branch panics beside a taken task; the task is gone before the data is.
#[test]
fn a_taken_task_beside_a_branch_that_panics() {
    for _ in 0..ROUNDS {
        let make = || {
            scope!(async {
                let data = Lent::new();
                let task = spawn!(reads_for_ever(&data));
                let (_, ()) = join!(
                    async {
                        turns(2).await;
                        if true {
                            panic!("branch")
                        };
                        1
                    },
                    task
                );
            })
        };
        assert_eq!(panics_on_both(make), ["branch", "branch"]);
    }
}

/// S3: an operand panics when a task stands beside it that runs already.
#[test]
fn an_operand_that_panics_beside_a_taken_task() {
    fn no_future() -> std::future::Ready<u32> {
        panic!("operand")
    }
    let make = || {
        scope!(async {
            let data = Lent::new();
            let task = spawn!(reads_for_ever(&data));
            turns(1).await;
            let ((), _) = join!(task, no_future());
        })
    };
    assert_eq!(panics_on_both(make), ["operand", "operand"]);
}

/// S3: a temporary of an operand, whose destructor panics, lives as long as the race.
#[test]
fn a_temporary_of_an_operand_that_panics_when_it_is_dropped() {
    fn beside(_: &PanicsLate) -> std::future::Ready<()> {
        ready(())
    }
    let make = || {
        scope!(async {
            let data = Lent::new();
            let task = spawn!(reads_for_ever(&data));
            turns(1).await;
            race! {
                () = beside(&PanicsLate("temporary")) => {},
                () = task => {},
            }
        })
    };
    let panicked = |runtime: tokio::runtime::Runtime| {
        let root = runtime.spawn(rejoin::run(make()));
        let error = runtime.block_on(root).expect_err("a panic");
        *error.into_panic().downcast::<&'static str>().expect("a text")
    };
    assert_eq!([panicked(one_thread()), panicked(two_threads())], ["temporary", "temporary"]);
}

/// S2, S4: the root is dropped half-way, with a task in a branch, and its runtime with it.
#[test]
fn a_root_that_is_dropped_in_the_middle_of_a_race() {
    for _ in 0..ROUNDS {
        let log = Log::new();
        for runtime in [one_thread(), two_threads()] {
            let moved = log.clone();
            let mut root = Box::pin(rejoin::run(scope!(async move {
                let _log = moved.on_drop("body gone");
                let data = Lent::new();
                let _late = ReadsLate(&data);
                let task = spawn!(reads_for_ever(&data));
                race! {
                    () = task => {},
                    () = async {
                        let _late = ReadsLate(&data);
                        pending().await
                    } => {},
                }
            })));
            {
                let _inside = runtime.enter();
                assert!(poll_once(root.as_mut()).is_pending());
            }
            runtime.block_on(turns(2));
            drop(root);
            drop(runtime);
        }
        assert_eq!(log.count("body gone"), 2);
    }
}

/// S7: values that borrow, of branches that have lost, are dropped before what they borrow.
#[test]
fn values_of_losers_that_borrow() {
    let make = || {
        scope!(async {
            let data = Lent::new();
            let won = race! {
                biased;
                late = async { turns(2).await; ReadsLate(&data) } => Some(late),
                late = async { turns(1).await; ReadsLate(&data) } => Some(late),
            };
            assert!(won.is_some());
            let task = spawn!(async { ReadsLate(&data) });
            let both = try_join!(
                async {
                    turns(1).await;
                    Err::<(), ReadsLate<'_>>(ReadsLate(&data))
                },
                async {
                    task.await;
                    Ok(ReadsLate(&data))
                },
            );
            drop(both);
        })
    };
    on_both(make);
}

/// S4: the body is destroyed on the spot while a loser unwinds.
#[test]
fn destroyed_while_a_loser_unwinds() {
    for _ in 0..ROUNDS {
        let runtime = one_thread();
        let mut root = Box::pin(rejoin::run(scope!(async {
            let data = Lent::new();
            race! {
                biased;
                () = async {
                    defer!({ data.read(); pending::<()>().await });
                    reads_for_ever(&data).await
                } => {},
                () = turns(1) => {},
            }
        })));
        {
            let _inside = runtime.enter();
            for _ in 0..4 {
                assert!(poll_once(root.as_mut()).is_pending());
            }
        }
        drop(runtime);
        assert!(catch_unwind(AssertUnwindSafe(|| drop(root))).is_ok());
    }
}
