use rejoin::prelude::*;

#[scoped]
async fn check(text: &str) -> anyhow::Result<u32> {
    let task = spawn!(async { 1 });
    let error = anyhow::anyhow!("not {}", text.parse::<u32>()?);
    println!("{error}");
    Ok(task.await)
}

fn main() {}
