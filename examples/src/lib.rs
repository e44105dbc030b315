//! What the examples share: a door that clients come through, an HTTP server behind it, and a client.

pub mod client;
pub mod door;
pub mod server;
