pub(crate) mod batch;
mod child;
mod context;
mod fail;
pub(crate) mod guard;
pub(crate) mod join;
mod limit;
pub(crate) mod mode;
pub(crate) mod options;
mod order;
mod spawn;
mod starter;
pub(crate) mod store;
pub(crate) mod supervise;

use std::fmt;
use std::marker::PhantomData;

use crate::call::Call;
use crate::reason::{Cause, Reason};
use crate::scope::cancel::cancel;
use crate::site::{Origin, Site};
use crate::task::start::Spec;
use child::Start;
use guard::{Group, GroupStore};
use join::{JoinAll, Next, Room, StopAll};
use mode::Plain;

/// A group of tasks, made by `let g = task_group!();`.
///
/// The handle is `Copy`: pass it by value to callees, closures and children, who may spawn into
/// it. The children may borrow what was declared before the group. The group itself stays with
/// the block that declared it: the block does not end before every child has.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn double(n: &u32) -> u32 { n * 2 }
///
/// #[scoped]
/// async fn double_all(numbers: &[u32]) -> Vec<u32> {
///     let group = task_group!();
///     for number in numbers {
///         group.spawn(double(number));
///     }
///     group.join_all().await
/// }
/// assert_eq!(rejoin::block_on(double_all(&[1, 2, 3])).unwrap(), [2, 4, 6]);
/// ```
///
/// A callee that spawns borrowed data says so in its signature:
///
/// ```
/// # use rejoin::prelude::*;
/// use rejoin::TaskGroup;
///
/// #[scoped]
/// async fn double(n: &u32) -> u32 { n * 2 }
///
/// #[scoped]
/// async fn fan_out<'g>(group: TaskGroup<'g, u32>, numbers: &'g [u32]) {
///     for number in numbers {
///         group.spawn(double(number));
///     }
/// }
/// ```
///
/// A group of `()` keeps nothing of a child that has ended.
///
/// # Options
///
/// | written | meaning |
/// |---|---|
/// | `task_group!(limit = n)` | at most `n` children run at a time, the others queue; see [`room`](Self::room) and [`try_spawn`](Self::try_spawn) |
/// | `task_group!(ordered)` | [`next`](Self::next) gives the outputs in the order of spawning |
/// | `task_group!(fail_fast)` | children return a `Result`; the first error leaves the function with the group, as in `spawn!(call?)` |
/// | `task_group!(supervised)` | a child's error or panic is reported and ends that child alone |
///
/// They combine: `task_group!(limit = 4, ordered, fail_fast)`. Only a group that is both `fail_fast` and
/// `supervised` makes no sense.
///
/// ```
/// use rejoin::prelude::*;
/// use std::num::ParseIntError;
///
/// #[scoped]
/// async fn parse(text: &str) -> Result<u32, ParseIntError> { text.parse() }
///
/// #[scoped]
/// async fn sum(texts: &[&str]) -> Result<u32, ParseIntError> {
///     let group = task_group!(limit = 4, fail_fast);
///     for text in texts {
///         group.spawn(parse(text));
///     }
///     let mut sum = 0;
///     while let Some(number) = group.next().await {
///         sum += number;
///     }
///     Ok(sum)
/// }
/// assert_eq!(rejoin::block_on(sum(&["1", "2", "3"])).unwrap(), Ok(6));
/// assert!(rejoin::block_on(sum(&["1", "x", "3"])).unwrap().is_err());
/// ```
///
/// The third parameter says what becomes of errors. It is left out for most groups; a function that takes
/// the handle of another writes `TaskGroup<'g, T, FailFast<E>>` or `TaskGroup<'g, T, Supervised>`, where
/// `T` is what a child yields when it succeeds: see [`FailFast`](crate::FailFast) and
/// [`Supervised`](crate::Supervised).
///
/// A child that waits for its own group waits for itself: `g.join_all().await` in a child never ends, and
/// neither does `g.room().await` where every place is taken by a child that does the same. To spawn
/// into its own group a child needs neither, because `spawn` never waits.
#[must_use = "a group must be drained or stopped: `g.join_all().await`, `g.stop().await`"]
pub struct TaskGroup<'g, T, M = Plain> {
    store: &'g GroupStore<T, M>,
    invariant: PhantomData<fn(&'g ()) -> &'g ()>,
}

