//! `join_all!`, `try_join_all!` and `race_ok!`: as many tasks as a collection has calls.
//!
//! Each is a scoped function written by hand: a frame with a group in it, in the order in which the
//! expansion of `#[scoped]` would make them.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::boundary::map::Map;
use crate::call::{Call, Key};
use crate::context;
use crate::frame::context::Cx;
use crate::frame::exit::Loose;
use crate::frame::{Enter, Frame};
use crate::group::options::GroupOptions;
use crate::reason::{Cause, Reason};
use crate::scoped::Scoped;
use crate::site::Site;
use crate::task::join::lost;
use crate::task::start::Spec;

impl<K> Cx<K> {
    /// The calls, taken out of the iterator at once: it need not be `Send`, and what it does it does in
    /// the function it stands in. By a function of its own, so that the type of the iterator is no part of the
    /// future's: one of a closure that borrows makes rustc ask for more than the closure has.
    ///
    /// # Panics
    ///
    /// What the iterator panics with.
    pub fn calls<I: IntoIterator>(self, calls: I) -> Vec<I::Item> {
        calls.into_iter().collect()
    }

    /// `join_all!(calls)`, `join_all!(calls, limit = n)`
    ///
    /// # Panics
    ///
    /// If `limit` is zero.
    #[track_caller]
    pub fn collect_all<C, T>(
        self,
        calls: Vec<C>,
        limit: Option<usize>,
        site: &'static Site,
    ) -> Scoped<impl Future<Output = Vec<T>> + use<K, C, T>>
    where
        C: Call<Output = T, Started: Send>,
        T: Send,
    {
        let options = options(limit);
        let body = move |enter: Enter<Vec<T>>| async move {
            let enter = enter.begin();
            let cx = enter.open();
            let store = cx.group_store();
            let guard = cx.group_guard();
            let group = cx.start_group(&store, &guard, options, Spec::at(site));
            let count = calls.len();
            for call in calls {
                group.spawn_at(call, site);
            }
            whole(cx.join_all(guard, site).await, count, site).await
        };
        Scoped::from_body(Frame::<_, _, _, Loose>::new(body, site))
    }

    /// `try_join_all!(calls)`, `try_join_all!(calls, limit = n)`
    ///
    /// # Panics
    ///
    /// As [`join_all`].
    #[track_caller]
    pub fn try_collect_all<C, T, E>(
        self,
        calls: Vec<C>,
        limit: Option<usize>,
        site: &'static Site,
    ) -> Scoped<impl Future<Output = Result<Vec<T>, E>> + use<K, C, T, E>>
    where
        C: Call<Output = Result<T, E>, Started: Send>,
        T: Send,
        E: Send,
    {
        let options = options(limit);
        let body = move |enter: Enter<Result<Vec<T>, E>>| async move {
            let enter = enter.begin();
            let cx = enter.open();
            let store = cx.group_store();
            let guard = cx.group_guard();
            let group = cx.start_fail_fast_group(&store, &guard, options, failure, Spec::at(site));
            let count = calls.len();
            for call in calls {
                group.spawn_at(call, site);
            }
            Ok(whole(cx.join_all(guard, site).await, count, site).await)
        };
        Scoped::from_body(Frame::<_, _, _, Loose>::new(body, site))
    }

    /// `race_ok!(calls)`
    pub fn first_ok<C, T, E>(
        self,
        calls: Vec<C>,
        site: &'static Site,
    ) -> Scoped<impl Future<Output = Result<T, Vec<E>>> + use<K, C, T, E>>
    where
        C: Call<Output = Result<T, E>, Started: Send>,
        T: Send,
        E: Send,
    {
        let options = options(None);
        let body = move |enter: Enter<Result<T, Vec<E>>>| async move {
            let enter = enter.begin();
            let cx = enter.open();
            let mark = cx.mark();
            let store = cx.group_store();
            let guard = cx.group_guard();
            let group = cx.start_group(&store, &guard, options, Spec::at(site));
            let count = calls.len();
            for (number, call) in calls.into_iter().enumerate() {
                let numbered = Map::new(call.start(site, Key(())), move |output| (number, output));
                group.spawn_at(Scoped::from_body(numbered), site);
            }
            let mut errors = Vec::new();
            while let Some((number, output)) = cx.at(group.next(), site).await {
                match output {
                    Ok(value) => {
                        group.cancel_for(Cause::new(Reason::Lost, site));
                        // The end of a block: no point, so that the value is not lost any more.
                        cx.unwind(mark, site).await;
                        return Ok(value);
                    }
                    Err(error) => errors.push((number, error)),
                }
            }
            let mut errors = whole(errors, count, site).await;
            errors.sort_unstable_by_key(|(number, _)| *number);
            Err(errors.into_iter().map(|(_, error)| error).collect())
        };
        Scoped::from_body(Frame::<_, _, _, Loose>::new(body, site))
    }
}

fn failure<T, E>(error: Result<Infallible, E>) -> Result<T, E> {
    match error {
        Err(error) => Err(error),
        Ok(never) => match never {},
    }
}

#[track_caller]
fn options(limit: Option<usize>) -> GroupOptions {
    match limit {
        Some(limit) => GroupOptions::new().limit(limit),
        None => GroupOptions::new(),
    }
}

/// What every task has produced. Where one has ended with nothing, its runtime is gone, and nothing in
/// its root can go on.
fn whole<T>(outputs: Vec<T>, count: usize, site: &'static Site) -> Whole<T> {
    Whole { outputs: Some(outputs), count, site }
}

struct Whole<T> {
    outputs: Option<Vec<T>>,
    count: usize,
    site: &'static Site,
}

// No part of it is ever pinned.
impl<T> Unpin for Whole<T> {}

impl<T> Future for Whole<T> {
    type Output = Vec<T>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Vec<T>> {
        let count = self.count;
        if let Some(outputs) = self.outputs.take_if(|outputs| outputs.len() == count) {
            return Poll::Ready(outputs);
        }
        context::with(|frame| {
            if let Some(frame) = frame {
                lost(frame, self.site);
            }
        });
        Poll::Pending
    }
}
