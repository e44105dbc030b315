use rejoin::prelude::*;
use tokio::sync::Mutex;
use tokio::task::yield_now;

use super::LIMIT;

/// A table of locks, one for each address: it is held while one of them is waited for, and giving one
/// back needs the table. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `table.lock().await` in `unlock`")]
async fn a_table_of_locks_3251() {
    #[scoped]
    async fn lock(table: &Mutex<u32>, address: &Mutex<bool>) {
        let mut users = table.lock().await;
        *users += 1;
        while *address.lock().await {
            yield_now().await;
        }
        *address.lock().await = true;
    }
    #[scoped]
    async fn unlock(table: &Mutex<u32>, address: &Mutex<bool>) {
        let mut users = table.lock().await;
        *users -= 1;
        *address.lock().await = false;
    }
    let (table, address) = (Mutex::new(0), Mutex::new(false));
    lock(&table, &address).await;
    let second = spawn!(lock(&table, &address));
    yield_now().await;
    unlock(&table, &address).await;
    second.await;
}

/// A page makes its content under its own lock, and what is asked for on the way makes the content
/// first. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `self.content.lock().await` in `make`")]
async fn the_content_needs_the_content_5379() {
    struct Page {
        content: Mutex<String>,
    }
    impl Page {
        #[scoped]
        async fn make(&self) -> usize {
            let mut content = self.content.lock().await;
            if content.is_empty() {
                let summary = self.summary().await;
                content.push_str(&summary);
            }
            content.len()
        }
        fn summary(&self) -> BoxScoped<'_, String> {
            scope!(async move { format!("{} words", self.make().await) }).boxed()
        }
    }
    Page { content: Mutex::new(String::new()) }.make().await;
}
