use rejoin::prelude::*;
use std::future::Future;

pub trait Load {
    fn load(&self, id: u32) -> Scoped<impl Future<Output = u32> + Send>;
}

pub struct Memory;

impl Load for Memory {
    #[scoped]
    async fn load(&self, id: u32) -> u32 {
        id
    }
}

pub struct Other;

impl Load for Other {
    fn load(&self, id: u32) -> Scoped<impl Future<Output = u32> + Send> {
        scope!(async move { id })
    }
}
