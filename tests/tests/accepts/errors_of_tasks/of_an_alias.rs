use rejoin::prelude::*;

pub type Answer<T = ()> = Result<T, String>;

#[scoped]
pub async fn fetch() -> Answer<u32> {
    Ok(1)
}

#[scoped]
pub async fn check() -> Answer {
    let task = spawn!(fetch()?);
    println!("{}", task.await);
    Ok(())
}

#[scoped]
pub async fn other() -> anyhow::Result<u32> {
    let task = spawn!(async { anyhow::Ok(1) }?);
    Ok(task.await)
}
