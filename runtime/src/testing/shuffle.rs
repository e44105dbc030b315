//! The order of one run: who is put off, and for how long, drawn from a seed.
//!
//! On a runtime with one thread tasks are polled in the order in which they were woken. A task, or an
//! await in it, that wakes itself instead of going on lets all others by; doing so at random reaches
//! every order in which they could have been polled. Each task has a pace of its own, so that some
//! orders have one far behind the others, which equal chances would hardly ever reach.

use std::cell::Cell;

/// How often, in 256, a task is put off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace(u8);

#[derive(Debug)]
pub(crate) struct Shuffle {
    state: Cell<u64>,
    /// That of the task that is polled.
    pace: Cell<Pace>,
}

impl Shuffle {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: Cell::new(seed), pace: Cell::new(Pace(0)) }
    }

    /// SplitMix64. Written out because a seed that somebody noted down must mean the same order in
    /// every version, which no crate promises.
    fn next(&self) -> u64 {
        let state = self.state.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.state.set(state);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn one_of<T: Copy, const N: usize>(&self, choices: [T; N]) -> T {
        choices[(self.next() % N as u64) as usize]
    }

    /// A pace for a new task.
    pub(crate) fn pace(&self) -> Pace {
        Pace(self.one_of([0, 64, 128, 192, 248]))
    }

    /// How many tasks the runtime polls before it looks after the test's own body and the clock.
    pub(crate) fn event_interval(&self) -> u32 {
        self.one_of([1, 1, 2, 7, 61])
    }

    /// Whether the task that is about to be polled is put off.
    pub(crate) fn delays_at(&self, pace: Pace) -> bool {
        self.pace.set(pace);
        self.delays()
    }

    /// Whether the next await of the task that is polled is put off.
    pub(crate) fn delays(&self) -> bool {
        (self.next() & 0xFF) < u64::from(self.pace.get().0)
    }
}
