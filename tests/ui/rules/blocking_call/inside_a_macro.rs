use rejoin::prelude::*;

use tokio::sync::mpsc::Receiver;

#[scoped]
async fn check(receiver: &mut Receiver<u32>) {
    println!("{:?}", receiver.blocking_recv());
}

fn main() {}
