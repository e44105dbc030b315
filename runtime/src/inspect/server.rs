//! A small server for the page, whose connections are children of the scope it runs in.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::prelude::*;

/// How long to wait for resources, such as file descriptors, when the system has none left.
const OUT_OF_RESOURCES: Duration = Duration::from_millis(100);

/// By this name the page knows what is its own.
#[scoped(name = "rejoin::inspect")]
pub(super) async fn serve(address: SocketAddr, router: Router) -> io::Result<()> {
    loopback(address)?;
    accept(TcpListener::bind(address).await?, router).await;
    Ok(())
}

#[scoped(name = "rejoin::inspect")]
pub(super) async fn serve_on(listener: TcpListener, router: Router) -> io::Result<()> {
    loopback(listener.local_addr()?)?;
    accept(listener, router).await;
    Ok(())
}

fn loopback(address: SocketAddr) -> io::Result<()> {
    if address.ip().to_canonical().is_loopback() {
        return Ok(());
    }
    let text = format!(
        "{address} is not an address of this machine alone: the page says what the program does to whoever \
         asks. Put `rejoin::inspect::router()` behind a layer that asks who it is"
    );
    Err(io::Error::new(io::ErrorKind::InvalidInput, text))
}

#[scoped]
async fn accept(listener: TcpListener, router: Router) {
    let router = router.layer(from_fn(local));
    let connections = task_group!();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => connections.spawn(connection(stream, router.clone())),
            // Of one client that left at the door, or of a system that has no room now.
            Err(_) => sleep(OUT_OF_RESOURCES).await,
        }
    }
}

#[scoped(name = "rejoin::inspect connection")]
async fn connection(stream: TcpStream, router: Router) {
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    // What goes wrong with a connection concerns its client alone.
    let _ = pin!(serving).await;
}

/// Refuses what a page of somebody else's makes a browser on this machine ask, by a name of its own that
/// leads to this address.
async fn local(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(is_local) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "ask for localhost or 127.0.0.1").into_response()
    }
}

fn is_local(host: &str) -> bool {
    // The port is behind the last colon, if that is not part of an address in brackets.
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn names_of_this_machine() {
        for host in ["localhost", "LocalHost:7070", "127.0.0.1:80", "127.9.9.9", "[::1]:7070", "[::1]"] {
            assert!(is_local(host), "{host}");
        }
        for host in
            ["", "localhost.example.com", "10.0.0.1", "example.com:7070", "[::2]", "127.0.0.1.example.com"]
        {
            assert!(!is_local(host), "{host}");
        }
    }
}
