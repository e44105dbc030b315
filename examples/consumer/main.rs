//! A consumer: handles messages at the same time, commits them in order.
//!
//! ```text
//! cargo run --example consumer
//! ```
//!
//! A broker hands out messages with ascending numbers, and begins again behind the last one that was
//! committed. Some messages take longer than others; but none may be committed before all that came
//! before it, or a crash would lose it. So the group yields its results in the order in which they were
//! started. At Ctrl-C no message is taken any more, those in hand are handled and committed.
//!
//! - `consume.rs` the consumer
//! - `broker.rs` a broker for those who have none

mod broker;
mod consume;

use std::env;
use std::error::Error;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_examples::door::listen;
use tokio::net::TcpStream;

use crate::broker::serve;
use crate::consume::consume;

/// Consumes from the broker at `CONSUMER_BROKER`; without one, from its own.
#[rejoin::main(grace = Duration::from_secs(10))]
async fn main() -> Result<(), Box<dyn Error>> {
    defer!({
        println!("consumer: stopped");
    });
    let broker = match env::var("CONSUMER_BROKER") {
        Ok(address) => {
            let stream = TcpStream::connect(address).await?;
            consume(stream).await?;
            return Ok(());
        }
        Err(_) => listen("CONSUMER_ADDR", "127.0.0.1:0").await?,
    };
    let address = broker.local_addr()?;
    let stream = TcpStream::connect(address).await?;
    let serving = spawn!(serve(broker));
    let outcome = consume(stream).await;
    // It ends when the consumer has hung up, after the last commit.
    serving.await;
    outcome?;
    Ok(())
}
