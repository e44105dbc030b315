//! Every task, for a browser, a terminal, a program, and Prometheus (feature `inspect`).
//!
//! | path | what |
//! |---|---|
//! | `/` | a live page: the tree with ages and places, search, by place, the longest waiting first, what was cancelled and lives, and what has grown since the page was opened |
//! | `/tasks.txt` | the text of [`dump`](crate::dump) |
//! | `/tasks.json` | the [`Tree`](crate::observe::Tree), and how many tasks tokio has |
//! | `/metrics` | the format of Prometheus |
//!
//! # For a look by yourself
//!
//! One line serves it to this machine alone. It is a daemon: it answers as long as what stands below it
//! runs, the unwinding at a shutdown included.
//!
//! ```no_run
//! use rejoin::prelude::*;
//!
//! #[rejoin::main]
//! async fn main() -> std::io::Result<()> {
//!     daemon!(rejoin::inspect::serve(([127, 0, 0, 1], 7070))?);
//!     work().await;
//!     Ok(())
//! }
//! # #[scoped] async fn work() {}
//! ```
//!
//! From elsewhere: `ssh -L 7070:localhost:7070 host`.
//!
//! # In a router of your own
//!
//! The page shows places in the source, the text of expressions and the names given to tasks. Whoever is not to see
//! these must not get through the layer in front of it:
//!
//! ```
//! use axum::extract::Request;
//! use axum::http::{StatusCode, header};
//! use axum::middleware::{Next, from_fn};
//! use axum::response::Response;
//! use axum::Router;
//!
//! async fn only_operators(request: Request, next: Next) -> Result<Response, StatusCode> {
//!     match request.headers().get(header::AUTHORIZATION) {
//!         Some(token) if is_operator(token.as_bytes()) => Ok(next.run(request).await),
//!         _ => Err(StatusCode::UNAUTHORIZED),
//!     }
//! }
//! # fn is_operator(_: &[u8]) -> bool { true }
//!
//! let app: Router = Router::new()
//!     // The routes of the service.
//!     .nest("/tasks", rejoin::inspect::router().layer(from_fn(only_operators)));
//! ```
//!
//! # When no thread is left to answer
//!
//! Tasks that block their threads can take all of them. A page on a thread of its own answers still:
//!
//! ```no_run
//! # async fn in_the_runtime_that_is_looked_at() {
//! let page = rejoin::inspect::serve(([127, 0, 0, 1], 7070));
//! std::thread::spawn(|| rejoin::block_on(page));
//! # }
//! ```
//!
//! # Tasks started around rejoin
//!
//! What `tokio::spawn` starts, here or in a library, is in no tree. But tokio counts all its tasks; the difference
//! is shown as "tasks started around rejoin". It is about right while many tasks begin and end, and in a
//! program with one runtime: the count of tokio is that of the runtime [`router`] was called in or, if in none, of the
//! one that serves it.
//!
//! # What it costs
//!
//! With this feature each task adds one to a number when it begins and takes it away when it ends. A request makes the
//! tree, see [`observe`](crate::observe), on a thread of its own; two at the same time at most. The page asks
//! every two seconds, less often when answers take long, and not while it is hidden.
//!
//! The server's own scopes and tasks have names that begin with `rejoin::inspect`, and the page leaves them out unless
//! asked to show them.

pub(crate) mod own;
mod picture;
mod prometheus;
mod routes;
mod server;

use std::io;
use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime::Handle;

use crate::scoped::Scoped;

/// The routes, to be put into a router of your own.
///
/// Nobody is asked who they are: see [the module](self) for a layer that does. Nested below a path, the page is at
/// that path, without a slash at the end.
pub fn router() -> Router {
    routes::routes(Handle::try_current().ok())
}

/// Serves [`router`] to this machine alone, until it is cancelled: `daemon!(rejoin::inspect::serve(address)?);`
///
/// Requests by another name than `localhost` or a loopback address are refused, so that no page of somebody else's can
/// make a browser read this one.
///
/// # Errors
///
/// When the address is taken; and, without trying, when it is not a loopback address.
///
/// # Cancel safety
///
/// Cancelled, it closes its connections. They are children of its scope: it returns when they have ended.
pub fn serve(
    address: impl Into<SocketAddr>,
) -> Scoped<impl Future<Output = io::Result<()>> + Send + 'static> {
    server::serve(address.into(), router())
}

/// As [`serve`], on a listener: one with port 0, for example, whose number can be told to somebody.
///
/// # Errors
///
/// When it does not listen on a loopback address.
///
/// # Cancel safety
///
/// As [`serve`].
pub fn serve_on(listener: TcpListener) -> Scoped<impl Future<Output = io::Result<()>> + Send + 'static> {
    server::serve_on(listener, router())
}
