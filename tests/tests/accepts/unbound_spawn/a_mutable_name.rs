use rejoin::prelude::*;

#[scoped]
pub async fn check() -> bool {
    #[allow(unused_mut, reason = "the form is what this is about")]
    let mut task = spawn!(async { 1 });
    let named = task.name().is_some();
    task.await == 1 && !named
}
