//! A look at the three services, now and then: do they still answer?

use std::net::SocketAddr;
use std::time::Duration;

use rejoin::prelude::*;
use serde::Serialize;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use tracing::info;

use crate::check::Upstreams;

const BEAT: Duration = Duration::from_secs(1);
/// Less than from one beat to the next.
const PATIENCE: Duration = Duration::from_millis(500);

/// Which services answered the last time.
#[derive(Clone, Copy, Default, PartialEq, Serialize)]
pub(crate) struct Health {
    info: bool,
    drugs: bool,
    events: bool,
}

/// Beats until it is cancelled. One beat never overlaps the next: they are turns of one loop.
#[scoped]
pub(crate) async fn heartbeat(at: &Upstreams, health: watch::Sender<Health>) {
    let mut beats = interval(BEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beats.tick().await;
        let (info, drugs, events) = join!(answers(at.info), answers(at.drugs), answers(at.events));
        let now = Health { info, drugs, events };
        if health.send_replace(now) != now {
            info!("health: {}", serde_json::json!(now));
        }
    }
}

#[scoped]
async fn answers(at: SocketAddr) -> bool {
    matches!(scope!(TcpStream::connect(at)).timeout(PATIENCE).await, Ok(Ok(_)))
}
