//! An actor: accounts that one task owns, and a handle through which others ask it. It lives as long
//! as the block that uses it; who asks after its end is told so.

use std::collections::BTreeMap;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::sync::{mpsc, oneshot};

type Account = &'static str;

enum Request {
    Deposit { to: Account, cents: u64, done: oneshot::Sender<u64> },
    Transfer { from: Account, to: Account, cents: u64, done: oneshot::Sender<Result<(), BankError>> },
    Total(oneshot::Sender<u64>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum BankError {
    Overdrawn { by: u64 },
    Closed,
}

/// The actor itself.
struct Bank<'a> {
    accounts: BTreeMap<Account, u64>,
    log: &'a Log,
}

impl Bank<'_> {
    #[scoped]
    async fn serve(mut self, mut requests: mpsc::Receiver<Request>) {
        defer!({ self.log.add(format!("closed with {} accounts", self.accounts.len())) });
        while let Some(request) = requests.recv().await {
            // Who asked may have gone; that is no matter of the bank's.
            match request {
                Request::Deposit { to, cents, done } => {
                    let _ = done.send(self.deposit(to, cents));
                }
                Request::Transfer { from, to, cents, done } => {
                    let _ = done.send(self.transfer(from, to, cents));
                }
                Request::Total(done) => {
                    let _ = done.send(self.accounts.values().sum());
                }
            }
        }
    }

    fn deposit(&mut self, to: Account, cents: u64) -> u64 {
        let account = self.accounts.entry(to).or_default();
        *account += cents;
        *account
    }

    fn transfer(&mut self, from: Account, to: Account, cents: u64) -> Result<(), BankError> {
        let account = self.accounts.entry(from).or_default();
        if *account < cents {
            return Err(BankError::Overdrawn { by: cents - *account });
        }
        *account -= cents;
        self.deposit(to, cents);
        Ok(())
    }
}

/// Asks the actor.
#[derive(Clone)]
struct Teller(mpsc::Sender<Request>);

impl Teller {
    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, BankError> {
        let (done, answer) = oneshot::channel();
        self.0.send(request(done)).await.map_err(|_| BankError::Closed)?;
        answer.await.map_err(|_| BankError::Closed)
    }

    async fn deposit(&self, to: Account, cents: u64) -> Result<u64, BankError> {
        self.ask(|done| Request::Deposit { to, cents, done }).await
    }

    async fn transfer(&self, from: Account, to: Account, cents: u64) -> Result<(), BankError> {
        self.ask(|done| Request::Transfer { from, to, cents, done }).await?
    }

    async fn total(&self) -> Result<u64, BankError> {
        self.ask(Request::Total).await
    }
}

/// Many pay at once. What goes wrong with one of them is an error of all.
#[scoped]
async fn pay_day(teller: &Teller, rounds: u64) -> Result<u64, BankError> {
    teller.deposit("firm", 100 * rounds).await?;
    let payments = task_group!();
    for round in 0..rounds {
        let to = if round % 2 == 0 { "ann" } else { "bob" };
        payments.spawn(teller.transfer("firm", to, 100));
    }
    while let Some(paid) = payments.next().await {
        paid?;
    }
    teller.total().await
}

#[scoped]
async fn open(log: &Log, rounds: u64) -> (Teller, Result<u64, BankError>) {
    let (requests, asked) = mpsc::channel(8);
    daemon!(Bank { accounts: BTreeMap::new(), log }.serve(asked));
    let teller = Teller(requests);
    let total = pay_day(&teller, rounds).await;
    (teller, total)
}

#[rejoin::test]
async fn the_money_stays_the_same_and_the_bank_closes_with_its_block() {
    let log = Log::new();
    let (teller, total) = open(&log, 20).await;
    assert_eq!(total, Ok(2000));
    log.assert_is(&["closed with 3 accounts"]);
    assert_eq!(teller.total().await, Err(BankError::Closed));
}

#[rejoin::test]
async fn an_overdraft_is_the_askers_error() {
    let log = Log::new();
    let (requests, asked) = mpsc::channel(8);
    let teller = Teller(requests);
    let bank = spawn!(Bank { accounts: BTreeMap::new(), log: &log }.serve(asked));
    teller.deposit("ann", 50).await.unwrap();
    let refused = teller.transfer("ann", "bob", 80).await;
    assert_eq!(refused, Err(BankError::Overdrawn { by: 30 }));
    assert_eq!(teller.total().await, Ok(50));
    // The last teller goes home, and the bank closes by itself.
    drop(teller);
    assert!(bank.timeout(Duration::from_secs(5)).await.is_ok());
    log.assert_is(&["closed with 1 accounts"]);
}
