//! An HTTP server whose connections are children of the scope it is started in.
//!
//! Not `axum::serve`, which starts a task for each connection and forgets it: whoever drops or aborts
//! it leaves them all running.

mod departure;

use std::net::SocketAddr;
use std::pin::pin;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rejoin::prelude::*;
use tokio::net::{TcpListener, TcpStream};
use tracing::{debug, error};

use crate::door::{accept, accept_until_shutdown};
use departure::Departure;

/// Serves `router` until it is cancelled. Returns when its last connection is closed, and every
/// request on it has been cleaned up.
///
/// It does not hear the notice of a shutdown: for a server that others need until they have ended.
#[scoped]
pub async fn serve(listener: TcpListener, router: Router) {
    let router = router.layer(from_fn(one_request));
    let connections = task_group!();
    loop {
        let (stream, peer) = accept(&listener).await;
        connections.spawn(connection(stream, peer, router.clone(), false));
    }
}

/// Serves `router` until the program shuts down: then no client is let in any more, those who wait for
/// an answer get it, and when the last one has it, this returns.
#[scoped]
pub async fn serve_until_shutdown(listener: TcpListener, router: Router) {
    let router = router.layer(from_fn(one_request));
    let connections = task_group!();
    while let Some((stream, peer)) = accept_until_shutdown(&listener).await {
        connections.spawn(connection(stream, peer, router.clone(), true));
    }
    // Who knocks now is refused, and does not wait for an answer that never comes.
    drop(listener);
    connections.join_all().await;
}

/// One connection, with one request after the other.
///
/// hyper polls a request's handler inside of this future. So the scope of the connection is the one
/// in which the handler's root starts; and a handler that hyper drops, because its client went away,
/// unwinds as a child of this connection, which does not end before.
#[scoped(name = "connection")]
async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, mut hears_notice: bool) {
    let departure = match Departure::of(&stream) {
        Ok(departure) => departure,
        Err(error) => return error!("connection of {peer} cannot be watched: {error}"),
    };
    let serving = http1::Builder::new()
        // For the limit on the time a client may take to send its headers.
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .with_upgrades();
    let mut serving = pin!(serving);
    loop {
        race! {
            outcome = serving.as_mut() => {
                return match outcome {
                    Ok(()) => {}
                    Err(error) => debug!("connection of {peer}: {error}"),
                };
            }
            // With this return hyper drops its handlers, and their roots unwind.
            () = departure.wait() => return debug!("{peer} went away"),
            () = rejoin::shutting_down(), if hears_notice => {
                hears_notice = false;
                serving.as_mut().graceful_shutdown();
            }
        }
    }
}

/// One request. A panic travels up until somebody catches it. Here is the place: what is broken is one
/// request; those beside it, and the next one on its connection, go on.
#[rejoin::root(cancelled = StatusCode::SERVICE_UNAVAILABLE.into_response())]
async fn one_request(request: Request, next: Next) -> Response {
    let asked = format!("{} {}", request.method(), request.uri());
    match scope!(next.run(request)).catch_panic().await {
        Ok(response) => response,
        Err(panicked) => {
            error!("{asked} {panicked}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
