use rejoin::prelude::*;

#[scoped]
async fn check(late: bool) -> u32 {
    let task = spawn!(async { 1 });
    let error = anyhow::anyhow!("late: {}", if late { return 2 } else { 3 });
    println!("{error}");
    task.await
}

fn main() {}
