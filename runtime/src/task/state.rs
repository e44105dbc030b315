//! The state word of a task slot.

/// Somebody, a poller or a destroyer, has the cell to himself. Set by whoever finds neither
/// `BUSY` nor `DONE`; cleared only by a poller whose future is pending and not doomed.
pub(super) const BUSY: u32 = 1;

/// The future is gone and the outcome is where it belongs. Set once, by the holder of `BUSY`, as
/// its last touch of anything not kept alive by itself.
pub(super) const DONE: u32 = 1 << 1;

/// The cell holds the output. Set together with `DONE`; cleared by whoever takes the output.
pub(super) const VALUE: u32 = 1 << 2;

/// The unit that owns the parent frame waits for `DONE` and has to be woken. Set by that unit.
pub(super) const WAITED: u32 = 1 << 3;

/// A thread is blocked until `DONE`: the poller must destroy the future instead of letting go of
/// it. Set by that thread.
pub(super) const DOOMED: u32 = 1 << 4;

/// The future is gone and the cell holds how it ended: the task waits for roots that were dropped
/// in it. Set once, by a poller.
pub(super) const ENDING: u32 = 1 << 6;

/// The future has been polled. Set by the first poller.
pub(super) const STARTED: u32 = 1 << 5;
