use rejoin::prelude::*;

#[scoped]
pub async fn elided(text: &str) -> &str {
    tokio::task::yield_now().await;
    text
}

#[scoped]
pub async fn named<'a, 'b: 'a>(first: &'a str, second: &'b str) -> &'a str {
    let task = spawn!(elided(second));
    if first.is_empty() { task.await } else { task.stop().await.unwrap_or(first) }
}

#[scoped]
pub async fn anonymous(list: std::slice::Iter<'_, u32>) -> Option<&'_ u32> {
    list.max()
}

#[scoped]
pub async fn fixed(text: &'static str) -> &'static str {
    text
}
