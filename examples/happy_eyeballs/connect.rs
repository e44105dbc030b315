//! The race of the addresses.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use rejoin::prelude::*;
use tokio::net::TcpStream;
use tokio::time::sleep;

/// The first connection that comes about; if none does, the last error.
///
/// When this returns, there is that one socket and no other.
#[scoped]
pub(crate) async fn connect(addresses: &[SocketAddr], head_start: Duration) -> io::Result<TcpStream> {
    let attempts = task_group!();
    let mut untried = addresses.iter();
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "there is no address");
    loop {
        let tried = untried.next();
        if let Some(address) = tried {
            attempts.spawn(TcpStream::connect(address));
        }
        race! {
            Some(outcome) = attempts.next() => match outcome {
                Ok(stream) => {
                    attempts.stop().await;
                    return Ok(stream);
                }
                Err(error) => failure = error,
            },
            () = sleep(head_start), if tried.is_some() => {}
            // No attempt is left.
            else => return Err(failure),
        }
    }
}

/// One address of each family in turn, beginning with the family the resolver prefers.
pub(crate) fn families_in_turn(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let Some(preferred) = addresses.first().map(SocketAddr::is_ipv6) else { return addresses };
    let (mut these, mut others): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == preferred);
    let mut in_turn = Vec::with_capacity(these.len() + others.len());
    these.reverse();
    others.reverse();
    while !these.is_empty() || !others.is_empty() {
        in_turn.extend(these.pop());
        in_turn.extend(others.pop());
    }
    in_turn
}
