use rejoin::prelude::*;

use std::rc::Rc;

#[scoped]
trait Store {
    async fn load(&self) -> u32;
}

struct Memory;

#[scoped]
impl Store for Memory {
    async fn load(&self) -> u32 {
        let shared = Rc::new(1);
        tokio::task::yield_now().await;
        *shared
    }
}

fn main() {}
