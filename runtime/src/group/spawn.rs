//! `spawn` and `try_spawn`, for each kind of group.

use super::TaskGroup;
use super::child::Start;
use super::fail::Failing;
use super::mode::{FailFast, Supervised};
use super::supervise::{Judged, SupervisedOutput};
use crate::call::Call;
use crate::site::Site;
use crate::task::start::Spec;

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
    /// # Panics
    ///
    /// Outside of a tokio runtime.
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
