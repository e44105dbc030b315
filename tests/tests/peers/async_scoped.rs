//! async-scoped: children that borrow from the stack.
//!
//! Theirs need a second thread, because the scope blocks its own until the children have ended; here all
//! must pass on one thread. A scope that is forgotten half-way does not compile, or forgets what it owns:
//! `soundness/peers.rs`. Without meaning: the choice between blocking, collecting and streaming.

use std::future::pending;

use ::tokio::sync::Semaphore;
use ::tokio::time::{Instant, sleep};
use rejoin::prelude::*;
use rejoin_tests::on_both;

use crate::MS;

#[rejoin::test]
async fn ten_children_read_a_local_that_cannot_be_copied() {
    let text = String::from("hello world!");
    let group = task_group!();
    for _ in 0..10 {
        group.spawn(async { assert_eq!(text, "hello world!") });
    }
    assert_eq!(group.join_all().await.len(), 10);
    drop(text);
}

#[rejoin::test(paused)]
async fn the_body_may_wait_between_one_spawn_and_the_next() {
    let text = String::from("hello world!");
    let group = task_group!();
    for _ in 0..10 {
        group.spawn(async { text.len() });
        scope!(pending::<()>()).timeout(10 * MS).await.unwrap_err();
    }
    let mut count = 0;
    while let Some(length) = group.next().await {
        assert_eq!(length, 12);
        count += 1;
    }
    assert_eq!(count, 10);
}

#[rejoin::test(paused)]
async fn a_cancelled_scope_is_gone_long_before_its_children_would_have_ended() {
    let mut shared = true;
    let began = Instant::now();
    let call = scope!(async {
        let child = spawn!(async {
            sleep(2000 * MS).await;
            shared = false;
        });
        child.await;
    });
    call.timeout(10 * MS).await.unwrap_err();
    assert_eq!(began.elapsed(), 10 * MS);
    assert!(shared, "borrowed mutably by the child until just now");
}

#[rejoin::test(paused)]
async fn back_pressure_holds_the_body_back() {
    let (room, mut most) = (Semaphore::new(2), 0);
    let group = task_group!();
    for _ in 0..20 {
        let place = room.acquire().await.unwrap();
        group.spawn(async move {
            sleep(MS).await;
            drop(place);
        });
        while group.len() > 2 {
            group.next().await;
        }
        most = most.max(group.len());
    }
    group.join_all().await;
    assert!(most <= 2, "{most} at once");
}

#[test]
fn deep_recursion_of_scopes_needs_no_thread_for_each() {
    #[scoped]
    async fn nested(depth: u32) -> u32 {
        if depth == 0 {
            return 0;
        }
        let below = spawn!(nested(depth - 1));
        below.await + 1
    }
    let depth = if cfg!(miri) { 10 } else { 1000 };
    assert_eq!(on_both(|| nested(depth)), [depth; 2]);
}
