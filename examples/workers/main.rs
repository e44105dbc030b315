//! Workers: a pool that says when it is full, and finishes what it has taken on.
//!
//! ```text
//! cargo run --example workers
//! nc 127.0.0.1 7003                # then: 1000000, several times
//! ```
//!
//! Each line is a job: how many primes are there below that number? The pool is a group with a limit. A
//! client never waits for room: it hears at once whether its job was taken or everybody is busy. At Ctrl-C no
//! job is taken any more, and those that were are worked off, for ten seconds at the most.
//!
//! - `client.rs` one client and its jobs
//! - `primes.rs` the work, which needs a thread of its own

mod client;
mod primes;

use std::io;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_examples::door::{accept_until_shutdown, listen};

use crate::client::client;

const WORKERS: usize = 2;

/// Listens on `WORKERS_ADDR`.
#[rejoin::main(grace = Duration::from_secs(10))]
async fn main() -> io::Result<()> {
    let listener = listen("WORKERS_ADDR", "127.0.0.1:7003").await?;
    println!("workers: listening on tcp://{}", listener.local_addr()?);

    // The jobs stand above the clients: one that is taken belongs to the pool, and its client may go.
    let jobs = task_group!(limit = WORKERS);
    let clients = task_group!();
    while let Some((line, _)) = accept_until_shutdown(&listener).await {
        clients.spawn(client(jobs, line));
    }
    clients.join_all().await;
    jobs.join_all().await;
    println!("workers: all done");
    Ok(())
}
