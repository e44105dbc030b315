//! Scopes for servers that are built of other crates.

#[cfg(feature = "hyper")]
mod hyper;
#[cfg(feature = "tower")]
pub(crate) mod tower;
