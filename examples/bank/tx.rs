//! A transaction that can be ended in a `defer!`.

use std::ops::{Deref, DerefMut};

use rejoin::prelude::*;
use sqlx::{Sqlite, SqliteConnection, SqlitePool, Transaction};

/// sqlx ends a transaction by value, so that nobody uses it afterwards. But here two places can end it:
/// the function commits, its `defer!` rolls back what was not committed.
///
/// Dropping one starts a roll-back too, and does not wait for it.
pub(crate) struct Tx(Option<Transaction<'static, Sqlite>>);

#[scoped]
impl Tx {
    /// In a shield, as `commit` is: a driver that is interrupted between asking its database to begin and
    /// hearing that it has may hand the connection to the next one with a transaction open.
    pub(crate) async fn begin(pool: &SqlitePool) -> sqlx::Result<Self> {
        // Not the plain `BEGIN`: this one waits for its turn to write now, and not half-way through.
        let begin = scope!(pool.begin_with("BEGIN IMMEDIATE"));
        Ok(Self(Some(begin.shield().await?)))
    }

    pub(crate) async fn commit(&mut self) -> sqlx::Result<()> {
        match self.0.take() {
            Some(tx) => scope!(tx.commit()).shield().await,
            None => Ok(()),
        }
    }

    /// Says whether there was something to roll back.
    pub(crate) async fn rollback_unless_done(&mut self) -> sqlx::Result<bool> {
        match self.0.take() {
            Some(tx) => tx.rollback().await.map(|()| true),
            None => Ok(false),
        }
    }
}

impl Deref for Tx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.0.as_ref().expect("it is used before it is ended")
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.0.as_mut().expect("it is used before it is ended")
    }
}
