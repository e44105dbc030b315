use rejoin::prelude::*;
use tokio::sync::mpsc::{Receiver, Sender};

#[scoped]
pub async fn check(sender: Sender<u32>, receiver: &mut Receiver<u32>) -> Option<u32> {
    let _ = sender.send(1).await;
    receiver.recv().await
}
