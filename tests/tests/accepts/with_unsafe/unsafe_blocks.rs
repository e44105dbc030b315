use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(async { 1 });
    // SAFETY: nothing in it needs any.
    #[allow(unused_unsafe)]
    unsafe {
        task.await
    }
}
