use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) -> Result<u32, String> {
    let task = spawn!(async { 1 });
    if ids.is_empty() {
        return Ok(0);
    }
    Ok(task.await)
}

fn main() {}
