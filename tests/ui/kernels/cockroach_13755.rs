//! The rows of a query carry the task that waits for their end, and rows that are not closed leave
//! it behind.

use rejoin::prelude::*;
use tokio::sync::Notify;

struct Rows<'a> {
    closing: Task<'a, ()>,
}

#[scoped]
async fn query<'a>(closed: &'a Notify) -> Rows<'a> {
    let closing = spawn!(async { closed.notified().await });
    Rows { closing }
}

fn main() {}
