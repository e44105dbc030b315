//! A broker for those who have none: thirty messages, for one consumer.

use std::io;

use rejoin::prelude::*;
use rejoin_examples::door::accept;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

const MESSAGES: u64 = 30;

/// Hands out its messages, and ends when the consumer has hung up.
#[scoped]
pub(crate) async fn serve(listener: TcpListener) {
    let (stream, _) = accept(&listener).await;
    if let Err(error) = hand_out(stream).await {
        println!("broker: lost its consumer: {error}");
    }
}

/// Sends `NUMBER TEXT` for each message, and reads the numbers that are committed.
#[scoped]
async fn hand_out(mut stream: TcpStream) -> io::Result<()> {
    let (reader, mut writer) = stream.split();
    for number in 0..MESSAGES {
        let text = if number % 7 == 3 { "a difficult case" } else { "an easy case" };
        writer.write_all(format!("{number} {text}\n").as_bytes()).await?;
    }
    writer.shutdown().await?;
    let mut commits = BufReader::new(reader).lines();
    while let Some(number) = commits.next_line().await? {
        println!("broker: {number} is committed");
    }
    Ok(())
}
