//! The accounts of the bank.

use std::env;
use std::path::PathBuf;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};

use rejoin::prelude::*;

const CONNECTIONS: u32 = 4;

/// Opens the file, and makes two accounts with 2,000.00 each where there are none.
#[scoped]
pub(crate) async fn open() -> sqlx::Result<SqlitePool> {
    let path = env::var_os("BANK_DB").map_or_else(|| env::temp_dir().join("rejoin-bank.db"), PathBuf::from);
    let file = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        // Reading goes on while somebody writes.
        .journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).connect_with(file).await?;
    sqlx::raw_sql(
        "CREATE TABLE IF NOT EXISTS accounts (
             owner TEXT PRIMARY KEY,
             cents INTEGER NOT NULL CHECK (cents >= 0)
         );
         INSERT OR IGNORE INTO accounts VALUES ('ann', 200000), ('bob', 200000);",
    )
    .execute(&pool)
    .await?;
    Ok(pool)
}
