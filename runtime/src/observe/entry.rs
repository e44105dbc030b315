use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

use super::clock::Elapsed;
use super::tree::{EntryKind, State};
use crate::reason::Reason;
use crate::site::Site;

/// Where an [`Entry`] waits, or has waited last.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn fetch() {
///     std::future::pending::<()>().await
/// }
///
/// #[scoped]
/// async fn look() {
///     let task = spawn!(name = "fetcher", fetch());
///     tokio::task::yield_now().await;
///     let tree = rejoin::dump().await;
///     task.stop().await;
///
///     let fetcher = tree.tasks().find(|task| task.name() == Some("fetcher")).unwrap();
///     let place = fetcher.awaiting().unwrap();
///     assert_eq!(place.site().function(), Some("fetch"));
///     assert!(place.is_exact() && !place.was_cut());
/// }
/// rejoin::block_on(look()).unwrap();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Await {
    pub(super) site: Site,
    pub(super) exact: bool,
    pub(super) cut: bool,
}

impl Await {
    /// The await.
    ///
    /// ```
    /// # use rejoin::observe::Tree;
    /// let tree = Tree::now();
    /// let places: Vec<_> = tree.tasks().filter_map(|task| task.awaiting()).map(|at| at.site()).collect();
    /// ```
    #[must_use]
    pub const fn site(&self) -> Site {
        self.site
    }

    /// Whether it waits at that very await. If not, it is at a later one, which stands where `#[scoped]` could
    /// not see it: in the expansion of somebody's macro.
    ///
    /// ```
    /// # use rejoin::observe::Tree;
    /// for place in Tree::now().tasks().filter_map(|task| task.awaiting()) {
    ///     println!("waits {} {}", if place.is_exact() { "at" } else { "after" }, place.site());
    /// }
    /// ```
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.exact
    }

    /// Whether the await was cut by a cancellation: what is waited for now is that what the function had started
    /// ends.
    ///
    /// ```
    /// # use rejoin::observe::Tree;
    /// // Cancelled, and held up by something they have started.
    /// let held_up = Tree::now().tasks().filter(|task| task.awaiting().is_some_and(|at| at.was_cut())).count();
    /// # assert_eq!(held_up, 0);
    /// ```
    #[must_use]
    pub const fn was_cut(&self) -> bool {
        self.cut
    }
}

