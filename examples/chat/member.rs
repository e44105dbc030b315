//! One client, from hello to goodbye.

use std::io;
use std::time::Duration;

use futures_util::StreamExt as _;
use rejoin::prelude::*;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

use crate::room::{Room, Said};

/// Nobody has more to say at a time.
const LONGEST_LINE: usize = 1000;

type Lines = FramedRead<OwnedReadHalf, LinesCodec>;

#[scoped(name = "member")]
pub(crate) async fn member(room: &Room, line: TcpStream, patience: Duration) {
    let (reader, mut writer) = line.into_split();
    let mut lines = FramedRead::new(reader, LinesCodec::new_with_max_length(LONGEST_LINE));

    let mut farewell = "the chat closes".to_owned();
    // By now nothing else writes to this client. One that does not read either is not waited for.
    defer!(timeout = Duration::from_secs(1), { write(&mut writer, "chat", &farewell).await });
    farewell = match attend(room, &mut lines, &mut writer, patience).await {
        Ok(()) => "goodbye".into(),
        Err(parting) => parting.to_string(),
    };
}

#[scoped]
async fn attend(
    room: &Room,
    lines: &mut Lines,
    writer: &mut OwnedWriteHalf,
    patience: Duration,
) -> Result<(), Parting> {
    write(writer, "chat", "who are you?").await?;
    let Some(name) = hear(lines, patience).await? else { return Ok(()) };
    let said = room.enter(&name).ok_or_else(|| Parting::NameTaken(name.clone()))?;
    defer!({ room.leave(&name) });
    write(writer, "chat", &format!("welcome, {name}")).await?;
    // It writes while the loop below reads, and stops when the loop has ended. Its error ends this function.
    daemon!(tell(said, writer, &name)?);
    while let Some(text) = hear(lines, patience).await? {
        room.say(&name, &text);
    }
    Ok(())
}

/// The next line of a client; `None` if it has hung up.
#[scoped]
async fn hear(lines: &mut Lines, patience: Duration) -> Result<Option<String>, Parting> {
    let line = scope!(lines.next()).timeout(patience).await?;
    Ok(line.transpose()?)
}

/// Writes what the others say, until it is cancelled.
#[scoped]
async fn tell(mut said: Receiver<Said>, writer: &mut OwnedWriteHalf, name: &str) -> Result<(), Parting> {
    loop {
        match said.recv().await {
            Ok(Said { by, text }) if by != name => write(writer, &by, &text).await?,
            Ok(_) => {}
            Err(RecvError::Lagged(lines)) => {
                write(writer, "chat", &format!("you missed {lines} lines")).await?
            }
            Err(RecvError::Closed) => return Ok(()),
        }
    }
}

#[scoped]
async fn write(writer: &mut OwnedWriteHalf, by: &str, text: &str) -> io::Result<()> {
    writer.write_all(format!("{by}: {text}\n").as_bytes()).await
}

/// Why a client was shown out.
#[derive(Debug, thiserror::Error)]
enum Parting {
    #[error("somebody here is called {0}")]
    NameTaken(String),
    #[error("you fell asleep")]
    Silent(#[from] Cancelled),
    #[error("{0}")]
    BadLine(#[from] LinesCodecError),
    #[error("{0}")]
    NoLine(#[from] io::Error),
}
