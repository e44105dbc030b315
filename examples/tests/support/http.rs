//! One HTTP/1.1 request on a bare socket, which can be left in the middle.

use std::io;
use std::net::SocketAddr;

use rejoin::prelude::*;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::program::PATIENCE;

/// A request that was sent. Dropping it closes the connection: the client leaves.
pub(crate) struct Exchange {
    stream: TcpStream,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The body; `null` if there is none.
    pub(crate) json: Value,
}

#[scoped]
impl Exchange {
    /// Sends a request with nothing in it.
    pub(crate) async fn get(server: SocketAddr, path: &str) -> Self {
        let head = format!("GET {path} HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\n\r\n");
        Self::send(server, &head).await
    }

    /// Sends a request with a body, which a handler may or may not read.
    pub(crate) async fn post(server: SocketAddr, path: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nhost: {server}\r\nconnection: close");
        let head = format!("{head}\r\ncontent-type: application/json");
        Self::send(server, &format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}")).await
    }

    /// Sends these bytes, whatever they are.
    pub(crate) async fn send(server: SocketAddr, text: &str) -> Self {
        let mut stream = TcpStream::connect(server).await.expect("the server accepts");
        stream.write_all(text.as_bytes()).await.expect("the server reads");
        Self { stream }
    }

    pub(crate) async fn answer(self) -> Answer {
        let text = self.rest().await;
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Answer {
            status: status.unwrap_or_else(|| panic!("no status: {head}")),
            json: serde_json::from_str(body).unwrap_or_default(),
        }
    }

    /// Reads until the server has sent this.
    pub(crate) async fn read_until(&mut self, wanted: &str) {
        let mut bytes = Vec::new();
        let reading = scope!(async {
            while !String::from_utf8_lossy(&bytes).contains(wanted) {
                let count = self.stream.read_buf(&mut bytes).await.expect("the server goes on");
                assert!(count > 0, "the server ends before {wanted:?}");
            }
        });
        assert!(reading.timeout(PATIENCE).await.is_ok(), "the server does not send {wanted:?}");
    }

    /// All that the server still sends.
    pub(crate) async fn rest(mut self) -> String {
        let mut text = String::new();
        match self.stream.read_to_string(&mut text).await {
            Ok(_) => {}
            // As good an end as any for a server that is being stopped.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
            Err(error) => panic!("{error}"),
        }
        text
    }
}
