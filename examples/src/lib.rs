//! What the examples share: a door that clients come through, and an HTTP server behind it.

pub mod door;
pub mod server;
