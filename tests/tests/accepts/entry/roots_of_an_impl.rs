use rejoin::prelude::*;
use std::future::Future;

pub trait Greeter {
    fn greet(&self, name: String) -> impl Future<Output = Result<String, Cancelled>> + Send;
    fn plain(&self) -> u32;
}

#[derive(Clone)]
pub struct Polite;

#[rejoin::root]
impl Greeter for Polite {
    async fn greet(&self, name: String) -> Result<String, Cancelled> {
        let task = spawn!(async { format!("hello {name}") });
        Ok(task.await)
    }
    fn plain(&self) -> u32 {
        1
    }
}
