//! An actor: one task owns the seats of a theatre, and everybody else asks it.
//!
//! ```text
//! cargo run --example actor
//! nc 127.0.0.1 7001                # then: hold 3, buy, left
//! ```
//!
//! The actor is a daemon of `main`: it serves what stands below it, to the end. So a customer who leaves
//! without paying, or whose line is cut by Ctrl-C, still finds it there when its seats are given back in
//! a `defer!`. After the last of them it stops, and says what was sold.
//!
//! - `box_office.rs` the actor, and the handle through which it is asked
//! - `customer.rs` a client of it

mod box_office;
mod customer;

use std::io;

use rejoin::prelude::*;
use rejoin_examples::door::{accept, listen};

use crate::box_office::open;
use crate::customer::customer;

const SEATS: u32 = 100;

/// Listens on `ACTOR_ADDR`.
#[rejoin::main]
async fn main() -> io::Result<()> {
    let listener = listen("ACTOR_ADDR", "127.0.0.1:7001").await?;
    println!("actor: listening on tcp://{}", listener.local_addr()?);

    let (office, requests) = open();
    daemon!(requests.serve(SEATS));

    let customers = task_group!();
    loop {
        let (line, _) = accept(&listener).await;
        customers.spawn(customer(&office, line));
    }
}
