use rejoin::prelude::*;

#[scoped]
pub async fn check() -> &'static mut u32 {
    let task = spawn!(async { 1 });
    Box::leak(Box::new(task.await))
}
