//! task_scope: a scope that reaches its tasks through their wakers.

use ::tokio::io::{copy, repeat, sink};
use rejoin::{Reason, prelude::*};
use rejoin_tests::Log;

use crate::MS;

/// Theirs never ends unless both ends of the copy are wrapped. tokio's budget makes even such a copy wait
/// now and then, and a wait is all that a cancellation needs.
#[rejoin::test(multi_thread)]
async fn a_copy_that_is_always_ready_is_cancelled() {
    let log = Log::new();
    let call = scope!(async {
        let task = spawn!(async {
            let _gone = log.on_drop("copy gone");
            let (mut from, mut to) = (repeat(0), sink());
            copy(&mut from, &mut to).await.unwrap();
            log.add("never");
        });
        task.await;
        log.add("never");
    });
    assert_eq!(call.timeout(20 * MS).await.unwrap_err().reason(), &Reason::Deadline);
    log.assert_is(&["copy gone"]);
}

#[rejoin::test]
async fn so_it_is_in_the_body_itself_on_one_thread() {
    let call = scope!(async {
        let (mut from, mut to) = (repeat(0), sink());
        copy(&mut from, &mut to).await
    });
    assert_eq!(call.timeout(20 * MS).await.unwrap_err().reason(), &Reason::Deadline);
}
