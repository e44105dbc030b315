use rejoin::prelude::*;
use tokio::sync::{Mutex, Semaphore, oneshot};
use tokio::task::yield_now;

use super::LIMIT;

/// A breaker lets one request in at a time. The first one in waits for a lock that its test holds until
/// the second is in, too. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `second_in.await`")]
async fn the_first_waits_for_what_the_second_frees_2137() {
    #[scoped]
    async fn request(breaker: &Semaphore, work: &Mutex<u32>, accepted: oneshot::Sender<()>) {
        let _permit = breaker.acquire().await;
        let _ = accepted.send(());
        *work.lock().await += 1;
    }
    let (breaker, work) = (Semaphore::new(1), Mutex::new(0));
    let held = work.lock().await;
    let (accepted, first_in) = oneshot::channel();
    let first = spawn!(request(&breaker, &work, accepted));
    let (accepted, second_in) = oneshot::channel();
    let second = spawn!(request(&breaker, &work, accepted));
    yield_now().await;
    first_in.await.unwrap();
    second_in.await.unwrap();
    drop(held);
    first.await;
    second.await;
}
