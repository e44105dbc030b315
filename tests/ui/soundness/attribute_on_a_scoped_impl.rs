//! S0, F11: a block of methods is given to nobody either.
use rejoin::prelude::*;

struct Server;

#[scoped]
#[tracing::instrument]
impl Server {
    async fn serve(&self) {}
}

fn main() {}