impl<T, M> Copy for TaskGroup<'_, T, M> {}
impl<T, M> Clone for TaskGroup<'_, T, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<'g, T: Send> TaskGroup<'g, T> {
    /// A child of a word that stands at `site`.
    #[track_caller]
    pub(crate) fn spawn_at<C>(self, call: C, site: &'static Site)
    where
        C: Call<Output = T>,
        C::Started: Send + 'g,
        T: 'g,
    {
        Start::queued(self.group(), Spec::at(site)).plain(call);
    }

    /// Starts a child in parallel. Never waits: in a group with a limit that is full, the child is put
    /// at the end of a queue.
    ///
    /// In a group that was cancelled, stopped or joined nothing is started: the call is dropped
    /// before this returns.
    ///
    /// Costs one allocation and a tokio task. On a runtime with one thread, children that are ready at
    /// their first poll are run one after the other in a task that they share: then
    /// `tokio::task::id()` is the same for them.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # rejoin::block_on(scope!(async {
    /// let names = vec![String::from("a"), String::from("bc")];
    /// let group = task_group!();
    /// for name in &names {
    ///     group.spawn(async { name.len() });          // borrows `names`
    /// }
    /// assert_eq!(group.join_all().await, [1, 2]);
    /// # })).unwrap();
    /// ```
    #[track_caller]
    pub fn spawn<C>(self, call: C)
    where
        C: Call<Output = T>,
        C::Started: Send + 'g,
        T: 'g,
    {
        Start::queued(self.group(), Spec::caller()).plain(call);
    }

    /// Starts a child if it can run at once; in a group with a limit that is full it gives the call
    /// back. As [`spawn`](Self::spawn) in all other respects.
    ///
    /// ```
    /// use rejoin::prelude::*;
    ///
    /// #[scoped]
    /// async fn work(n: u32) -> u32 { n }
    ///
    /// #[scoped]
    /// async fn refuses() -> (usize, usize) {
    ///     let group = task_group!(limit = 2);
    ///     let mut refused = 0;
    ///     for n in 0..5 {
    ///         if group.try_spawn(work(n)).is_err() {
    ///             refused += 1;
    ///         }
    ///     }
    ///     (group.join_all().await.len(), refused)
    /// }
    /// assert_eq!(rejoin::block_on(refuses()).unwrap(), (2, 3));
    /// ```
    ///
    /// # Errors
    ///
    /// The call, if the group is full.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[track_caller]
    pub fn try_spawn<C>(self, call: C) -> Result<(), C>
    where
        C: Call<Output = T>,
        C::Started: Send + 'g,
        T: 'g,
    {
        match Start::at_once(self.group(), Spec::caller()) {
            Some(start) => start.plain(call),
            None => return Err(call),
        }
        Ok(())
    }
}

impl<'g, T: Send, M> TaskGroup<'g, T, M> {
    pub(crate) fn new(store: &'g GroupStore<T, M>) -> Self {
        Self { store, invariant: PhantomData }
    }

