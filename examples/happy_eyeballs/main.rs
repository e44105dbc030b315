//! Happy eyeballs: connects to whichever address of a host answers first.
//!
//! ```text
//! cargo run --example happy_eyeballs -- example.org:80
//! ```
//!
//! A host has several addresses, and some lead nowhere: they refuse, or they do not answer at all. So the
//! next address is tried when the last one has failed or has been silent for a moment (RFC 8305); the first
//! that answers wins, and all other attempts are stopped.

mod connect;

use std::env;
use std::io;
use std::time::{Duration, Instant};

use rejoin::prelude::*;
use tokio::net::lookup_host;

use crate::connect::{connect, families_in_turn};

/// How long all attempts may take together.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connects to what the arguments name, in that order; `HEAD_START` is how many milliseconds each address
/// has before the next one is tried.
#[rejoin::main]
async fn main() -> io::Result<()> {
    let head_start = env::var("HEAD_START").ok().and_then(|text| text.parse().ok());
    let head_start = Duration::from_millis(head_start.unwrap_or(250));

    let begin = Instant::now();
    let connecting = scope!(async {
        let mut addresses = Vec::new();
        for host in env::args().skip(1) {
            addresses.extend(families_in_turn(lookup_host(host).await?.collect()));
        }
        connect(&addresses, head_start).await
    });
    let stream = connecting.try_timeout(PATIENCE).await?;
    println!("connected to {} after {:.1?}", stream.peer_addr()?, begin.elapsed());
    Ok(())
}
