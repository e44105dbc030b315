use rejoin::prelude::*;

#[scoped]
pub async fn check() {
    println!("work");
    defer!({ println!("left") });
}

#[scoped]
pub async fn without_a_semicolon() {
    println!("work");
    defer! { println!("left") }
}
