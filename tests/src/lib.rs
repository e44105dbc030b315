//! What the tests share.

use std::fmt::Display;
use std::sync::{Arc, Mutex, Once, PoisonError};

use rejoin::{Call, Event, EventKind};

/// A shared list of what happened, in order.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry.
    pub fn add(&self, entry: impl Display) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry.to_string());
    }

    /// A value that adds an entry when it is dropped.
    pub fn on_drop(&self, entry: impl Display) -> OnDrop {
        OnDrop { log: self.clone(), entry: entry.to_string() }
    }

    /// Everything so far.
    #[must_use]
    pub fn entries(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often an entry was added.
    #[must_use]
    pub fn count(&self, entry: &str) -> usize {
        self.entries().iter().filter(|known| *known == entry).count()
    }

    /// The place of an entry that was added once.
    ///
    /// # Panics
    ///
    /// If it was added never or more than once.
    #[must_use]
    #[track_caller]
    pub fn place(&self, entry: &str) -> usize {
        let entries = self.entries();
        assert_eq!(self.count(entry), 1, "`{entry}` once in {entries:?}");
        entries.iter().position(|known| known == entry).unwrap_or_default()
    }

    /// Asserts that these were added, each once, in this order, whatever stands between.
    ///
    /// # Panics
    ///
    /// If not.
    #[track_caller]
    pub fn assert_order(&self, expected: &[&str]) {
        let places: Vec<usize> = expected.iter().map(|entry| self.place(entry)).collect();
        assert!(places.is_sorted(), "{expected:?} in {:?}", self.entries());
    }

    /// Asserts that exactly these were added.
    ///
    /// # Panics
    ///
    /// If not.
    #[track_caller]
    pub fn assert_is(&self, expected: &[&str]) {
        assert_eq!(self.entries(), expected);
    }
}

/// See [`Log::on_drop`].
#[derive(Debug)]
pub struct OnDrop {
    log: Log,
    entry: String,
}

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.log.add(&self.entry);
    }
}

/// A runtime with so many worker threads.
///
/// # Panics
///
/// If there can be none.
#[must_use]
pub fn workers(count: usize) -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(count).enable_all().build();
    runtime.expect("a runtime")
}

/// A runtime with one thread, and one with two.
fn both_runtimes() -> [tokio::runtime::Runtime; 2] {
    let one = tokio::runtime::Builder::new_current_thread().enable_all().build();
    [one.expect("a runtime"), workers(2)]
}

/// Runs what `make` makes in a runtime with one thread and in one with two, and gives both results.
///
/// # Panics
///
/// If the root is cancelled.
pub fn on_both<C>(make: impl Fn() -> C) -> [C::Output; 2]
where
    C: Call<Output: Send + 'static>,
    C::Started: Send + 'static,
{
    both_runtimes().map(|runtime| {
        let task = runtime.spawn(rejoin::run(make()));
        runtime.block_on(task).expect("no panic").expect("not cancelled")
    })
}

/// As [`on_both`], for a root that panics: the text of the panic in each.
///
/// # Panics
///
/// If it does not panic.
pub fn panics_on_both<C>(make: impl Fn() -> C) -> [String; 2]
where
    C: Call<Output: Send + 'static>,
    C::Started: Send + 'static,
{
    both_runtimes().map(|runtime| {
        let task = runtime.spawn(rejoin::run(make()));
        let Err(error) = runtime.block_on(task) else { panic!("it did not panic") };
        let payload = error.into_panic();
        match payload.downcast::<&'static str>() {
            Ok(text) => (*text).to_owned(),
            Err(payload) => *payload.downcast::<String>().expect("a text"),
        }
    })
}

static EVENTS: Mutex<Vec<Event>> = Mutex::new(Vec::new());

/// The details of the events of this kind that were reported from the scoped function of this name.
///
/// The hook is for the whole process, so it is set once, by [`record_events`], for all tests in it.
#[must_use]
pub fn events(kind: EventKind, function: &str) -> Vec<String> {
    let events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
    let wanted = |event: &&Event| event.kind() == kind && event.site().function() == Some(function);
    events.iter().filter(wanted).map(|event| event.detail().to_owned()).collect()
}

/// The details of all events of this kind.
#[must_use]
pub fn all_events(kind: EventKind) -> Vec<String> {
    let events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
    events.iter().filter(|event| event.kind() == kind).map(|event| event.detail().to_owned()).collect()
}

/// Keeps events from now on. To be called before what reports them.
pub fn record_events() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        rejoin::set_event_hook(Some(Box::new(|event| {
            EVENTS.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
        })));
    });
}
