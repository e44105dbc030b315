//! A transfer: two updates or none.

use std::time::Duration;

use rejoin::prelude::*;
use serde::Deserialize;
use sqlx::{SqliteConnection, SqlitePool};
use tokio::time::sleep;
use tracing::info;

use crate::tx::Tx;

/// How long a transfer may take, with everything it waits for.
pub(crate) const BUDGET: Duration = Duration::from_secs(10);
/// From here on a transfer has to be approved.
const LARGE: i64 = 100_000;
/// How long somebody looks at it. Long enough for a client to go away.
const LOOK: Duration = Duration::from_secs(3);

#[derive(Deserialize)]
pub(crate) struct Transfer {
    from: String,
    to: String,
    cents: i64,
}

/// Returns what is left in the account it was taken from.
#[scoped(timeout = BUDGET, name = "transfer")]
pub(crate) async fn transfer(
    accounts: &SqlitePool,
    Transfer { from, to, cents }: &Transfer,
) -> Result<i64, TransferError> {
    if *cents <= 0 {
        return Err(TransferError::NotAnAmount(*cents));
    }
    let mut tx = Tx::begin(accounts).await?;
    // Whatever happens from here on. It is awaited, also when this function is cancelled; and what stands
    // below it has ended, so nobody else uses the transaction when it runs.
    defer!({
        if tx.rollback_unless_done().await? {
            let why = rejoin::current().reason().map_or("it failed".into(), |reason| reason.to_string());
            info!("transfer from {from} to {to} rolled back: {why}");
        }
        Ok(())
    });
    let left = balance(&mut tx, from).await?.checked_sub(*cents).filter(|left| *left >= 0);
    let left = left.ok_or_else(|| TransferError::NoCover(from.clone()))?;
    add(&mut tx, from, -cents).await?;
    add(&mut tx, to, *cents).await?;
    if *cents >= LARGE {
        info!("transfer from {from} to {to} waits for approval");
        sleep(LOOK).await;
    }
    tx.commit().await?;
    info!("transfer from {from} to {to} committed");
    Ok(left)
}

#[scoped]
pub(crate) async fn balance(connection: &mut SqliteConnection, owner: &str) -> Result<i64, TransferError> {
    let row = sqlx::query_scalar("SELECT cents FROM accounts WHERE owner = ?").bind(owner);
    row.fetch_optional(connection).await?.ok_or_else(|| TransferError::NoAccount(owner.into()))
}

#[scoped]
async fn add(connection: &mut SqliteConnection, owner: &str, cents: i64) -> Result<(), TransferError> {
    let update = sqlx::query("UPDATE accounts SET cents = cents + ? WHERE owner = ?").bind(cents).bind(owner);
    match update.execute(connection).await?.rows_affected() {
        0 => Err(TransferError::NoAccount(owner.into())),
        _ => Ok(()),
    }
}

/// Why nothing was transferred.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransferError {
    #[error("{0} is no amount to transfer")]
    NotAnAmount(i64),
    #[error("there is no account of {0}")]
    NoAccount(String),
    #[error("the account of {0} does not cover it")]
    NoCover(String),
    #[error("{0}")]
    Database(#[from] sqlx::Error),
    #[error("{0}")]
    Cancelled(#[from] Cancelled),
}
