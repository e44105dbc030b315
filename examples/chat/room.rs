//! Who is here, and what is said.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast::{self, Receiver, Sender};

/// How much a slow listener may be behind before it misses something.
const REMEMBERED: usize = 64;

#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) by: String,
    pub(crate) text: String,
}

pub(crate) struct Room {
    said: Sender<Said>,
    present: Mutex<BTreeSet<String>>,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self { said: broadcast::channel(REMEMBERED).0, present: Mutex::default() }
    }

    /// `None` if somebody of that name is here already.
    pub(crate) fn enter(&self, name: &str) -> Option<Receiver<Said>> {
        self.names().insert(name.to_owned()).then(|| {
            self.say(name, "(comes in)");
            self.said.subscribe()
        })
    }

    pub(crate) fn leave(&self, name: &str) {
        self.names().remove(name);
        self.say(name, "(leaves)");
    }

    pub(crate) fn say(&self, by: &str, text: &str) {
        // An error means that nobody is here to hear it.
        let _ = self.said.send(Said { by: by.into(), text: text.into() });
    }

    pub(crate) fn present(&self) -> usize {
        self.names().len()
    }

    fn names(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
