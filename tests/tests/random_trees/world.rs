//! What happens while a program runs, written down in order.

use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::{panic, thread};

use rejoin::EventKind;

/// The number of a body, a value, a clean-up, a panic: each has its own.
pub(crate) type Id = usize;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A body begins, below another one.
    Begun {
        id: Id,
        below: Id,
        kind: Kind,
    },
    /// All of its locals are gone but for the first.
    Gone {
        id: Id,
        panicking: bool,
    },
    /// A clean-up is promised for this region.
    Deferred {
        region: Id,
        clean_up: Id,
    },
    CleanUp(Id),
    CleanedUp(Id),
    /// A daemon waits to be stopped.
    Serves {
        id: Id,
        region: Id,
    },
    /// The body of a boundary has its value.
    Ends(Id),
    /// What the boundary made of its body.
    Came {
        id: Id,
        value: bool,
    },
    /// What was started below it is over, and its function goes on.
    Returned(Id),
    Made(Id),
    Dropped(Id),
    /// A linked child ends with this error.
    Fails(Id),
    /// A caller was given this error.
    Saw(Id),
    Panics(Id),
    /// Somebody was given this panic.
    Caught(Id),
    /// The runtime reported something that nobody can be given.
    Reported(EventKind, Option<Id>),
    /// Something that is never right.
    Wrong(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Root,
    /// Runs in the task of its caller.
    Call,
    /// A task of its own.
    Task,
    Daemon,
    Shield,
    Boundary,
    /// The statements below a `defer!` or `daemon!`.
    Region,
    CleanUp,
    /// The code that an abandoned root runs in a task of its own.
    OwnRoot,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct World(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    log: Vec<Event>,
    next: Id,
}

thread_local! {
    static CURRENT: RefCell<Option<World>> = const { RefCell::new(None) };
}

impl World {
    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn number(&self) -> Id {
        let mut inner = self.inner();
        inner.next += 1;
        inner.next
    }

    pub(crate) fn add(&self, event: Event) {
        self.inner().log.push(event);
    }

    /// A body below `below`; gone when this is dropped.
    pub(crate) fn begin(&self, below: Id, kind: Kind) -> Body {
        let id = self.number();
        self.add(Event::Begun { id, below, kind });
        Body { id, world: self.clone() }
    }

    pub(crate) fn value(&self) -> Value {
        let id = self.number();
        self.add(Event::Made(id));
        Value { id, world: self.clone() }
    }

    /// Panics.
    pub(crate) fn panic(&self) -> ! {
        let id = self.number();
        self.add(Event::Panics(id));
        panic!("boom {id}");
    }

    pub(crate) fn caught(&self, text: Option<&str>) {
        match number_in(text.unwrap_or_default()) {
            Some(id) => self.add(Event::Caught(id)),
            None => self.add(Event::Wrong(format!("a panic of nobody's: {text:?}"))),
        }
    }

    pub(crate) fn wrong(&self, what: impl fmt::Display) {
        self.add(Event::Wrong(what.to_string()));
    }

    pub(crate) fn log(&self) -> Vec<Event> {
        self.inner().log.clone()
    }

    /// What is reported on this thread belongs to this world from now on.
    pub(crate) fn take_thread(&self) {
        CURRENT.replace(Some(self.clone()));
    }
}

fn number_in(text: &str) -> Option<Id> {
    text.strip_prefix("boom ")?.parse().ok()
}

/// See [`World::begin`].
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) id: Id,
    world: World,
}

impl Drop for Body {
    fn drop(&mut self) {
        self.world.add(Event::Gone { id: self.id, panicking: thread::panicking() });
    }
}

/// A value that is to be dropped once.
#[derive(Debug)]
pub(crate) struct Value {
    pub(crate) id: Id,
    world: World,
}

impl Drop for Value {
    fn drop(&mut self) {
        self.world.add(Event::Dropped(self.id));
    }
}

/// An error; it carries a value.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) Value);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failure {}", self.0.id)
    }
}

/// A local whose destructor panics, unless a panic is on its way.
#[derive(Debug)]
pub(crate) struct Trap(pub(crate) World);

impl Drop for Trap {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.0.panic();
        }
    }
}

/// Writes down what the runtime reports, and keeps what panics on purpose quiet.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if number_in(info.payload_as_str().unwrap_or_default()).is_none() {
                usual(info);
            }
        }));
        rejoin::set_event_hook(Some(Box::new(|event| {
            CURRENT.with_borrow(|world| {
                if let Some(world) = world {
                    world.add(Event::Reported(event.kind(), number_in(event.detail())));
                }
            });
        })));
    });
}

/// One event a line.
pub(crate) fn print(log: &[Event]) -> String {
    let mut text = String::new();
    for event in log {
        let _ = writeln!(text, "  {event:?}");
    }
    text
}
