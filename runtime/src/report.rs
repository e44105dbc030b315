//! What could not be returned to anybody: never silence.

#[cfg(any(feature = "metrics", feature = "tracing"))]
mod words;

use std::any::Any;
use std::fmt;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};

use crate::observe::hooks;
use crate::scope::node::Node;
use crate::site::{Origin, Site};

/// Something that went wrong and that no caller can be told: an error nobody waited for any more,
/// a clean-up that took too long.
///
/// Without a hook each is one line on standard error. See [`set_event_hook`].
///
/// ```
/// use rejoin::{Event, EventKind, prelude::*};
/// use std::sync::Mutex;
///
/// static SEEN: Mutex<Vec<Event>> = Mutex::new(Vec::new());
///
/// #[scoped]
/// async fn export() {
///     defer!({ Err::<(), _>(std::io::Error::other("the disk is full")) });
/// }
///
/// rejoin::set_event_hook(Some(Box::new(|event| SEEN.lock().unwrap().push(event.clone()))));
/// rejoin::block_on(export()).unwrap();
///
/// let event = SEEN.lock().unwrap().pop().unwrap();
/// assert_eq!(event.kind(), EventKind::CleanupFailed);
/// assert_eq!(event.detail(), "the disk is full");
/// assert_eq!(event.site().function(), Some("export"));
/// ```
#[derive(Clone, Debug)]
pub struct Event {
    kind: EventKind,
    site: Site,
    detail: String,
}

/// What kind of [`Event`].
///
/// ```
/// use rejoin::EventKind;
///
/// // What wakes somebody up at night; the rest is for the log.
/// rejoin::set_event_hook(Some(Box::new(|event| match event.kind() {
///     EventKind::Lingering | EventKind::Blocking => eprintln!("ALARM {event}"),
///     _ => eprintln!("{event}"),
/// })));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// A panic that could not travel on, because another one does already or because its task
    /// was destroyed on the spot.
    LostPanic,
    /// An error of a task that had been cancelled, or was not the first to fail.
    LostError,
    /// A task nobody waits for, handed to a scope by [`Scope::spawn`](crate::Scope::spawn) or a child of a
    /// supervised group, returned an error.
    TaskFailed,
    /// A child of a supervised group panicked.
    TaskPanicked,
    /// A call that failed is started again, by its [`Restart`](crate::Restart) policy.
    Restarted,
    /// The block of a `defer!` returned an error.
    CleanupFailed,
    /// The block of a `defer!` took longer than its limit and was dropped.
    CleanupOverran,
    /// A thread waits for a poll of this task to end and has waited for seconds. Most often the
    /// task blocks its thread, or wants a lock that the waiting side holds.
    LongWait,
    /// Work outlived the grace of a [shutdown](crate::Scope::shutdown) that nobody waited for any more.
    GraceExceeded,
    /// A task or root was cancelled and has not ended since; see [`Watchdog`](crate::observe::Watchdog).
    Lingering,
    /// One poll of a task or root takes long: it blocks its thread; see
    /// [`Watchdog`](crate::observe::Watchdog).
    Blocking,
    /// A task was destroyed on the spot because its block was left by a way out that `#[scoped]`
    /// could not see.
    TaskLeft,
}

impl Event {
    pub(crate) fn new(kind: EventKind, origin: Origin, detail: String) -> Self {
        Self { kind, site: origin.site(), detail }
    }

    pub(crate) fn long_wait(origin: Origin) -> Self {
        Self::new(EventKind::LongWait, origin, String::new())
    }

    /// What kind of event this is.
    ///
    /// ```
    /// # use rejoin::{Event, EventKind};
    /// fn is_a_panic(event: &Event) -> bool {
    ///     matches!(event.kind(), EventKind::LostPanic | EventKind::TaskPanicked)
    /// }
    /// ```
    #[must_use]
    pub fn kind(&self) -> EventKind {
        self.kind
    }

    /// Where the task, group or clean-up concerned was started.
    ///
    /// ```
    /// # use rejoin::Event;
    /// fn file(event: &Event) -> &'static str {
    ///     event.site().file()
    /// }
    /// ```
    #[must_use]
    pub fn site(&self) -> Site {
        self.site
    }

    /// The text of the error or panic, where there is one.
    ///
    /// ```
    /// # use rejoin::Event;
    /// /// The whole is `event.to_string()`; this is what is different from one to the next.
    /// fn cause(event: &Event) -> &str {
    ///     event.detail()
    /// }
    /// ```
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, detail, .. } = self;
        match self.kind {
            EventKind::LostPanic => write!(f, "second panic, in the task started at {site}: {detail}"),
            EventKind::LostError => write!(f, "late error of the task started at {site}: {detail}"),
            EventKind::TaskFailed => write!(f, "the task started at {site} failed: {detail}"),
            EventKind::TaskPanicked => write!(f, "the task started at {site} panicked: {detail}"),
            EventKind::Restarted => write!(f, "the call supervised at {site} failed: {detail}"),
            EventKind::CleanupFailed => write!(f, "the defer at {site} failed: {detail}"),
            EventKind::CleanupOverran => write!(f, "the defer at {site} was dropped after {detail}"),
            EventKind::LongWait => write!(
                f,
                "still waiting for a poll of the task started at {site} to end: it blocks its thread, \
                 or wants a lock that this side holds"
            ),
            EventKind::GraceExceeded => {
                write!(f, "the scope started at {site} was still alive after its grace of {detail}")
            }
            EventKind::Lingering => {
                write!(f, "the task started at {site} has not ended since it was cancelled, for {detail}")
            }
            EventKind::Blocking => {
                write!(f, "the task started at {site} blocks its thread, for {detail}")
            }
            EventKind::TaskLeft => write!(
                f,
                "the task started at {site} was destroyed: its block was left by a way out that \
                 #[scoped] could not see"
            ),
        }
    }
}

