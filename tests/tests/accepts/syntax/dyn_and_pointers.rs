use rejoin::prelude::*;
use std::any::Any;
use std::fmt::Debug;

#[scoped]
pub async fn check(shown: &(dyn Debug + Sync), any: Box<dyn Any + Send>, _list: &mut [&dyn Debug]) -> usize {
    let task = spawn!(async { format!("{shown:?}").len() });
    let length = task.await;
    length + usize::from(any.is::<u32>())
}
