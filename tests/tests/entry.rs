//! Programs, tests and handlers.

use rejoin::prelude::*;
use rejoin_tests::Log;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

#[derive(Debug)]
struct AppError;
impl From<Cancelled> for AppError {
    fn from(_: Cancelled) -> Self {
        AppError
    }
}

#[rejoin::test]
async fn plain() {
    let t = spawn!(async { 1 });
    assert_eq!(t.await, 1);
}
#[rejoin::test(multi_thread)]
async fn threads() -> Result<(), std::num::ParseIntError> {
    let t = spawn!(async { "1".parse::<u32>() }?);
    assert_eq!(t.await, 1);
    Ok(())
}
#[rejoin::test(paused, limit = Duration::from_secs(2))]
async fn paused() {
    tokio::time::sleep(Duration::from_secs(3600)).await;
}
#[rejoin::test]
#[should_panic(expected = "1 tasks alive")]
async fn foreign() {
    leak();
}

/// A leak that no attribute sees.
fn leak() {
    tokio::spawn(std::future::pending::<()>());
}

#[rejoin::test(limit = Duration::from_millis(20))]
#[should_panic(expected = "it waited at `std::future::pending::<()>().await` in `too_long`")]
async fn too_long() {
    std::future::pending::<()>().await;
}

#[rejoin::test(limit = Duration::from_millis(20))]
#[should_panic(expected = "task \"slow\" at `spawn!(name = \"slow\", std::future::pending::<()>())`")]
async fn the_failure_at_the_limit_tells_every_task() {
    let slow = spawn!(name = "slow", std::future::pending::<()>());
    slow.await;
}

#[rejoin::test(paused, limit = Duration::from_millis(3500))]
#[should_panic(
    expected = "a deadlock: every task waits, and on its paused clock there is no timer left to wake one"
)]
async fn a_test_on_a_paused_clock_in_which_nothing_can_move_is_in_a_deadlock() {
    let (to_first, mut first) = tokio::sync::mpsc::channel::<()>(1);
    let (to_second, mut second) = tokio::sync::mpsc::channel::<()>(1);
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let one = spawn!(async {
        first.recv().await;
        let _ = to_second.send(()).await;
    });
    second.recv().await;
    let _ = to_first.send(()).await;
    one.await;
}

#[rejoin::test]
#[should_panic(expected = "the defer waits")]
async fn a_panic_of_the_test_is_its_failure() {
    defer!({ tokio::task::yield_now().await });
    let task = spawn!(async { panic!("the defer waits") });
    task.await
}

#[rejoin::test(allow_foreign)]
async fn foreign_tasks_may_be_allowed() {
    leak();
}

#[rejoin::root]
async fn handler((a, b): (u32, u32), name: String) -> Result<String, AppError> {
    let t = spawn!(async { a + b });
    Ok(format!("{name} {}", t.await))
}
#[rejoin::root(cancelled = 0)]
async fn zero() -> u32 {
    5
}
#[rejoin::root(cancelled = |c| c.to_string().len())]
async fn len() -> usize {
    5
}

#[derive(Clone)]
struct Api {
    base: u32,
}
impl Api {
    #[rejoin::root]
    async fn get(&self, n: u32) -> Result<u32, AppError> {
        let t = spawn!(async { self.base + n });
        Ok(t.await)
    }
}
trait Greeter {
    fn greet(&self, n: u32) -> impl Future<Output = Result<u32, AppError>> + Send;
}
#[rejoin::root]
impl Greeter for Api {
    async fn greet(&self, n: u32) -> Result<u32, AppError> {
        let t = spawn!(async { self.base + n });
        Ok(t.await)
    }
}
#[rejoin::test]
async fn roots() {
    assert_eq!(handler((1, 2), "x".into()).await.unwrap(), "x 3");
    let api = Api { base: 3 };
    assert_eq!(api.get(2).await.unwrap(), 5);
    assert_eq!(api.greet(2).await.unwrap(), 5);
    assert_eq!(zero().await + len().await as u32, 10);
}

/// As a framework whose client went away: polls the handler once, and drops it.
async fn polled_once<F: Future>(handler: F) {
    let mut handler = Box::pin(handler);
    poll_fn(|cx| Poll::Ready(handler.as_mut().poll(cx).is_pending())).await;
}

#[rejoin::root]
async fn cleans_up(log: Log) -> Result<(), AppError> {
    let _local = log.on_drop("local");
    defer!({
        tokio::task::yield_now().await;
        log.add(rejoin::current().reason().expect("it was cancelled"));
    });
    log.add("begins");
    std::future::pending().await
}

#[rejoin::test]
async fn a_handler_that_is_dropped_cleans_up() {
    let log = Log::new();
    scope!(async { polled_once(cleans_up(log.clone())).await }).named("server").await;
    log.assert_is(&["begins", "nobody waited for it any more", "local"]);
}

#[rejoin::test(paused)]
async fn a_handler_that_is_cancelled_says_so_as_it_was_told_to() {
    #[rejoin::root(cancelled = |cancelled| cancelled.to_string())]
    async fn waits(log: Log) -> String {
        defer!({ log.add("cleaned up") });
        std::future::pending().await
    }
    let log = Log::new();
    // What is around it is cancelled with it, so that its answer is read by nobody there.
    let server = scope!(async { waits(log.clone()).await }).timeout(Duration::from_millis(5));
    server.await.unwrap_err();
    log.assert_is(&["cleaned up"]);
}

#[async_trait::async_trait]
trait Boxed: Send + Sync {
    async fn find(&self, n: u32) -> Result<u32, AppError>;
}

#[rejoin::root]
#[async_trait::async_trait]
impl Boxed for Api {
    async fn find(&self, n: u32) -> Result<u32, AppError> {
        let t = spawn!(async { self.base + n });
        Ok(t.await)
    }
}

#[rejoin::test]
async fn above_async_trait_a_root_is_object_safe() {
    let api: Box<dyn Boxed> = Box::new(Api { base: 3 });
    assert_eq!(tokio::time::timeout(Duration::from_secs(60), api.find(4)).await.unwrap().unwrap(), 7);
}
