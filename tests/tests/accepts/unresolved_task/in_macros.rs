use rejoin::prelude::*;

#[scoped]
pub async fn check() -> String {
    let first = spawn!(async { 1 });
    let second = spawn!(async { 2 });
    let third = spawn!(async { 3 });
    println!("{}", first.await);
    assert_eq!(second.await, 2);
    format!("{third}", third = third.await)
}
