//! A status is queued under a lock; the one loop that takes from the queue locks to remove another.

use std::collections::HashMap;
use std::sync::RwLock;

use rejoin::prelude::*;
use tokio::sync::mpsc;

struct Manager {
    statuses: RwLock<HashMap<u32, u32>>,
    changed: mpsc::Sender<u32>,
}

impl Manager {
    #[scoped]
    async fn set(&self, pod: u32, status: u32) -> Result<(), mpsc::error::SendError<u32>> {
        let mut statuses = self.statuses.write().unwrap();
        if statuses.insert(pod, status) != Some(status) {
            self.changed.send(pod).await?;
        }
        Ok(())
    }
}

fn main() {}
