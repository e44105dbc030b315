//! affinitypool: work on a pool that borrows. Its hole: the future is polled once, forgotten, and what it
//! borrowed is changed.
//!
//! Here it does not compile: a scoped call that borrows is no future, and a root owns what it works on
//! (`ui/soundness`). What is left of it is a root that is forgotten.

use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::task::Poll;

use ::tokio::runtime::Builder;
use ::tokio::task::yield_now;
use rejoin::prelude::*;

#[test]
#[expect(clippy::mem_forget, reason = "what the test is about")]
fn polled_once_and_forgotten_what_it_works_on_stays_its_own() {
    #[scoped]
    async fn works(mut data: Vec<u32>, alive: Arc<()>) {
        let _alive = alive;
        let task = spawn!(async {
            loop {
                data.push(1);
                yield_now().await;
            }
        });
        pending::<()>().await;
        task.await
    }
    let runtime = Builder::new_current_thread().build().unwrap();
    let alive = Arc::new(());
    runtime.block_on(async {
        let mut root = Box::pin(rejoin::run(works(vec![0], alive.clone())));
        assert!(poll_fn(|cx| Poll::Ready(root.as_mut().poll(cx).is_pending())).await);
        std::mem::forget(root);
        for _ in 0..10 {
            yield_now().await;
        }
    });
    drop(runtime);
    assert_eq!(Arc::strong_count(&alive), 2, "leaked, and so valid for ever");
}
