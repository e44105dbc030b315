use std::time::SystemTime;

use super::entry::Entry;

/// What lived at one moment: roots, tasks, groups, and the scoped functions and scopes they are in.
///
/// Tasks go on while the tree is made, so that it is a picture with a long exposure: what it says of each entry is true
/// of one moment, and not of the same one for all.
///
/// Prints as text, see [`observe`](crate::observe). [`mermaid`](Self::mermaid) and [`dot`](Self::dot) draw it;
/// with the feature `serde` it can be serialised.
///
/// ```
/// use rejoin::observe::{State, Tree};
///
/// // What keeps the threads busy, from a plain thread.
/// for task in Tree::now().tasks().filter(|task| task.state() == State::Running) {
///     println!("{} runs", task.started());
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) taken: SystemTime,
    pub(super) entries: Vec<Entry>,
}

impl Tree {
    /// All entries, each before those below it.
    ///
    /// ```
    /// use rejoin::observe::{EntryKind, Tree};
    ///
    /// let tree = Tree::now();
    /// let groups = tree.entries().iter().filter(|entry| entry.kind() == EntryKind::Group).count();
    /// # assert_eq!(groups, 0);
    /// ```
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The roots and tasks among them.
    ///
    /// ```
    /// let tree = rejoin::block_on(rejoin::dump()).unwrap();
    /// assert_eq!(tree.tasks().count(), 1);
    /// ```
    pub fn tasks(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.kind.is_task())
    }

    /// When it was made.
    ///
    /// ```
    /// # use rejoin::observe::Tree;
    /// assert!(Tree::now().taken().elapsed().unwrap().as_secs() < 60);
    /// ```
    #[must_use]
    pub fn taken(&self) -> SystemTime {
        self.taken
    }

    /// Whether nothing lived.
    ///
    /// ```
    /// # use rejoin::observe::Tree;
    /// let left = Tree::now();
    /// assert!(left.is_empty(), "left at the end of the program:\n{left}");
    /// ```
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
    ///
    /// ```
    /// let tree = rejoin::block_on(rejoin::dump()).unwrap();
    /// for task in tree.tasks() {
    ///     println!("{:?} started at {}", task.kind(), task.started());
    ///     for part in tree.inside(task) {
    ///         println!("    in {:?} at {}", part.kind(), part.started());
    ///     }
    /// }
    /// ```
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
///
/// ```
/// use rejoin::observe::{EntryKind, Tree};
/// use std::collections::HashMap;
///
/// // What the program consists of just now.
/// let mut numbers: HashMap<EntryKind, usize> = HashMap::new();
/// for entry in Tree::now().entries() {
///     *numbers.entry(entry.kind()).or_default() += 1;
/// }
/// ```
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
    ///
    /// ```
    /// # use rejoin::observe::EntryKind;
    /// assert!(EntryKind::Daemon.is_task());
    /// assert!(!EntryKind::Group.is_task());
    /// ```
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
///
/// ```
/// use rejoin::observe::State;
///
/// // Whoever asks is being polled.
/// let tree = rejoin::block_on(rejoin::dump()).unwrap();
/// assert_eq!(tree.entries()[0].state(), State::Running);
/// ```
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
