//! Programs, tests and handlers.

use rejoin::prelude::*;
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
