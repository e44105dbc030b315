use rejoin::prelude::*;
use std::sync::Mutex;

#[scoped]
pub async fn length(text: &str) -> usize {
    text.len()
}

#[scoped]
pub async fn check(names: &Mutex<Vec<String>>) -> usize {
    let first = length(&String::from("temporary")).await;
    let second = length(&format!("{first}")).await;
    let joined = names.lock().unwrap().join(" ");
    first + second + length(&joined).await
}
