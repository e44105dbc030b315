//! What can be seen of a node from outside: how often its body was polled, when, and at which
//! await it waits.
//!
//! Written by whoever polls the body, at no more than a few plain stores to memory the poll has in
//! its hands anyway; read by whoever looks, at any time, from any thread. Nothing depends on it, so
//! nothing here orders anything, and a reader may see a poll half-way. Time is that of the
//! [clock](crate::observe::clock), which stands still while nobody looks.

// Not of `crate::sync`: a model of loom's has nothing to find here.
use std::sync::atomic::{AtomicU32, Ordering};

use super::Kind;
use crate::context::{AtomicSaid, Said};
use crate::observe::clock;

/// The bits of a [`Birth`] that hold the kind, in the place of those of the clock that matter least: a birth is
/// exact to a quarter of a second.
const KIND: u32 = clock::QUARTER - 1;

/// When a node was made, and its kind, which fits beside it.
pub(super) struct Birth(u32);

impl Birth {
    #[inline(always)]
    pub(super) fn now(kind: Kind) -> Self {
        Self((clock::coarse() & !KIND) | kind as u32)
    }

    #[inline(always)]
    pub(super) fn kind(&self) -> Kind {
        Kind::ALL[(self.0 & KIND) as usize]
    }

    pub(super) fn time(&self) -> u32 {
        self.0 & !KIND
    }
}

pub(crate) struct Seen {
    /// How many polls have begun, and how many have ended: odd during one.
    polls: AtomicU32,
    /// When the last poll began.
    polled: AtomicU32,
    /// What was said last, and whether the last poll said nothing.
    said: AtomicSaid,
}

/// What was seen at one moment.
#[derive(Clone, Copy)]
pub(crate) struct Glance {
    pub(crate) polls: u32,
    pub(crate) polling: bool,
    pub(crate) hidden: bool,
    pub(crate) polled: u32,
    pub(crate) said: Said,
}

impl Seen {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self { polls: AtomicU32::new(0), polled: AtomicU32::new(0), said: AtomicSaid::new() }
    }

    /// To be called by whoever is about to poll the body; nobody else does so meanwhile.
    #[inline(always)]
    pub(crate) fn begin_poll(&self) {
        self.polls.store(self.polls.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        self.polled.store(clock::coarse(), Ordering::Relaxed);
    }

    /// To be called after it, with what the body said.
    #[inline(always)]
    pub(crate) fn end_poll(&self, said: Said) {
        // As many as can be counted are as many as are counted.
        let polls = self.polls.load(Ordering::Relaxed).checked_add(1).unwrap_or(u32::MAX - 1);
        self.polls.store(polls, Ordering::Relaxed);
        if said.is_nothing() {
            self.say_nothing();
        } else {
            self.said.store(said);
        }
    }

    #[cold]
    fn say_nothing(&self) {
        self.said.store(self.said().unsaid());
    }

    pub(crate) fn said(&self) -> Said {
        self.said.load()
    }

    pub(crate) fn glance(&self) -> Glance {
        let polls = self.polls.load(Ordering::Relaxed);
        let (polling, said) = (!polls.is_multiple_of(2), self.said());
        Glance {
            polls: polls.div_ceil(2),
            polling,
            hidden: !polling && said.is_nothing(),
            polled: self.polled.load(Ordering::Relaxed),
            said,
        }
    }
}
