use rejoin::prelude::*;
use std::fmt::Display;

#[scoped]
pub async fn takes(shown: impl Display + Send, list: impl IntoIterator<Item = u32> + Send) -> String {
    let sum: u32 = list.into_iter().sum();
    format!("{shown} {sum}")
}

#[scoped]
pub async fn gives(n: u32) -> impl Display + Send {
    tokio::task::yield_now().await;
    n
}

#[scoped]
pub async fn gives_in_a_result(n: u32) -> Result<impl Display + Send, String> {
    if n == 0 { Err("zero".to_owned()) } else { Ok(n) }
}
