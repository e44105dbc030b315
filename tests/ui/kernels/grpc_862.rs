//! A dial that comes to nothing has started the loop that connects again and again, and nobody has
//! the connection that could be closed.

use rejoin::prelude::*;

async fn connect_for_ever() {
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
}

#[scoped]
async fn dial(address: Option<&str>) -> Option<u32> {
    tokio::spawn(connect_for_ever());
    address?.parse().ok()
}

fn main() {}
