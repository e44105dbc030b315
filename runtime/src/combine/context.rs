//! What the expansion of `join!`, `try_join!` and `race!` calls: inherent methods, by value (S0).

use super::all::{All, AllOk};
use super::branch::{Branch, ErrorOf, FirstError, Keep, Matching, Start};
use super::chain::{Chain, End};
use super::first::First;
use super::taken::{Taken, Watched};
use crate::call::{Call, Key};
use crate::frame::context::Cx;
use crate::scope::node::Kind;
use crate::scoped::Scoped;
use crate::site::Site;
use crate::task::Task;
use crate::task::join::Knows;

/// A task in `try_join!`.
type TryTask<H, T, E> = Branch<Taken<H, Result<T, E>>, Result<T, E>, FirstError>;

fn start_of<C: Call>() -> Start {
    if C::UNWINDS { Start::Call } else { Start::Future }
}

impl<K> Cx<K> {
    /// The end of a list of branches.
    #[must_use]
    pub fn no_more(self) -> End {
        End
    }

    /// A branch in front of others.
    pub fn and<B, R>(self, branch: B, rest: R) -> Chain<B, R> {
        Chain::new(branch, rest)
    }

    /// `join!`
    pub fn all<L>(self, branches: L, site: &'static Site) -> All<L> {
        All::new(branches, site)
    }

    /// A call in `join!`.
    pub fn branch<C: Call>(self, call: C, site: &'static Site) -> Branch<C::Started, C::Output, Keep> {
        Branch::new(call.start(site, Key(())), Keep, Kind::Branch, start_of::<C>(), true, site)
    }

    /// A task in `join!`.
    pub fn task_branch<H: Knows<T> + Unpin, T>(
        self,
        task: H,
        site: &'static Site,
    ) -> Branch<Taken<H, T>, T, Keep> {
        Branch::new(Taken::new(task, site), Keep, Kind::Branch, Start::Task, true, site)
    }

    /// `try_join!`
    pub fn all_ok<L, E>(self, branches: L, _: &ErrorOf<E>, site: &'static Site) -> AllOk<L, E> {
        AllOk::new(branches, site)
    }

    /// The error type of a `try_join!`.
    #[must_use]
    pub fn error_of<E>(self) -> ErrorOf<E> {
        ErrorOf::new()
    }

    /// A call in `try_join!`.
    pub fn try_branch<C, T, E>(
        self,
        _: &ErrorOf<E>,
        call: C,
        site: &'static Site,
    ) -> Branch<C::Started, Result<T, E>, FirstError>
    where
        C: Call<Output = Result<T, E>>,
    {
        Branch::new(call.start(site, Key(())), FirstError, Kind::Branch, start_of::<C>(), true, site)
    }

    /// A task in `try_join!`.
    pub fn try_task_branch<H, T, E>(self, _: &ErrorOf<E>, task: H, site: &'static Site) -> TryTask<H, T, E>
    where
        H: Knows<Result<T, E>> + Unpin,
    {
        Branch::new(Taken::new(task, site), FirstError, Kind::Branch, Start::Task, true, site)
    }

    /// `race!`
    pub fn first<L>(self, branches: L, biased: bool, site: &'static Site) -> First<L> {
        First::new(branches, biased, site)
    }

    /// A call in `race!`; `matches` is what its pattern says.
    pub fn race_branch<C, M>(
        self,
        call: C,
        enabled: bool,
        matches: M,
        site: &'static Site,
    ) -> Branch<C::Started, C::Output, Matching<M>>
    where
        C: Call,
        M: Fn(&C::Output) -> bool,
    {
        let body = call.start(site, Key(()));
        Branch::new(body, Matching(matches), Kind::Boundary, start_of::<C>(), enabled, site)
    }

    /// A task in `race!`. Where its condition does not hold, it is stopped like one that has lost.
    pub fn race_task<H, T, M>(
        self,
        task: H,
        enabled: bool,
        matches: M,
        site: &'static Site,
    ) -> Branch<Taken<H, T>, T, Matching<M>>
    where
        H: Knows<T> + Unpin,
        M: Fn(&T) -> bool,
    {
        Branch::new(Taken::new(task, site), Matching(matches), Kind::Boundary, Start::Task, enabled, site)
    }

    /// `&t` in `race!`.
    pub fn watched<'t, T>(self, task: &'t Task<'_, T>, site: &'static Site) -> Scoped<Watched<'t, T>> {
        Scoped::from_body(Watched::new(task.child(Key(())), site))
    }
}
