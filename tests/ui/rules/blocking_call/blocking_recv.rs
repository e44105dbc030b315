use rejoin::prelude::*;

use tokio::sync::mpsc::Receiver;

#[scoped]
async fn check(receiver: &mut Receiver<u32>) -> Option<u32> {
    receiver.blocking_recv()
}

fn main() {}
