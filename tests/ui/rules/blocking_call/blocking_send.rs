use rejoin::prelude::*;

use tokio::sync::mpsc::Sender;

#[scoped]
async fn check(sender: Sender<u32>) {
    let _ = sender.blocking_send(1);
}

fn main() {}
