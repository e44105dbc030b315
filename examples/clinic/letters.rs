//! Letters to patients, which a few printers print: a pool with a queue that can be full.

use std::time::Duration;

use rejoin::prelude::*;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::sleep;
use tracing::info;

use crate::check::PatientId;

const PRINTERS: usize = 2;
/// How many letters may wait. Those who come then are sent away: a queue without an end would only hide
/// from them that the printers cannot keep up.
const QUEUE: usize = 4;
const PRINTING: Duration = Duration::from_millis(400);

/// Where letters are posted. Its queue ends when the last handle is gone.
#[derive(Clone)]
pub(crate) struct LetterBox(Sender<PatientId>);

pub(crate) struct Letters(Receiver<PatientId>);

pub(crate) fn letter_box() -> (LetterBox, Letters) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    (LetterBox(sender), Letters(receiver))
}

impl LetterBox {
    /// `false` if it is full.
    pub(crate) fn post(&self, to: PatientId) -> bool {
        self.0.try_send(to).is_ok()
    }
}

#[scoped]
impl Letters {
    /// Prints until there is nothing left to print, and nobody left who could post a letter.
    pub(crate) async fn print(mut self) {
        let printing = task_group!(limit = PRINTERS);
        loop {
            // First a printer, then a letter for it: a letter that waits does so in the queue.
            printing.room().await;
            let Some(to) = self.0.recv().await else { break };
            printing.spawn(print(to));
        }
        printing.join_all().await;
    }
}

#[scoped]
async fn print(to: PatientId) {
    sleep(PRINTING).await;
    info!("letter to patient {to} printed");
}
