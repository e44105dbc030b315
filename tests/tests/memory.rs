//! What is kept of tasks that have ended, in bytes. One test, so that nobody else allocates meanwhile.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};

use rejoin::prelude::*;
use tokio::task::yield_now;

struct Counting;

static ALIVE: AtomicIsize = AtomicIsize::new(0);

// SAFETY: everything is done by the system's allocator, as it was asked.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALIVE.fetch_add(layout.size().cast_signed(), Ordering::Relaxed);
        // SAFETY: the caller's promises are those it asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        ALIVE.fetch_sub(layout.size().cast_signed(), Ordering::Relaxed);
        // SAFETY: the caller's promises are those it asks for.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many more bytes are in use than before, when so many children have ended and nobody took
/// their results.
#[scoped]
async fn kept_by_a_group_of_nothing(children: usize) -> isize {
    let group = task_group!();
    group.spawn(async {});
    yield_now().await;
    let before = ALIVE.load(Ordering::Relaxed);
    for _ in 0..children {
        group.spawn(async {});
        yield_now().await;
    }
    let kept = ALIVE.load(Ordering::Relaxed) - before;
    assert_eq!(group.len(), children + 1);
    group.stop().await;
    kept
}

/// The same for tasks that were awaited, one after the other, in one body.
#[scoped]
async fn kept_of_awaited_tasks(tasks: usize) -> isize {
    let before = ALIVE.load(Ordering::Relaxed);
    for n in 0..tasks {
        let task = spawn!(async move { vec![n] });
        assert_eq!(task.await, [n]);
    }
    ALIVE.load(Ordering::Relaxed) - before
}

/// And for roots that were dropped and have unwound, in the scope they were made in.
#[scoped]
async fn kept_of_dropped_roots(roots: usize) -> isize {
    let before = ALIVE.load(Ordering::Relaxed);
    for _ in 0..roots {
        let mut root = Box::pin(rejoin::run(scope!(std::future::pending::<()>())));
        std::future::poll_fn(|cx| std::task::Poll::Ready(root.as_mut().poll(cx).is_pending())).await;
        drop(root);
        for _ in 0..3 {
            yield_now().await;
        }
    }
    ALIVE.load(Ordering::Relaxed) - before
}

#[rejoin::test]
async fn a_group_of_nothing_keeps_nothing_of_a_finished_child() {
    // One number for each child would be twice as much; a little is the runtime's own.
    const CHILDREN: usize = 2_000;
    for kept in [
        kept_by_a_group_of_nothing(CHILDREN).await,
        kept_of_awaited_tasks(CHILDREN).await,
        kept_of_dropped_roots(CHILDREN).await,
    ] {
        assert!(kept < 8_000, "{kept} bytes of {CHILDREN} children");
    }
}
