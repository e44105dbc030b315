//! Who is woken: the task or root that polls a node, and others who watch it.

use std::sync::OnceLock;
use std::task::Context;

use super::{MOVED, NUDGED, Node, REGISTERED, WATCHED};
use crate::report;
use crate::sync::Ordering;

impl Node {
    /// Wakes the task or root that polls this node.
    #[inline]
    pub(crate) fn wake(&self) {
        let unit = self.unit_node();
        let former = unit.set_flags(NUDGED);
        if former & MOVED != 0 {
            let waker = unit.inner.lock().rare_mut().waker.take();
            if let Some(waker) = waker {
                report::quietly(unit.origin, || waker.wake());
            }
        } else if former & (NUDGED | REGISTERED) == REGISTERED
            && let Some(waker) = unit.first_waker().and_then(OnceLock::get)
        {
            report::quietly(unit.origin, || waker.wake_by_ref());
        }
    }

    /// Has `cx` woken, too, when this task or group ends: for who waits from another task than
    /// the one that owns it.
    pub(crate) fn watch(&self, cx: &Context<'_>) {
        let waker = cx.waker().clone();
        let known = {
            let mut inner = self.inner.lock();
            self.set_flags(WATCHED);
            // Comparing wakers runs no code of the user's.
            let watchers = &mut inner.rare_mut().watchers;
            if watchers.iter().any(|watcher| watcher.will_wake(&waker)) {
                Some(waker)
            } else {
                watchers.push(waker);
                None
            }
        };
        drop(known);
    }

    /// Wakes who asked for it by [`watch`](Self::watch).
    #[inline]
    pub(crate) fn wake_watchers(&self) {
        if self.flags.load(Ordering::Acquire) & WATCHED == 0 {
            return;
        }
        let watchers = {
            let mut inner = self.inner.lock();
            self.flags.fetch_and(!WATCHED, Ordering::AcqRel);
            std::mem::take(&mut inner.rare_mut().watchers)
        };
        for watcher in watchers {
            report::quietly(self.origin, || watcher.wake());
        }
    }

    /// To be called by a unit before it polls its body.
    #[inline(always)]
    pub(crate) fn begin_poll(&self) {
        if self.flags.load(Ordering::Acquire) & NUDGED != 0 {
            self.flags.fetch_and(!NUDGED, Ordering::AcqRel);
        }
    }

    /// To be called by a unit whose body is pending: sees to it that the unit is woken. `true` if it
    /// was woken meanwhile by somebody who knew no waker, so that it must poll again. `moves` is said by a
    /// root, which may be polled with any waker; a task is polled with the same one always.
    #[inline(always)]
    pub(crate) fn park(&self, cx: &Context<'_>, moves: bool) -> bool {
        let flags = self.flags.load(Ordering::Acquire);
        let known =
            || self.first_waker().and_then(OnceLock::get).is_some_and(|waker| waker.will_wake(cx.waker()));
        if flags & REGISTERED != 0 && (!moves || (flags & MOVED == 0 && known())) {
            return false;
        }
        self.register(cx, flags)
    }

    #[inline(never)]
    fn register(&self, cx: &Context<'_>, flags: u32) -> bool {
        if flags & REGISTERED == 0 {
            if let Some(first) = self.first_waker() {
                let _ = first.set(cx.waker().clone());
            }
            return self.set_flags(REGISTERED) & NUDGED != 0;
        }
        let waker = cx.waker().clone();
        let former = {
            let mut inner = self.inner.lock();
            let former = inner.rare_mut().waker.replace(waker);
            self.set_flags(MOVED);
            former
        };
        drop(former);
        self.flags.load(Ordering::Acquire) & NUDGED != 0
    }
}
