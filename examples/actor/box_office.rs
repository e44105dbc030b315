//! The actor, and the handle through which it is asked.

use rejoin::prelude::*;
use tokio::sync::{mpsc, oneshot};

/// How many requests may wait before those who ask do.
const QUEUE: usize = 32;

enum Request {
    Hold { seats: u32, answer: oneshot::Sender<Result<(), OfficeError>> },
    Buy { seats: u32, answer: oneshot::Sender<()> },
    GiveBack { seats: u32, answer: oneshot::Sender<()> },
    CountFree { answer: oneshot::Sender<u32> },
}

/// A box office that is not open yet: nobody answers before `serve` has been started.
pub(crate) fn open() -> (BoxOffice, Requests) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    (BoxOffice(sender), Requests(receiver))
}

/// The handle.
pub(crate) struct BoxOffice(mpsc::Sender<Request>);

#[scoped]
impl BoxOffice {
    /// Keeps seats for somebody who has not paid yet.
    pub(crate) async fn hold(&self, seats: u32) -> Result<(), OfficeError> {
        self.ask(|answer| Request::Hold { seats, answer }).await?
    }

    /// Sells seats that are held.
    pub(crate) async fn buy(&self, seats: u32) -> Result<(), OfficeError> {
        self.ask(|answer| Request::Buy { seats, answer }).await
    }

    /// Frees seats that are held.
    pub(crate) async fn give_back(&self, seats: u32) -> Result<(), OfficeError> {
        self.ask(|answer| Request::GiveBack { seats, answer }).await
    }

    pub(crate) async fn count_free(&self) -> Result<u32, OfficeError> {
        self.ask(|answer| Request::CountFree { answer }).await
    }

    async fn ask<T: Send>(
        &self,
        request: impl FnOnce(oneshot::Sender<T>) -> Request + Send,
    ) -> Result<T, OfficeError> {
        let (sender, answer) = oneshot::channel();
        self.0.send(request(sender)).await.map_err(|_| OfficeError::Closed)?;
        answer.await.map_err(|_| OfficeError::Closed)
    }
}

/// What the actor has to do.
pub(crate) struct Requests(mpsc::Receiver<Request>);

#[scoped]
impl Requests {
    /// The actor: nobody else sees the seats, so no lock guards them.
    pub(crate) async fn serve(mut self, free: u32) {
        let mut seats = Seats { free, sold: 0 };
        defer!({
            println!("actor: closed, {} seats sold, {} free", seats.sold, seats.free);
        });
        while let Some(request) = self.0.recv().await {
            seats.handle(request);
        }
    }
}

struct Seats {
    free: u32,
    sold: u32,
}

impl Seats {
    /// That an answer finds nobody is no matter of the actor: who asked has left.
    fn handle(&mut self, request: Request) {
        match request {
            Request::Hold { seats, answer } => {
                let _ = answer.send(self.hold(seats));
            }
            Request::Buy { seats, answer } => {
                self.sold += seats;
                let _ = answer.send(());
            }
            Request::GiveBack { seats, answer } => {
                self.free += seats;
                let _ = answer.send(());
            }
            Request::CountFree { answer } => {
                let _ = answer.send(self.free);
            }
        }
    }

    fn hold(&mut self, seats: u32) -> Result<(), OfficeError> {
        self.free = self.free.checked_sub(seats).ok_or(OfficeError::Only(self.free))?;
        Ok(())
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum OfficeError {
    #[error("there are only {0} seats left")]
    Only(u32),
    #[error("the box office is closed")]
    Closed,
}
