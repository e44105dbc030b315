//! A chat: what one says, all others hear. Who is silent for too long is shown out.
//!
//! ```text
//! cargo run --example chat
//! nc 127.0.0.1 7000                # in two other windows
//! ```
//!
//! Each client is a child of the group in `main`, and borrows the room that stands above it. Each has a
//! daemon that writes to it what the others say. Nobody keeps a list of tasks, and yet none is left:
//! a client that hangs up, is shut out or loses its line takes its daemon with it, and Ctrl-C takes them
//! all, after a word of farewell.
//!
//! - `room.rs` who is here and what is said
//! - `member.rs` one client, from hello to goodbye

mod member;
mod room;

use std::env;
use std::io;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_examples::door::{accept, listen};

use crate::member::member;
use crate::room::Room;

/// Listens on `CHAT_ADDR`; `CHAT_PATIENCE` is how many seconds a client may be silent.
#[rejoin::main]
async fn main() -> io::Result<()> {
    let listener = listen("CHAT_ADDR", "127.0.0.1:7000").await?;
    println!("chat: listening on tcp://{}", listener.local_addr()?);
    let seconds = env::var("CHAT_PATIENCE").ok().and_then(|text| text.parse().ok());
    let patience = Duration::from_secs(seconds.unwrap_or(300));

    let room = Room::new();
    defer!({
        println!("chat: closed, {} here", room.present());
    });
    let members = task_group!();
    loop {
        let (line, _) = accept(&listener).await;
        members.spawn(member(&room, line, patience));
    }
}
