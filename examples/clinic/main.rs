//! The clinic.
use rejoin::prelude::*;

#[rejoin::main]
async fn main() {
    let hello = spawn!(async { "hello" });
    println!("{}", hello.await);
}
