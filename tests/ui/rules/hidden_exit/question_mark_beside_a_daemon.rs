use rejoin::prelude::*;

#[scoped]
async fn check(text: &str) -> anyhow::Result<()> {
    daemon!(std::future::pending::<()>());
    let error = anyhow::anyhow!("not {}", text.parse::<u32>()?);
    println!("{error}");
    Ok(())
}

fn main() {}
