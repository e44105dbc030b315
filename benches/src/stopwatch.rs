//! A clock that other processes do not disturb, where there is one.

use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};
use tokio::runtime::{Handle, RuntimeFlavor};

/// Started by a measurement, inside its runtime.
///
/// On a current-thread runtime it counts the processor time of the thread, and so not the time in
/// which the machine did something else. With several workers only the time on the wall says what
/// they gained by being several.
///
/// Not for work of a few microseconds, which asking for the time would be a part of, nor for work
/// that waits.
#[derive(Clone, Copy, Debug)]
pub enum Stopwatch {
    /// The time on the wall at the start.
    Wall(Instant),
    /// The processor time of the thread at the start.
    Thread(Duration),
}

impl Stopwatch {
    /// Starts.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn start() -> Self {
        match Handle::current().runtime_flavor() {
            RuntimeFlavor::CurrentThread => Self::Thread(thread_time()),
            _ => Self::Wall(Instant::now()),
        }
    }

    /// The time since the start.
    ///
    /// # Panics
    ///
    /// If the system does not tell the processor time of a thread.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        match self {
            Self::Wall(began) => began.elapsed(),
            Self::Thread(began) => thread_time() - began,
        }
    }
}

fn thread_time() -> Duration {
    match clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID) {
        Ok(time) => time.into(),
        Err(error) => panic!("the processor time of a thread is not known here: {error}"),
    }
}
