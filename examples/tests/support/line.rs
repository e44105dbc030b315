//! A client that says and hears lines of text.

use std::net::SocketAddr;

use rejoin::prelude::*;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::program::PATIENCE;

/// A connection. Dropping it closes it.
pub(crate) struct Line {
    lines: Lines<BufReader<OwnedReadHalf>>,
    writer: OwnedWriteHalf,
}

#[scoped]
impl Line {
    pub(crate) async fn connect(server: SocketAddr) -> Self {
        Self::on(TcpStream::connect(server).await.expect("the server accepts"))
    }

    pub(crate) fn on(stream: TcpStream) -> Self {
        let (reader, writer) = stream.into_split();
        Self { lines: BufReader::new(reader).lines(), writer }
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.writer.write_all(format!("{text}\n").as_bytes()).await.expect("the server reads");
    }

    /// The next line; `None` when the server has closed the connection.
    pub(crate) async fn hear(&mut self) -> Option<String> {
        let line = scope!(self.lines.next_line()).timeout(PATIENCE).await;
        // A connection may be reset when both sides close it at once.
        line.expect("the server says something in time").unwrap_or_default()
    }

    /// Says something, and hears the answer.
    pub(crate) async fn ask(&mut self, text: &str) -> String {
        self.say(text).await;
        self.hear().await.expect("an answer")
    }

    /// Says that there is nothing more to say.
    pub(crate) async fn end(&mut self) {
        self.writer.shutdown().await.expect("the server reads");
    }
}
