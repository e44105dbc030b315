use rejoin::prelude::*;

#[scoped]
pub async fn check(name: String) -> u32 {
    let task = spawn!(async { 1 });
    std::mem::forget(name);
    let kept = std::mem::ManuallyDrop::new(2);
    task.await + *kept
}