    fn opened(&self) -> &'g (Group<T>, M) {
        match self.store.get() {
            Some(opened) => opened,
            None => unreachable!("a handle is made after its group"),
        }
    }

    fn group(&self) -> &'g Group<T> {
        &self.opened().0
    }

    fn mode(&self) -> &'g M {
        &self.opened().1
    }

    /// The next output, in the order of completion; in an `ordered` group, in that of spawning. `None`
    /// when no child is left.
    ///
    /// Children that have no output, because they were cancelled or failed, are skipped.
    ///
    /// # Cancel safety
    ///
    /// Safe: an output is taken only when it is returned. It may be used in a `select!`.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// # rejoin::block_on(scope!(async {
    /// let group = task_group!();
    /// for pause in [50, 0] {
    ///     group.spawn(async move { tokio::time::sleep(Duration::from_millis(pause)).await; pause });
    /// }
    /// let mut ended = vec![];
    /// while let Some(pause) = group.next().await {
    ///     ended.push(pause);
    /// }
    /// assert_eq!(ended, [0, 50]);
    /// # })).unwrap();
    /// ```
    pub fn next(self) -> Next<'g, T, M> {
        Next::new(self)
    }

    /// Waits until a child could run at once: until less than `limit` of them run and none is queued.
    /// Ready at once where there is no limit.
    ///
    /// For back-pressure: whoever produces work waits for room before it makes more. It is a look,
    /// not a reservation: of several that wait, whoever spawns first has the place.
    ///
    /// ```
    /// use rejoin::prelude::*;
    ///
    /// # #[scoped] async fn work(n: u32) -> u32 { n }
    /// #[scoped]
    /// async fn produce() -> u32 {
    ///     let group = task_group!(limit = 8);
    ///     for n in 0..100 {
    ///         group.room().await;
    ///         group.spawn(work(n));           // never more than eight at a time, none queued
    ///     }
    ///     group.join_all().await.into_iter().sum()
    /// }
    /// assert_eq!(rejoin::block_on(produce()).unwrap(), 4950);
    /// ```
    ///
    /// Not for the children of the group itself: each has a place while it waits, and when all of them wait
    /// none goes on. Where syntax shows it, the rule [`self_limit`](crate::rules::self_limit) says so.
    ///
    /// # Cancel safety
    ///
    /// Safe. It may be used in a `select!`.
    pub fn room(self) -> Room<'g, T, M> {
        Room::new(self)
    }

    /// Waits for all children; their outputs in the order of spawning. Children that were
    /// cancelled, and so have none, are skipped. Nothing can be spawned into the group afterwards.
    ///
    /// Written `g.join_all().await` by the block that owns the group, it ends the borrows of the
    /// children too.
    ///
    /// # Cancel safety
    ///
    /// Dropped half-way, no output is lost: they stay in the group.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # rejoin::block_on(scope!(async {
    /// let mut counts = [0; 3];
    /// let group = task_group!();
    /// for count in &mut counts {
    ///     group.spawn(async { *count += 1 });
    /// }
    /// group.join_all().await;
    /// assert_eq!(counts, [1, 1, 1]);                  // the children's borrows have ended
    /// # })).unwrap();
    /// ```
    pub fn join_all(self) -> JoinAll<Self> {
        JoinAll::new(self)
    }

    /// Asks every child to stop, and refuses new ones. Returns at once; the block that owns the group
    /// joins them.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # rejoin::block_on(scope!(async {
    /// let group = task_group!();
    /// group.spawn(std::future::pending::<u32>());
    /// group.cancel_all();
    /// group.spawn(async { 7 });                       // refused
    /// assert!(group.join_all().await.is_empty());
    /// # })).unwrap();
    /// ```
    #[track_caller]
    pub fn cancel_all(self) {
        let origin = Origin::Caller(std::panic::Location::caller());
        let cause = Cause::new(Reason::Requested("cancel_all".into()), origin);
        self.cancel_for(cause);
    }

    pub(crate) fn cancel_for(self, cause: Cause) {
        cancel(&self.group().node.node, Some(cause));
    }

    /// Asks every child to stop and waits until all have unwound; the outputs of those that
    /// produced one all the same, in the order of spawning.
    ///
    /// Written `g.stop().await` by the block that owns the group, it ends the borrows of the
    /// children too.
    ///
    /// # Cancel safety
    ///
    /// Dropped half-way, the children have been asked to stop; the block that owns the group joins
    /// them.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # rejoin::block_on(scope!(async {
    /// let group = task_group!();
    /// group.spawn(async { 7 });
    /// group.spawn(std::future::pending());
    /// assert_eq!(group.next().await, Some(7));        // the first answer is enough
    /// assert!(group.stop().await.is_empty());
    /// # })).unwrap();
    /// ```
    #[track_caller]
    pub fn stop(self) -> StopAll<Self> {
        StopAll::new(self, Origin::Caller(std::panic::Location::caller()))
    }

    /// How many children there are whose output nobody has taken: running, queued or finished.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # rejoin::block_on(scope!(async {
    /// let group = task_group!();
    /// group.spawn(async { 7 });
    /// assert_eq!(group.len(), 1);                     // also when it has finished
    /// assert_eq!(group.join_all().await, [7]);
    /// assert_eq!(group.len(), 0);
    /// # })).unwrap();
    /// ```
    #[must_use]
    pub fn len(self) -> usize {
        self.group().state.len()
    }

    /// Whether [`next`](Self::next) would return `None` at once.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # rejoin::block_on(scope!(async {
    /// let group = task_group!();
    /// assert!(group.is_empty());
    /// group.spawn(async { 7 });
    /// assert!(!group.is_empty());
    /// assert_eq!(group.join_all().await, [7]);
    /// # })).unwrap();
    /// ```
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Where the group was made.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # rejoin::block_on(scope!(async {
    /// let group = task_group!();
    /// group.spawn(async {});
    /// assert!(group.site().file().ends_with(".rs"));
    /// group.join_all().await;
    /// # })).unwrap();
    /// ```
    #[must_use]
    pub fn site(self) -> Site {
        self.group().node.node.origin().site()
    }
}

impl<T, M> fmt::Debug for TaskGroup<'_, T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskGroup").finish_non_exhaustive()
    }
}
