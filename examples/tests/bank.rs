//! Drives the bank as its clients do, and looks into its accounts.
#![cfg(unix)]

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use nix::sys::signal::Signal;
use rejoin::prelude::*;
use support::fresh_path;
use support::http::{Answer, Exchange};
use support::program::Program;

const LIMIT: Duration = Duration::from_secs(40);

/// `name` is that of its file, so that a test can open it again.
fn bank(name: &str) -> Program {
    let file = fresh_path(name);
    Program::start("bank", &[("BANK_ADDR", "127.0.0.1:0"), ("BANK_DB", file.to_str().expect("a plain path"))])
}

#[scoped]
async fn begin_transfer(bank: SocketAddr, from: &str, to: &str, cents: i64) -> Exchange {
    let body = format!(r#"{{"from": "{from}", "to": "{to}", "cents": {cents}}}"#);
    Exchange::post(bank, "/transfers", &body).await
}

#[scoped]
async fn transfer(bank: SocketAddr, from: &str, to: &str, cents: i64) -> Answer {
    begin_transfer(bank, from, to, cents).await.answer().await
}

/// What Ann and Bob have.
#[scoped]
async fn balances(bank: SocketAddr) -> [i64; 2] {
    let ann = Exchange::get(bank, "/accounts/ann").await.answer().await;
    let bob = Exchange::get(bank, "/accounts/bob").await.answer().await;
    [&ann, &bob].map(|answer| answer.json["cents"].as_i64().expect("a number"))
}

#[rejoin::test(limit = LIMIT)]
async fn a_transfer_takes_and_gives() {
    let mut program = bank("takes-and-gives.db");
    let bank = program.address().await;
    let small = transfer(bank, "ann", "bob", 2_500).await;
    assert_eq!((small.status, small.json["left"].as_i64()), (200, Some(197_500)));
    let large = transfer(bank, "bob", "ann", 150_000).await;
    assert_eq!((large.status, large.json["left"].as_i64()), (200, Some(52_500)));
    assert_eq!(balances(bank).await, [347_500, 52_500]);
}

#[rejoin::test(limit = LIMIT)]
async fn a_transfer_that_fails_half_way_changes_nothing() {
    let mut program = bank("fails-half-way.db");
    let bank = program.address().await;
    assert_eq!(transfer(bank, "ann", "bob", 200_001).await.status, 409);
    // By then it has been taken from Ann.
    assert_eq!(transfer(bank, "ann", "nobody", 100).await.status, 404);
    assert_eq!(transfer(bank, "ann", "bob", -100).await.status, 422);
    program.logs(&["transfer from ann to nobody rolled back: it failed"]).await;
    assert_eq!(balances(bank).await, [200_000, 200_000]);
}

#[rejoin::test(limit = LIMIT)]
async fn a_client_that_leaves_in_the_middle_takes_its_transaction_with_it() {
    let mut program = bank("client-leaves.db");
    let bank = program.address().await;
    let leaving = begin_transfer(bank, "ann", "bob", 150_000).await;
    program.logs(&["transfer from ann to bob waits for approval"]).await;
    drop(leaving);
    program.logs(&["transfer from ann to bob rolled back"]).await;
    // A transaction that is left open would block every other one, and this one would have no cover.
    let next = transfer(bank, "ann", "bob", 90_000).await;
    assert_eq!((next.status, next.json["left"].as_i64()), (200, Some(110_000)));
}

#[rejoin::test(limit = LIMIT)]
async fn a_bank_that_is_stopped_rolls_back_before_it_closes() {
    let mut program = bank("stopped.db");
    let address = program.address().await;
    let cut = begin_transfer(address, "ann", "bob", 150_000).await;
    program.logs(&["transfer from ann to bob waits for approval"]).await;
    program.signal(Signal::SIGTERM);
    let ended = program.end().await;
    drop(cut);
    assert_eq!(ended.code, Some(143));
    let line = |text: &str| ended.log.iter().position(|line| line.contains(text));
    let (rolled_back, closed) = (line("rolled back"), line("bank: closed"));
    assert!(rolled_back.is_some() && rolled_back < closed, "{:#?}", ended.log);

    let mut again = bank("stopped.db");
    let address = again.address().await;
    assert_eq!(balances(address).await, [200_000, 200_000]);
}
