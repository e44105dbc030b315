use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> Option<u32> {
    let task = spawn!(async { 1 });
    let first = ids.first()?;
    if *first == 0 {
        return None;
    }
    if *first == 1 { None } else { Some(task.await) }
}
