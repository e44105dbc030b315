//! The one switch between the real synchronisation types and loom's models of them.

#[cfg(loom)]
pub(crate) use loom::sync::atomic::AtomicU32;
#[cfg(not(loom))]
pub(crate) use std::sync::atomic::AtomicU32;

pub(crate) use std::sync::atomic::Ordering;

#[cfg(loom)]
type RawMutex<T> = loom::sync::Mutex<T>;
#[cfg(not(loom))]
type RawMutex<T> = std::sync::Mutex<T>;

#[cfg(loom)]
pub(crate) type MutexGuard<'a, T> = loom::sync::MutexGuard<'a, T>;
#[cfg(not(loom))]
pub(crate) type MutexGuard<'a, T> = std::sync::MutexGuard<'a, T>;

/// A mutex that ignores poisoning: no user code ever runs under one of our locks, so a panic
/// cannot leave the data half-changed.
#[derive(Debug)]
pub(crate) struct Mutex<T>(RawMutex<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(RawMutex::new(value))
    }

    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        match self.0.lock() {
            Ok(guard) => guard,
            Err(poisoned) => poisoned.into_inner(),
        }
    }
}

/// Storage whose access is governed by a state word. Under loom every access is checked against
/// all others, so that a missing happens-before edge fails the model.
#[cfg(loom)]
pub(crate) use loom::cell::UnsafeCell;

#[cfg(not(loom))]
pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

#[cfg(not(loom))]
impl<T> UnsafeCell<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    pub(crate) fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
        access(self.0.get())
    }
}

/// Blocks the thread until `done` says so. `wake_blocked` must be called after each change that
/// may turn `done` true.
///
/// One lock for the whole process: blocking happens only where a task is destroyed while another
/// thread is in the middle of polling it, which is rare and short.
#[cfg(not(loom))]
pub(crate) fn block_until(mut done: impl FnMut() -> bool, mut on_long_wait: impl FnMut()) {
    let mut guard = match BLOCKED.0.lock() {
        Ok(guard) => guard,
        Err(poisoned) => poisoned.into_inner(),
    };
    let mut warned = false;
    while !done() {
        let (next, waited) = match BLOCKED.1.wait_timeout(guard, LONG_WAIT) {
            Ok(pair) => pair,
            Err(poisoned) => poisoned.into_inner(),
        };
        guard = next;
        if waited.timed_out() && !warned {
            warned = true;
            // The report runs a user's hook; it must not find this lock taken.
            drop(guard);
            on_long_wait();
            guard = match BLOCKED.0.lock() {
                Ok(guard) => guard,
                Err(poisoned) => poisoned.into_inner(),
            };
        }
    }
}

#[cfg(not(loom))]
const LONG_WAIT: std::time::Duration = std::time::Duration::from_secs(5);

#[cfg(not(loom))]
static BLOCKED: (std::sync::Mutex<()>, std::sync::Condvar) =
    (std::sync::Mutex::new(()), std::sync::Condvar::new());

/// Wakes every thread in [`block_until`].
#[cfg(not(loom))]
pub(crate) fn wake_blocked() {
    // Taking the lock orders this wake-up after a waiter's check of its condition.
    drop(BLOCKED.0.lock());
    BLOCKED.1.notify_all();
}

#[cfg(loom)]
loom::lazy_static! {
    static ref BLOCKED: (loom::sync::Mutex<()>, loom::sync::Condvar) =
        (loom::sync::Mutex::new(()), loom::sync::Condvar::new());
}

#[cfg(loom)]
pub(crate) fn block_until(mut done: impl FnMut() -> bool, _on_long_wait: impl FnMut()) {
    let mut guard = BLOCKED.0.lock().unwrap();
    while !done() {
        guard = BLOCKED.1.wait(guard).unwrap();
    }
}

#[cfg(loom)]
pub(crate) fn wake_blocked() {
    drop(BLOCKED.0.lock().unwrap());
    BLOCKED.1.notify_all();
}
