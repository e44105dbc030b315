//! S0, F11: a path that begins like a built-in attribute, or like a tool, is that of a macro of the user's.
use rejoin::prelude::*;

mod inline {
    pub use tokio::test as always;
}

mod clippy {
    pub use tokio::test as pedantic;
}

#[scoped]
#[inline::always]
async fn body() {}

#[scoped]
#[cfg_attr(all(), inline::always, clippy::pedantic)]
async fn other() {}

fn main() {}
