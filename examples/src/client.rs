//! A GET request on a connection of its own.

use std::error::Error;
use std::io;
use std::net::SocketAddr;

use axum::body::Bytes;
use axum::http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rejoin::prelude::*;
use tokio::net::TcpStream;

/// No answer is longer.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Asks, and reads the answer.
///
/// hyper wants somebody to drive the connection while it is used; here a daemon does, which is
/// stopped after everything below it. So when this function is left, however it is, the connection is
/// closed, and the service at its other end can see that nobody waits any more. A client with a pool
/// drives its connections from tasks of its own, which no caller can wait for.
///
/// # Errors
///
/// When there is no answer, or one that says no.
#[scoped]
pub async fn get(at: SocketAddr, path: &str) -> Result<Bytes, GetError> {
    let stream = TcpStream::connect(at).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    daemon!(connection?);

    let request = Request::get(path).header(header::HOST, at.to_string());
    let request = request.body(Empty::<Bytes>::new())?;
    let response = sender.send_request(request).await?;
    if !response.status().is_success() {
        return Err(GetError::Status(response.status()));
    }
    let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await.map_err(GetError::Body)?;
    Ok(body.to_bytes())
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum GetError {
    /// The answer says no.
    #[error("it answered {0}")]
    Status(StatusCode),
    /// Nobody listens there.
    #[error("no connection: {0}")]
    Connect(#[from] io::Error),
    /// The path is none.
    #[error("{0}")]
    Request(#[from] axum::http::Error),
    /// What came is not HTTP, or broke off.
    #[error("{0}")]
    Http(#[from] hyper::Error),
    /// The answer has no end, or one that is too far away.
    #[error("its answer broke off or is too long: {0}")]
    Body(Box<dyn Error + Send + Sync>),
}
