//! An allocator that counts when it is told to.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicUsize, Ordering};

/// The system's allocator. Counts what the whole process asks for, while a [`Count`] is taken.
#[derive(Debug)]
pub struct Counting;

// Looked at by each allocation of every workload, and written by B8 alone: the others pay for one
// load from a line that nobody writes to.
static ENABLED: AtomicBool = AtomicBool::new(false);
static LIVE: AtomicIsize = AtomicIsize::new(0);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

fn count(grown: isize, allocations: usize) {
    if ENABLED.load(Ordering::Relaxed) {
        LIVE.fetch_add(grown, Ordering::Relaxed);
        ALLOCATIONS.fetch_add(allocations, Ordering::Relaxed);
    }
}

// SAFETY: every call is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed(), 1);
        // SAFETY: the caller's promise is the one asked for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed(), 0);
        // SAFETY: the caller's promise is the one asked for.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size.cast_signed() - layout.size().cast_signed(), 1);
        // SAFETY: the caller's promise is the one asked for.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Counts from its start on. Only one at a time.
#[derive(Debug)]
pub struct Count(());

impl Count {
    /// Starts at zero.
    #[must_use]
    pub fn start() -> Self {
        LIVE.store(0, Ordering::Relaxed);
        ALLOCATIONS.store(0, Ordering::Relaxed);
        ENABLED.store(true, Ordering::Relaxed);
        Self(())
    }

    /// How many bytes more are in use than at the start.
    #[must_use]
    pub fn bytes(&self) -> isize {
        LIVE.load(Ordering::Relaxed)
    }

    /// How many allocations there were, those that grew included.
    #[must_use]
    pub fn allocations(&self) -> usize {
        ALLOCATIONS.load(Ordering::Relaxed)
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        ENABLED.store(false, Ordering::Relaxed);
    }
}
