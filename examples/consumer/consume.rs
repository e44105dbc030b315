//! The consumer.

use std::io;
use std::time::Duration;

use futures_util::StreamExt as _;
use rejoin::prelude::*;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

/// How many messages are handled at a time.
const AT_ONCE: usize = 4;
const LONGEST_MESSAGE: usize = 1000;

struct Message {
    number: u64,
    text: String,
}

/// Consumes until the broker has no more messages, or the program shuts down.
///
/// A message that cannot be handled ends it. Neither that one nor any that came after it is committed:
/// whoever consumes next begins with it.
#[scoped(name = "consume")]
pub(crate) async fn consume(mut broker: TcpStream) -> Result<(), ConsumeError> {
    let (reader, mut commits) = broker.split();
    let mut lines = FramedRead::new(reader, LinesCodec::new_with_max_length(LONGEST_MESSAGE));
    let handling = task_group!(ordered, limit = AT_ONCE, fail_fast);
    let mut has_more = true;
    loop {
        race! {
            biased;
            () = rejoin::shutting_down(), if has_more => has_more = false,
            Some(number) = handling.next() => {
                commits.write_all(format!("{number}\n").as_bytes()).await?;
            }
            line = async {
                handling.room().await;
                lines.next().await
            }, if has_more => match line {
                Some(line) => handling.spawn(handle(Message::parse(&line?)?)),
                None => has_more = false,
            },
            // No message is in hand, and none will come.
            else => return Ok(()),
        }
    }
}

/// Returns the number of the message, which may then be committed.
#[scoped]
async fn handle(message: Message) -> Result<u64, ConsumeError> {
    let Message { number, text } = message;
    if text.contains("poison") {
        return Err(ConsumeError::Poison(number));
    }
    sleep(Duration::from_millis(if text.contains("difficult") { 500 } else { 50 })).await;
    println!("consumer: handled {number}");
    Ok(number)
}

impl Message {
    fn parse(line: &str) -> Result<Self, ConsumeError> {
        let (number, text) = line.split_once(' ').ok_or_else(|| ConsumeError::NoMessage(line.into()))?;
        let number = number.parse().map_err(|_| ConsumeError::NoMessage(line.into()))?;
        Ok(Self { number, text: text.into() })
    }
}

/// Why the consumer has stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConsumeError {
    #[error("message {0} cannot be handled")]
    Poison(u64),
    #[error("{0:?} is not a message")]
    NoMessage(String),
    #[error("{0}")]
    Broker(#[from] LinesCodecError),
    #[error("{0}")]
    Commit(#[from] io::Error),
}
