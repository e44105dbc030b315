//! `spawn` and `try_spawn` of groups that deal with the errors of their children.

use super::TaskGroup;
use super::child::Start;
use super::fail::Failing;
use super::mode::{FailFast, Supervised};
use super::supervise::{Judged, SupervisedOutput};
use crate::call::Call;
use crate::site::Site;
use crate::task::start::Spec;

/// Of `task_group!(fail_fast)`: the first error of a child leaves the function with the group.
impl<'g, T: Send, E> TaskGroup<'g, T, FailFast<E>> {
    /// A child of a word that stands at `site`.
    #[track_caller]
    pub(crate) fn spawn_at<C>(self, call: C, site: &'static Site)
    where
        C: Call<Output = Result<T, E>>,
        C::Started: Send + 'g,
        T: 'g,
        E: 'g,
    {
        let mode = self.mode();
        Start::queued(self.group(), Spec::at(site)).wrapped(call, false, |future| Failing::new(future, mode));
    }

    /// Starts a child in parallel, as in any group; its error is that of the function.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// #[scoped]
    /// async fn parse(texts: &[&str]) -> Result<Vec<u32>, std::num::ParseIntError> {
    ///     let group = task_group!(fail_fast);
    ///     for text in texts {
    ///         group.spawn(async { text.parse() });
    ///     }
    ///     Ok(group.join_all().await)
    /// }
    /// assert_eq!(rejoin::block_on(parse(&["1", "2"])).unwrap(), Ok(vec![1, 2]));
    /// assert!(rejoin::block_on(parse(&["1", "x"])).unwrap().is_err());
    /// ```
    #[track_caller]
    pub fn spawn<C>(self, call: C)
    where
        C: Call<Output = Result<T, E>>,
        C::Started: Send + 'g,
        T: 'g,
        E: 'g,
    {
        let mode = self.mode();
        Start::queued(self.group(), Spec::caller()).wrapped(call, false, |future| Failing::new(future, mode));
    }

    /// Starts a child if it can run at once; in a group with a limit that is full it gives the call
    /// back.
    ///
    /// # Errors
    ///
    /// The call, if the group is full.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # #[scoped] async fn parse(text: &str) -> Result<u32, std::num::ParseIntError> { text.parse() }
    /// #[scoped]
    /// async fn first() -> Result<Vec<u32>, std::num::ParseIntError> {
    ///     let group = task_group!(limit = 1, fail_fast);
    ///     assert!(group.try_spawn(parse("1")).is_ok());
    ///     assert!(group.try_spawn(parse("2")).is_err());
    ///     Ok(group.join_all().await)
    /// }
    /// assert_eq!(rejoin::block_on(first()).unwrap(), Ok(vec![1]));
    /// ```
    #[track_caller]
    pub fn try_spawn<C>(self, call: C) -> Result<(), C>
    where
        C: Call<Output = Result<T, E>>,
        C::Started: Send + 'g,
        T: 'g,
        E: 'g,
    {
        let mode = self.mode();
        match Start::at_once(self.group(), Spec::caller()) {
            Some(start) => start.wrapped(call, false, |future| Failing::new(future, mode)),
            None => return Err(call),
        }
        Ok(())
    }
}

/// Of `task_group!(supervised)`: a child that fails or panics is reported and ends alone.
impl<'g, T: Send> TaskGroup<'g, T, Supervised> {
    /// Starts a child in parallel, as in any group; its error or panic is reported, and its own
    /// end.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # rejoin::block_on(scope!(async {
    /// # rejoin::set_event_hook(Some(Box::new(|_| {})));
    /// let group = task_group!(supervised);
    /// for text in ["1", "x", "3"] {
    ///     group.spawn(async move { text.parse::<u32>() });
    /// }
    /// assert_eq!(group.join_all().await, [1, 3]);     // the error of the second was reported
    /// # })).unwrap();
    /// ```
    #[track_caller]
    pub fn spawn<C>(self, call: C)
    where
        C: Call<Output: SupervisedOutput<T>>,
        C::Started: Send + 'g,
        T: 'g,
    {
        Start::queued(self.group(), Spec::caller()).wrapped(call, true, Judged::new);
    }

    /// Starts a child if it can run at once; in a group with a limit that is full it gives the call
    /// back.
    ///
    /// # Errors
    ///
    /// The call, if the group is full.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # rejoin::block_on(scope!(async {
    /// let group = task_group!(limit = 1, supervised);
    /// assert!(group.try_spawn(async { Ok::<u32, String>(1) }).is_ok());
    /// assert!(group.try_spawn(async { Ok::<u32, String>(2) }).is_err());
    /// assert_eq!(group.join_all().await, [1]);
    /// # })).unwrap();
    /// ```
    #[track_caller]
    pub fn try_spawn<C>(self, call: C) -> Result<(), C>
    where
        C: Call<Output: SupervisedOutput<T>>,
        C::Started: Send + 'g,
        T: 'g,
    {
        match Start::at_once(self.group(), Spec::caller()) {
            Some(start) => start.wrapped(call, true, Judged::new),
            None => return Err(call),
        }
        Ok(())
    }
}
