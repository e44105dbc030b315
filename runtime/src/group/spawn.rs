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
