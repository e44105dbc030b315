use rejoin::prelude::*;

#[scoped]
async fn check(fails: bool) -> Result<u32, String> {
    let task = spawn!(async { 1 });
    if fails {
        let _ = Err::<u32, _>("ignored");
    } else {
        return Ok(task.await);
    }
    Ok(2)
}

fn main() {}
