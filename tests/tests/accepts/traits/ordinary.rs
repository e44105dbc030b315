use rejoin::prelude::*;

#[scoped]
pub trait Store: Sync {
    const LIMIT: u32;
    type Item: Send;

    async fn load(&self, key: u32) -> u32;

    async fn default(&self) -> u32 {
        let task = spawn!(self.load(1));
        task.await + Self::LIMIT
    }

    fn plain(&self) -> u32;
}

pub struct Memory;

#[scoped]
impl Store for Memory {
    const LIMIT: u32 = 3;
    type Item = u32;

    async fn load(&self, key: u32) -> u32 {
        tokio::task::yield_now().await;
        key
    }

    fn plain(&self) -> u32 {
        1
    }
}

#[scoped]
pub async fn check<S: Store>(store: &S) -> u32 {
    let task = spawn!(store.default());
    task.await + store.plain()
}
