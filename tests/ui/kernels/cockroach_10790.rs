//! A loop over several channels also looks at whether it was called off, in a branch that goes on
//! instead of leaving, and starts something that takes from all of the channels for ever.
//! There is nothing to look at: a call that is called off is cut in its await.

use rejoin::prelude::*;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

#[scoped]
async fn begin(commands: Vec<mpsc::Receiver<u32>>, called_off: &CancellationToken) {
    for mut command in commands {
        tokio::select! {
            _ = command.recv() => {}
            () = called_off.cancelled() => println!("called off"),
        }
    }
}

fn main() {}
