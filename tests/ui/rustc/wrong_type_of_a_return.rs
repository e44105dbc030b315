use rejoin::prelude::*;

#[scoped]
async fn check(early: bool) -> u32 {
    let task = spawn!(async { 1 });
    if early {
        task.cancel();
        return "early";
    }
    task.await
}

fn main() {}
