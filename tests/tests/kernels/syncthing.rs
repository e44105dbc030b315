use rejoin::prelude::*;
use tokio::sync::RwLock;
use tokio::task::yield_now;

use super::LIMIT;

/// Addresses are cleared under a write lock, and listeners are told of it by something that reads
/// them. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `addresses.read().await` in `notify`")]
async fn tells_of_it_while_it_writes_4829() {
    #[scoped]
    async fn notify(addresses: &RwLock<Vec<u32>>) -> usize {
        addresses.read().await.len()
    }
    #[scoped]
    async fn clear(addresses: &RwLock<Vec<u32>>) {
        let mut all = addresses.write().await;
        yield_now().await;
        all.clear();
        notify(addresses).await;
    }
    clear(&RwLock::new(vec![1, 2])).await;
}
