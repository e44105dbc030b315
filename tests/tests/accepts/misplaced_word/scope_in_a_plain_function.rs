use rejoin::prelude::*;
use std::future::Future;

pub fn check(id: u32) -> Scoped<impl Future<Output = u32>> {
    scope!(async move {
        let task = spawn!(async { id });
        task.await
    })
}
