//! What may go to other threads, and what comes back from there.

use std::cell::Cell;
use std::rc::Rc;

use rejoin::{BoxScoped, Call, Canceller, Event, Panicked, Reason, Run, Scope, prelude::*};
use rejoin_tests::on_both;

use crate::common::{Lent, ReadsLate, turns};

fn is_send<T: Send>() {}
fn is_sync<T: Sync>() {}
fn call_is_send<C: Call<Started: Send> + Send>(call: C) -> C {
    call
}

/// S10: of the types that users hold.
#[test]
fn handles_go_where_what_they_stand_for_may_go() {
    is_send::<Task<'static, Cell<u8>>>();
    is_send::<TaskGroup<'static, Cell<u8>>>();
    is_sync::<TaskGroup<'static, Cell<u8>>>();
    is_send::<Run<Cell<u8>>>();
    is_send::<BoxScoped<'static, Cell<u8>>>();
    is_send::<Scope>();
    is_sync::<Scope>();
    is_send::<Canceller>();
    is_sync::<Canceller>();
    is_send::<Cancelled>();
    is_sync::<Cancelled>();
    is_send::<Panicked>();
    is_sync::<Panicked>();
    is_send::<Event>();
    is_sync::<Event>();
    is_send::<Reason>();
    is_sync::<Reason>();
}

/// S10: a body whose tasks yield what may be sent and not shared is itself `Send`.
#[test]
fn outputs_need_to_be_send_and_not_sync() {
    #[scoped]
    async fn cells() -> u32 {
        let one = spawn!(async { Cell::new(1) });
        let group = task_group!();
        group.spawn(async { Cell::new(2) });
        group.spawn(async { Cell::new(3) });
        let sum: u32 = group.join_all().await.iter().map(Cell::get).sum();
        sum + one.await.get()
    }
    #[scoped]
    async fn failing() -> Result<u32, Cell<u32>> {
        let task = spawn!(async {
            turns(2).await;
            Err::<u32, Cell<u32>>(Cell::new(4))
        }?);
        Ok(task.await)
    }
    assert_eq!(on_both(|| call_is_send(cells())), [6, 6]);
    assert_eq!(on_both(|| call_is_send(failing()).map(|it| it.map_err(Cell::into_inner))), [Err(4), Err(4)]);
}

/// S10: what is not `Send` may be used by the body alone, while its tasks run on other threads.
#[test]
fn what_is_not_send_stays_with_a_root_that_is_not() {
    let shared = Rc::new(Cell::new(0));
    let data = Lent::new();
    let call = scope!(async {
        let mine = shared.clone();
        defer!({
            mine.set(mine.get() + 100);
        });
        let task = spawn!(async {
            turns(2).await;
            ReadsLate(&data)
        });
        let here = shared.clone();
        here.set(1);
        drop(task.await);
        here
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let _inside = runtime.enter();
    let back = std::thread::scope(|_| {
        drop(_inside);
        rejoin::block_on(call).unwrap()
    });
    assert_eq!((back.get(), Rc::strong_count(&back)), (101, 2));
}

/// S8: the handle of a group goes to plain threads, which start children while the group is joined.
#[test]
fn a_group_may_be_fed_by_plain_threads() {
    #[scoped]
    async fn fed() -> usize {
        let data = Lent::new();
        let group = task_group!();
        let runtime = tokio::runtime::Handle::current();
        std::thread::scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| {
                    let _inside = runtime.enter();
                    for _ in 0..4 {
                        group.spawn(async {
                            turns(1).await;
                            ReadsLate(&data)
                        });
                    }
                });
            }
        });
        group.join_all().await.len()
    }
    assert_eq!(on_both(fed), [12, 12]);
}
