//! What the attacks share.

use std::pin::Pin;
use std::sync::{Mutex, Once, PoisonError};
use std::task::{Context, Poll, Waker};

use rejoin::{Event, EventKind};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

/// How often an attack with threads is tried.
pub(crate) const ROUNDS: usize = if cfg!(miri) { 2 } else { 50 };

/// How long a side of a race gives the other to go wrong.
pub(crate) const SPINS: usize = if cfg!(miri) { 60 } else { 2_000 };

/// Data that is lent. Reading it after its end is what must not happen: Miri sees the memory, and
/// without Miri the value is most often another one.
#[derive(Debug)]
pub(crate) struct Lent(Box<u64>);

const WHOLE: u64 = 0x5eed_0f10_7a57_1c5e;

impl Lent {
    pub(crate) fn new() -> Self {
        Self(Box::new(WHOLE))
    }

    #[track_caller]
    pub(crate) fn read(&self) {
        assert_eq!(*self.0, WHOLE, "read after its end");
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        *self.0 = 0;
    }
}

/// Reads what it borrows when it is dropped.
#[derive(Debug)]
pub(crate) struct ReadsLate<'a>(pub(crate) &'a Lent);

impl Drop for ReadsLate<'_> {
    fn drop(&mut self) {
        self.0.read();
    }
}

/// Panics when it is dropped, unless a panic is on its way already: two would end the process.
#[derive(Debug)]
pub(crate) struct PanicsLate(pub(crate) &'static str);

impl Drop for PanicsLate {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            std::panic::panic_any(self.0);
        }
    }
}

/// Reads what it borrows at every turn, for ever.
pub(crate) async fn reads_for_ever(data: &Lent) {
    let _late = ReadsLate(data);
    loop {
        data.read();
        yield_now().await;
    }
}

pub(crate) fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

pub(crate) fn two_threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// Polls once, with a waker that does nothing.
pub(crate) fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Goes round until `done` says so.
pub(crate) async fn until(done: impl Fn() -> bool) {
    while !done() {
        yield_now().await;
    }
}

/// A few turns of the runtime.
pub(crate) async fn turns(count: usize) {
    for _ in 0..count {
        yield_now().await;
    }
}

static EVENTS: Mutex<Vec<Event>> = Mutex::new(Vec::new());

/// Keeps events from now on; the hook itself panics about what stands in a function whose name begins
/// with `hook_panics`.
pub(crate) fn record_events() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        rejoin::set_event_hook(Some(Box::new(|event| {
            EVENTS.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
            let function = event.site().function().unwrap_or_default();
            assert!(!function.starts_with("hook_panics"), "in the hook");
        })));
    });
}

/// The details of the events of this kind from the function of this name.
pub(crate) fn events(kind: EventKind, function: &str) -> Vec<String> {
    let events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
    let wanted = |event: &&Event| event.kind() == kind && event.site().function() == Some(function);
    events.iter().filter(wanted).map(|event| event.detail().to_owned()).collect()
}
