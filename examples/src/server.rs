//! An HTTP server whose connections are children of the scope it is started in.
//!
//! Not `axum::serve`, which starts a task for each connection and forgets it: whoever drops or aborts
//! it leaves them all running.

use std::net::SocketAddr;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rejoin::prelude::*;
use tokio::net::{TcpListener, TcpStream};
use tracing::{debug, error};

use crate::door::accept;

/// Serves `router` until it is cancelled. Returns when its last connection is closed, and every
/// request on it has been cleaned up.
#[scoped]
pub async fn serve(listener: TcpListener, router: Router) {
    let connections = task_group!();
    loop {
        let (stream, peer) = accept(&listener).await;
        connections.spawn(connection(stream, peer, router.clone()));
    }
}

/// One connection, with one request after the other.
///
/// hyper polls a request's handler inside of this future. So the scope of the connection is the one
/// in which the handler's root starts; and a handler that hyper drops, because its client went away,
/// unwinds as a child of this connection, which does not end before.
#[scoped(name = "connection")]
async fn connection(stream: TcpStream, peer: SocketAddr, router: Router) {
    let serving = http1::Builder::new()
        // For the limit on the time a client may take to send its headers.
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .with_upgrades();
    match scope!(serving).catch_panic().await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => debug!("connection of {peer}: {error}"),
        // A panic travels up until somebody catches it. Here is the place: what is broken is one
        // request, and its client sees the connection closed.
        Err(panicked) => error!("request of {peer} {panicked}"),
    }
}