/// One root, task, group, function or scope in a [`Tree`](super::Tree).
///
/// ```
/// use rejoin::observe::{EntryKind, State};
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn look() {
///     let task = spawn!(name = "crawler", std::future::pending::<()>());
///     tokio::task::yield_now().await;
///     let tree = rejoin::dump().await;
///     task.stop().await;
///
///     let crawler = tree.tasks().find(|task| task.name() == Some("crawler")).unwrap();
///     assert_eq!((crawler.kind(), crawler.state()), (EntryKind::Task, State::Waiting));
///     assert_eq!(crawler.started().function(), Some("look"));
///     assert_eq!(crawler.polls(), 1);
///     assert_eq!(crawler.reason(), None);
/// }
/// rejoin::block_on(look()).unwrap();
/// ```
///
/// The methods have one line of use each below; `tree` is a [`Tree`](super::Tree).
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
    ///
    /// ```
    /// # use rejoin::observe::{EntryKind, Tree};
    /// # let tree = Tree::now();
    /// let daemons = tree.entries().iter().filter(|entry| entry.kind() == EntryKind::Daemon).count();
    /// ```
    #[must_use]
    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    /// The name given to it.
    ///
    /// ```
    /// # let tree = rejoin::observe::Tree::now();
    /// let exports = tree.entries().iter().filter(|entry| entry.name() == Some("export")).count();
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where it was started; of a function, where it stands.
    ///
    /// ```
    /// let tree = rejoin::block_on(rejoin::dump()).unwrap();
    /// println!("the first root was made at {}", tree.entries()[0].started());
    /// ```
    #[must_use]
    pub fn started(&self) -> Site {
        self.started
    }

    /// What it was doing.
    ///
    /// ```
    /// # use rejoin::observe::{State, Tree};
    /// # let tree = Tree::now();
    /// let running = tree.tasks().filter(|task| task.state() == State::Running).count();
    /// ```
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// The await it waits at or, while it runs, has waited at last; `None` where there was none yet.
    ///
    /// ```
    /// # let tree = rejoin::observe::Tree::now();
    /// let on_the_lock = tree.tasks().filter_map(|task| task.awaiting()?.site().expression());
    /// # assert_eq!(on_the_lock.filter(|text| text.contains("lock()")).count(), 0);
    /// ```
    #[must_use]
    pub fn awaiting(&self) -> Option<Await> {
        self.awaiting
    }

    /// How often it has been polled. The number stops at a thousand million.
    ///
    /// ```
    /// # let tree = rejoin::observe::Tree::now();
    /// // Woken all the time.
    /// let restless = tree.tasks().max_by_key(|task| task.polls());
    /// ```
    #[must_use]
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// How long ago it was started.
    ///
    /// ```
    /// # let tree = rejoin::observe::Tree::now();
    /// let oldest = tree.tasks().max_by_key(|task| task.age().at_least());
    /// ```
    #[must_use]
    pub fn age(&self) -> Elapsed {
        self.age
    }

    /// How long ago its last poll began: how long it has been waiting or, in the state
    /// [`Running`](State::Running), running. `None` if it was never polled.
    ///
    /// ```
    /// # let tree = rejoin::observe::Tree::now();
    /// // In the same poll, or the same wait, for more than a minute.
    /// let still = tree.tasks().filter(|task| task.last_poll().is_some_and(|at| at.at_least().as_secs() > 60));
    /// # assert_eq!(still.count(), 0);
    /// ```
    #[must_use]
    pub fn last_poll(&self) -> Option<Elapsed> {
        self.last_poll
    }

    /// When it will be cancelled at the latest.
    ///
    /// ```
    /// # let tree = rejoin::observe::Tree::now();
    /// let unlimited = tree.tasks().filter(|task| task.deadline().is_none()).count();
    /// ```
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// How much time was left until then.
    ///
    /// ```
    /// # let tree = rejoin::observe::Tree::now();
    /// let soonest = tree.tasks().filter_map(|task| task.remaining()).min();
    /// ```
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.remaining
    }

    /// Whether it, or a scope around it, [shuts down](crate::Scope::shutdown): it finishes the work in hand.
    ///
    /// ```
    /// # let tree = rejoin::observe::Tree::now();
    /// let to_finish = tree.tasks().filter(|task| task.is_stopping()).count();
    /// ```
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping
    }

    /// Why it was cancelled, although it has not ended yet; `None` if it was not.
    ///
    /// ```
    /// # use rejoin::{Reason, observe::Tree};
    /// # let tree = Tree::now();
    /// // Clients that went away, and whose work is unwinding.
    /// let gone = tree.tasks().filter(|task| task.reason() == Some(&Reason::Abandoned)).count();
    /// ```
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// How long ago it was cancelled.
    ///
    /// ```
    /// # let tree = rejoin::observe::Tree::now();
    /// let lingering =
    ///     tree.tasks().filter(|task| task.cancelled().is_some_and(|since| since.at_least().as_secs() > 10));
    /// # assert_eq!(lingering.count(), 0);
    /// ```
    #[must_use]
    pub fn cancelled(&self) -> Option<Elapsed> {
        self.cancelled
    }

    /// Its number: its place in [`Tree::entries`](super::Tree::entries).
    ///
    /// ```
    /// let tree = rejoin::block_on(rejoin::dump()).unwrap();
    /// assert!(tree.entries().iter().enumerate().all(|(place, entry)| entry.index() == place));
    /// ```
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// The number of the entry it is below of.
    ///
    /// ```
    /// let tree = rejoin::block_on(rejoin::dump()).unwrap();
    /// let roots = tree.entries().iter().filter(|entry| entry.parent().is_none()).count();
    /// assert_eq!(roots, 1);
    /// ```
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
