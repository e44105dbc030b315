//! A batch importer: each file in a transaction of its own, which is rolled back, whatever happens,
//! unless it was committed. A broken file does not stop the others; a database that is gone does.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use rejoin::prelude::*;
use tokio::time::sleep;

#[derive(Debug)]
enum ImportError {
    Line { number: usize, text: String },
    Database(&'static str),
    Cancelled(Cancelled),
}

impl From<Cancelled> for ImportError {
    fn from(cancelled: Cancelled) -> Self {
        Self::Cancelled(cancelled)
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { number, text } => write!(f, "line {number}: `{text}` is no number"),
            Self::Database(text) => f.write_str(text),
            Self::Cancelled(cancelled) => cancelled.fmt(f),
        }
    }
}

/// A database in memory, whose transactions are open until they are ended.
#[derive(Default)]
struct Database {
    rows: Mutex<Vec<i64>>,
    open: Mutex<u32>,
    rolled_back: Mutex<u32>,
    capacity: usize,
}

struct Transaction<'a> {
    database: &'a Database,
    rows: Vec<i64>,
    is_done: bool,
}

impl Database {
    async fn begin(&self) -> Transaction<'_> {
        sleep(Duration::from_millis(1)).await;
        *self.open.lock().unwrap() += 1;
        Transaction { database: self, rows: Vec::new(), is_done: false }
    }
}

impl Transaction<'_> {
    async fn insert(&mut self, row: i64) -> Result<(), ImportError> {
        sleep(Duration::from_millis(10)).await;
        if self.database.rows.lock().unwrap().len() + self.rows.len() >= self.database.capacity {
            return Err(ImportError::Database("no room left"));
        }
        self.rows.push(row);
        Ok(())
    }

    async fn commit(&mut self) -> usize {
        sleep(Duration::from_millis(5)).await;
        let rows = self.rows.len();
        self.database.rows.lock().unwrap().append(&mut self.rows);
        self.end();
        rows
    }

    async fn roll_back(&mut self) {
        if !self.is_done {
            sleep(Duration::from_millis(5)).await;
            *self.database.rolled_back.lock().unwrap() += 1;
            self.end();
        }
    }

    fn end(&mut self) {
        self.is_done = true;
        *self.database.open.lock().unwrap() -= 1;
    }
}

#[scoped(timeout = Duration::from_secs(1))]
async fn import_file(database: &Database, file: &str) -> Result<usize, ImportError> {
    let mut transaction = database.begin().await;
    defer!({ transaction.roll_back().await });
    for (index, line) in file.lines().enumerate() {
        let Ok(row) = line.trim().parse() else {
            return Err(ImportError::Line { number: index + 1, text: line.to_owned() });
        };
        transaction.insert(row).await?;
    }
    Ok(transaction.commit().await)
}

/// How many rows of each file, or why not.
#[scoped]
async fn import(database: &Database, files: &[&str]) -> Result<Vec<Result<usize, String>>, ImportError> {
    let mut report = Vec::new();
    for file in files {
        match import_file(database, file).await {
            Ok(rows) => report.push(Ok(rows)),
            Err(gone @ ImportError::Database(_)) => return Err(gone),
            Err(broken) => report.push(Err(broken.to_string())),
        }
    }
    Ok(report)
}

#[rejoin::test(paused)]
async fn a_broken_file_is_rolled_back_and_the_next_one_imported() {
    let database = Database { capacity: 100, ..Database::default() };
    let report = import(&database, &["1\n2", "3\nx\n4", "5"]).await.unwrap();
    assert_eq!(report, [Ok(2), Err("line 2: `x` is no number".to_owned()), Ok(1)]);
    assert_eq!(*database.rows.lock().unwrap(), [1, 2, 5]);
    assert_eq!((*database.open.lock().unwrap(), *database.rolled_back.lock().unwrap()), (0, 1));
}

#[rejoin::test(paused)]
async fn a_database_that_is_full_stops_the_import() {
    let database = Database { capacity: 3, ..Database::default() };
    let stopped = import(&database, &["1\n2", "3\n4", "5"]).await.unwrap_err();
    assert!(matches!(stopped, ImportError::Database("no room left")));
    assert_eq!(*database.rows.lock().unwrap(), [1, 2]);
    assert_eq!(*database.open.lock().unwrap(), 0);
}

#[rejoin::test(paused)]
async fn a_file_that_takes_too_long_or_a_caller_that_leaves_leaves_nothing_open() {
    let database = Database { capacity: 1000, ..Database::default() };
    let long = "1\n".repeat(200);
    let report = import(&database, &[&long, "2"]).await.unwrap();
    assert!(report[0].as_ref().unwrap_err().contains("its deadline passed"), "{report:?}");
    assert_eq!(report[1], Ok(1));
    assert!(import(&database, &["7\n8\n9"]).timeout(Duration::from_millis(25)).await.is_err());
    assert_eq!(*database.rows.lock().unwrap(), [2]);
    assert_eq!((*database.open.lock().unwrap(), *database.rolled_back.lock().unwrap()), (0, 2));
}
