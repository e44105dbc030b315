use rejoin::prelude::*;

#[scoped(dyn)]
pub trait Find: Send + Sync {
    async fn find<'a>(&self, key: &'a str, fallback: &str) -> Option<&'a str>;
    async fn count(&mut self, by: u32) -> u32;
    async fn nothing(&self);
}

pub struct Memory(pub u32);

#[scoped(dyn)]
impl Find for Memory {
    async fn find<'a>(&self, key: &'a str, fallback: &str) -> Option<&'a str> {
        (key != fallback).then_some(key)
    }
    async fn count(&mut self, by: u32) -> u32 {
        self.0 += by;
        self.0
    }
    async fn nothing(&self) {}
}

#[scoped]
pub async fn check(store: &mut dyn Find) -> u32 {
    store.nothing().await;
    let found = store.find("key", "other").await.is_some();
    let task = spawn!(store.count(u32::from(found)));
    task.await
}
