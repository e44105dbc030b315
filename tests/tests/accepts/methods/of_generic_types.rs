use rejoin::prelude::*;

pub struct Cache<K, V, const N: usize> {
    pub items: [(K, V); N],
}

impl<K, V, const N: usize> Cache<K, V, N>
where
    K: PartialEq + Send + Sync,
    V: Clone + Send + Sync,
{
    #[scoped]
    pub async fn find(&self, key: &K) -> Option<V> {
        let task = spawn!(async { self.items.iter().find(|(known, _)| known == key) });
        task.await.map(|(_, value)| value.clone())
    }

    #[scoped]
    pub async fn change<F: FnOnce(&V) -> V + Send>(&self, key: &K, change: F) -> Option<V> {
        self.find(key).await.as_ref().map(change)
    }
}

impl<'a> Cache<&'a str, u32, 1> {
    #[scoped]
    pub async fn name(&self) -> &'a str {
        self.items[0].0
    }
}
