use rejoin::prelude::*;
use std::rc::Rc;

#[scoped(local)]
pub trait Count {
    async fn count(&self) -> usize;
}

#[scoped(local)]
impl Count for Rc<u32> {
    async fn count(&self) -> usize {
        let again = self.clone();
        tokio::task::yield_now().await;
        Rc::strong_count(&again)
    }
}

#[scoped(local)]
pub async fn down(n: Rc<u32>) -> u32 {
    if *n == 0 { 0 } else { down(Rc::new(*n - 1)).await }
}
