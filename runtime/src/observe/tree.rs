use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::clock::Elapsed;
use crate::reason::Reason;
use crate::site::Site;

/// What lived at one moment: roots, tasks, groups, and the scoped functions and scopes they are in.
///
/// Tasks go on while the tree is made, so that it is a picture with a long exposure: what it says of each entry is true
/// of one moment, and not of the same one for all.
///
/// Prints as text, see [`observe`](crate::observe). [`mermaid`](Self::mermaid) and [`dot`](Self::dot) draw it;
/// with the feature `serde` it can be serialised.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) taken: SystemTime,
    pub(super) entries: Vec<Entry>,
}

impl Tree {
    /// All entries, each before those below it.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The roots and tasks among them.
    pub fn tasks(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.kind.is_task())
    }

    /// When it was made.
    #[must_use]
    pub fn taken(&self) -> SystemTime {
        self.taken
    }

    /// Whether nothing lived.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether there are tasks and none of them runs or is about to.
    pub(crate) fn all_wait(&self) -> bool {
        let mut tasks = self.tasks().peekable();
        tasks.peek().is_some() && tasks.all(|task| matches!(task.state, State::Waiting | State::Ended))
    }

    /// The functions and scopes a task is in, outermost first, down to the await it waits at; where some of
    /// them run at the same time, as the branches of a `join!` do, all.
    pub fn inside<'t>(&'t self, task: &Entry) -> impl Iterator<Item = &'t Entry> + use<'t> {
        let (index, end) = (task.index, task.end);
        let mut next = index + 1;
        std::iter::from_fn(move || {
            while next < end {
                let entry = &self.entries[next];
                if entry.kind.is_task() {
                    next = entry.end;
                } else {
                    next += 1;
                    return Some(entry);
                }
            }
            None
        })
    }
}

/// What an [`Entry`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntryKind {
    /// A root: `run`, `block_on`, `main`, a test, a handler.
    Root,
    /// A task of `spawn!` or of a group.
    Task,
    /// A task of `daemon!`.
    Daemon,
    /// A group of tasks.
    Group,
    /// A scoped function, or block, that starts tasks.
    Function,
    /// A limit, a name, a value or a source of cancellation around a call; or a future that runs
    /// [`in_scope`](crate::InScope::in_scope).
    Scope,
    /// A branch of `join!` or `try_join!`. One of `race!` is a scope.
    Branch,
    /// A shield.
    Shield,
    /// The code of a `defer!`.
    Cleanup,
}

impl EntryKind {
    /// Whether it is polled by itself: a root, a task or a daemon. The others are parts of one.
    #[must_use]
    pub const fn is_task(self) -> bool {
        matches!(self, Self::Root | Self::Task | Self::Daemon)
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Task => "task",
            Self::Daemon => "daemon",
            Self::Group => "group",
            Self::Function => "function",
            Self::Scope => "scope",
            Self::Branch => "branch",
            Self::Shield => "shield",
            Self::Cleanup => "clean-up",
        }
    }
}

/// What an [`Entry`] was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Started, and not polled yet.
    New,
    /// In the middle of a poll.
    Running,
    /// Between two polls.
    Waiting,
    /// Ended; whoever started it has not taken its result yet.
    Ended,
}

impl State {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Ended => "ended",
        }
    }
}

/// Where an [`Entry`] waits, or has waited last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Await {
    pub(super) site: Site,
    pub(super) exact: bool,
    pub(super) cut: bool,
}

impl Await {
    /// The await.
    #[must_use]
    pub const fn site(&self) -> Site {
        self.site
    }

    /// Whether it waits at that very await. If not, it is at a later one, which stands where `#[scoped]` could
    /// not see it: in the expansion of somebody's macro.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.exact
    }

    /// Whether the await was cut by a cancellation: what is waited for now is that what the function had started
    /// ends.
    #[must_use]
    pub const fn was_cut(&self) -> bool {
        self.cut
    }
}

/// One root, task, group, function or scope in a [`Tree`].
#[derive(Clone)]
pub struct Entry {
    pub(super) index: usize,
    /// The first entry after it that is not below it.
    pub(super) end: usize,
    pub(super) parent: Option<usize>,
    pub(super) kind: EntryKind,
    pub(super) name: Option<Cow<'static, str>>,
    pub(super) started: Site,
    pub(super) state: State,
    pub(super) awaiting: Option<Await>,
    pub(super) polls: u32,
    pub(super) age: Elapsed,
    pub(super) last_poll: Option<Elapsed>,
    pub(super) deadline: Option<Instant>,
    pub(super) remaining: Option<Duration>,
    pub(super) stopping: bool,
    pub(super) reason: Option<Reason>,
    pub(super) cancelled: Option<Elapsed>,
}

impl Entry {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    /// The name given to it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where it was started; of a function, where it stands.
    #[must_use]
    pub fn started(&self) -> Site {
        self.started
    }

    /// What it was doing.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// The await it waits at or, while it runs, has waited at last; `None` where there was none yet.
    #[must_use]
    pub fn awaiting(&self) -> Option<Await> {
        self.awaiting
    }

    /// How often it has been polled. The number stops at a thousand million.
    #[must_use]
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// How long ago it was started.
    #[must_use]
    pub fn age(&self) -> Elapsed {
        self.age
    }

    /// How long ago its last poll began: how long it has been waiting or, in the state
    /// [`Running`](State::Running), running. `None` if it was never polled.
    #[must_use]
    pub fn last_poll(&self) -> Option<Elapsed> {
        self.last_poll
    }

    /// When it will be cancelled at the latest.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// How much time was left until then.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.remaining
    }

    /// Whether it, or a scope around it, [shuts down](crate::Scope::shutdown): it finishes the work in hand.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping
    }

    /// Why it was cancelled, although it has not ended yet; `None` if it was not.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// How long ago it was cancelled.
    #[must_use]
    pub fn cancelled(&self) -> Option<Elapsed> {
        self.cancelled
    }

    /// Its number: its place in [`Tree::entries`].
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// The number of the entry it is below of.
    #[must_use]
    pub fn parent(&self) -> Option<usize> {
        self.parent
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("started", &self.started)
            .field("state", &self.state)
            .field("awaiting", &self.awaiting)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}
