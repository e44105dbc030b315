//! What `rejoin::inspect` answers, and to whom.

mod routes;
mod server;
