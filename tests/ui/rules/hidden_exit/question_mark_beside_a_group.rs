use rejoin::prelude::*;

#[scoped]
async fn check(text: &str) -> anyhow::Result<()> {
    let group = task_group!();
    group.spawn(async {});
    let error = anyhow::anyhow!("not {}", text.parse::<u32>()?);
    println!("{error}");
    group.stop().await;
    Ok(())
}

fn main() {}