/// What [`set_event_hook`] takes.
///
/// ```
/// use rejoin::{Event, EventHook};
/// use std::sync::mpsc::Sender;
///
/// /// Events are written by a thread of their own, so that the hook is short.
/// fn forward(events: Sender<Event>) -> EventHook {
///     Box::new(move |event| drop(events.send(event.clone())))
/// }
/// # let (send, _receive) = std::sync::mpsc::channel();
/// # rejoin::set_event_hook(Some(forward(send)));
/// ```
pub type EventHook = Box<dyn Fn(&Event) + Send + Sync>;

type Hook = Arc<dyn Fn(&Event) + Send + Sync>;

static HOOK: RwLock<Option<Hook>> = RwLock::new(None);

/// Replaces what happens with each [`Event`]; `None` is the default, a line on standard error.
///
/// The hook is for the whole process. It runs in the middle of whatever found the event, so it
/// should be short; a panic of the hook is swallowed.
///
/// ```
/// rejoin::set_event_hook(Some(Box::new(|event| eprintln!("{event}"))));
/// # rejoin::set_event_hook(None);
/// ```
pub fn set_event_hook(hook: Option<EventHook>) {
    let former = {
        let mut place = HOOK.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *place, hook.map(Arc::from))
    };
    drop(former);
}

pub(crate) fn emit(event: &Event) {
    hooks::event(event);
    let hook = HOOK.read().unwrap_or_else(PoisonError::into_inner).clone();
    match hook {
        Some(hook) => {
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| hook(event))) {
                discard(payload);
            }
        }
        None => {
            // Not `eprintln!`, which panics on a closed pipe.
            let _ = writeln!(std::io::stderr(), "rejoin: {event}");
        }
    }
}

/// Reports a task or group that is destroyed because its block was left by a hidden exit.
pub(crate) fn task_left(node: &Node) {
    node.leave_behind();
    emit(&Event::new(EventKind::TaskLeft, node.origin(), String::new()));
}

/// Reports a panic that cannot travel, and gets rid of it.
pub(crate) fn lost_panic(origin: Origin, payload: Box<dyn Any + Send>) {
    end_of_panic(EventKind::LostPanic, origin, payload);
}

/// Reports a panic that goes no further.
pub(crate) fn end_of_panic(kind: EventKind, origin: Origin, payload: Box<dyn Any + Send>) {
    let text = panic_text(&*payload).unwrap_or("a payload that is no text").to_owned();
    emit(&Event::new(kind, origin, text));
    discard(payload);
}

/// A panic that waits for something to unwind before it goes on. Destroyed meanwhile, in a runtime that
/// is gone or at the limit of a clean-up, it is reported.
pub(crate) struct Travelling {
    payload: Option<Box<dyn Any + Send>>,
    site: &'static Site,
}

impl Travelling {
    pub(crate) fn new(payload: Option<Box<dyn Any + Send>>, site: &'static Site) -> Self {
        Self { payload, site }
    }

    pub(crate) fn is_some(&self) -> bool {
        self.payload.is_some()
    }

    /// Lets it go on.
    pub(crate) fn take(&mut self) -> Option<Box<dyn Any + Send>> {
        self.payload.take()
    }
}

impl Drop for Travelling {
    fn drop(&mut self) {
        if let Some(payload) = self.payload.take() {
            lost_panic(self.site.into(), payload);
        }
    }
}

/// The text of a panic's payload, if it has one.
pub(crate) fn panic_text(payload: &(dyn Any + Send)) -> Option<&str> {
    payload
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// Drops a value that nobody took; a panic of its destructor is reported.
pub(crate) fn drop_quietly<T>(origin: Origin, value: T) {
    quietly(origin, || drop(value));
}

/// Runs code of the user's, such as a waker, in the middle of work that must go on; a panic of it
/// is reported (S4).
#[inline]
pub(crate) fn quietly(origin: Origin, act: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(act)) {
        lost_panic(origin, payload);
    }
}

/// Drops a panic's payload, whose destructor may panic as well.
pub(crate) fn discard(payload: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // Its own destructor would be the next; nobody needs what is in it.
        #[expect(clippy::mem_forget, reason = "a payload whose destructor panics again and again")]
        std::mem::forget(second);
    }
}

/// A task would have to wait for its own poll to end.
pub(crate) fn abort_self_destruction(origin: Origin) -> ! {
    let _ = writeln!(
        std::io::stderr(),
        "rejoin: the task started at {} dropped the scope that owns it, during its own poll; this can \
         never end, so the process is aborted",
        origin.site(),
    );
    std::process::abort();
}
