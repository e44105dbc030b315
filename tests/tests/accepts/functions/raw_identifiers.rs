use rejoin::prelude::*;

#[scoped]
pub async fn r#match(r#type: u32, r#loop: &str) -> u32 {
    let r#async = spawn!(async { r#type });
    let r#move = r#async.await;
    r#move + r#loop.len() as u32
}

#[scoped]
pub async fn check() -> u32 {
    let r#fn = spawn!(r#match(1, "loop"));
    r#fn.await + r#match(2, "x").await
}
