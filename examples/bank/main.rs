//! A bank: an HTTP service in front of a database, which never leaves a transaction open.
//!
//! ```text
//! cargo run --example bank
//! ```
//!
//! `POST /transfers` takes cents from one account and gives them to another, in one transaction; large
//! sums wait in the middle of it until somebody has approved them. The transaction is rolled back, and the
//! roll-back awaited, on every way out of `transfer`: an account without cover, a client that
//! goes away, the time limit, a panic, Ctrl-C. Then its connection goes back to the pool, clean.
//!
//! - `api.rs` the routes, and what an error is in HTTP
//! - `transfer.rs` a transfer
//! - `tx.rs` a transaction that can be ended in a `defer!`
//! - `database.rs` the accounts

mod api;
mod database;
mod transfer;
mod tx;

use std::error::Error;

use rejoin::prelude::*;
use rejoin_examples::door::listen;
use rejoin_examples::server::serve;
use tokio::net::TcpListener;
use tracing_subscriber::fmt::time::uptime;

/// Listens on `BANK_ADDR`, and keeps the accounts in the file `BANK_DB`.
#[rejoin::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = listen("BANK_ADDR", "127.0.0.1:8081").await?;
    greet(&listener)?;
    tracing_subscriber::fmt().with_timer(uptime()).with_target(false).init();

    let accounts = database::open().await?;
    defer!({
        // Below this line the pool is used; here nobody uses it any more, and all its connections are closed.
        accounts.close().await;
        println!("bank: closed");
    });
    serve(listener, api::router(accounts.clone())).await;
    Ok(())
}

fn greet(listener: &TcpListener) -> Result<(), Box<dyn Error>> {
    let url = format!("http://{}", listener.local_addr()?);
    let transfer = |cents| {
        format!("curl {url}/transfers --json '{{\"from\": \"ann\", \"to\": \"bob\", \"cents\": {cents}}}'")
    };
    println!("bank: listening on {url}");
    println!("try:");
    println!("  {}", transfer(2_500));
    println!("  {}   # wait, or leave with Ctrl-C", transfer(150_000));
    println!("  curl {url}/accounts/ann");
    Ok(())
}
