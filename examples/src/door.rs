//! A listening socket, and the clients that come through it.

use std::env;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use rejoin::prelude::*;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use tracing::{debug, warn};

/// How long to wait for resources, such as file descriptors, when the system has none left.
const OUT_OF_RESOURCES: Duration = Duration::from_millis(100);

/// Listens on the address in this environment variable; port 0 is any that is free.
///
/// # Errors
///
/// When the address is none, or taken.
#[scoped]
pub async fn listen(variable: &str, default: &str) -> io::Result<TcpListener> {
    let address = env::var(variable).unwrap_or_else(|_| default.into());
    TcpListener::bind(address).await
}

/// The next client.
///
/// There is no error: one that concerns a single client concerns nobody any more, and where the system
/// has no room for another one, this waits.
#[scoped]
pub async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(client) => return client,
            Err(error) if is_of_one_client(&error) => debug!("a client left at the door: {error}"),
            Err(error) => {
                // The client stays in the queue, so without a pause this would be a busy loop.
                warn!("cannot accept: {error}");
                sleep(OUT_OF_RESOURCES).await;
            }
        }
    }
}

/// The next client; none once the program shuts down, however many are waiting.
///
/// Not `accept(listener).until_shutdown()`, which takes what is there first: right for a queue that comes to
/// an end, but clients come and come.
#[scoped]
pub async fn accept_until_shutdown(listener: &TcpListener) -> Option<(TcpStream, SocketAddr)> {
    race! {
        biased;
        () = rejoin::shutting_down() => None,
        client = accept(listener) => Some(client),
    }
}

fn is_of_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
