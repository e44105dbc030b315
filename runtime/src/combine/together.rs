//! Runs branches until all have ended: by themselves, or because one of them has decided.
//!
//! # Invariants
//!
//! 1. Nothing comes out before every branch has unwound.
//! 2. What comes out: the first panic; or the value that decided, late or not; or, if the scope
//!    around was cancelled, nothing ever, and the await of a branch that was cut is passed on;
//!    or the values of all.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::branch::Ended;
use super::chain::Branches;
use super::turn;
use crate::context;
use crate::reason::Reason;
use crate::report;
use crate::scope::node::deadline::Deadline;
use crate::site::Site;

pin_project! {
    /// Branches that are polled together.
    pub(super) struct Together<L> {
        #[pin]
        branches: L,
        biased: bool,
        // Why the others are stopped, made of the place of the one that decided.
        reason: fn(&'static Site) -> Reason,
        decided: Option<usize>,
        // The first branch that has panicked.
        panicked: Option<usize>,
        cut: Option<&'static Site>,
        site: &'static Site,
    }
}

/// What one round over the branches has found.
#[derive(Default)]
struct Round {
    waiting: bool,
    cut: Option<&'static Site>,
    /// The number and the place of a branch that stops the others.
    stops: Option<(usize, &'static Site)>,
}

impl<L> Together<L> {
    pub(super) fn new(
        branches: L,
        biased: bool,
        reason: fn(&'static Site) -> Reason,
        site: &'static Site,
    ) -> Self {
        Self { branches, biased, reason, decided: None, panicked: None, cut: None, site }
    }
}

impl<L: Branches> Together<L> {
    /// The values that are left, and the number of the branch that has decided.
    pub(super) fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<(L::Outputs, Option<usize>)> {
        let mut this = self.project();
        if let Some(site) = *this.cut {
            context::cut(site);
            return Poll::Pending;
        }
        loop {
            let settled = this.decided.is_some() || this.panicked.is_some();
            let first = if *this.biased || settled { 0 } else { turn::next(L::COUNT) };
            let mut round = Round::default();
            for later in [true, false] {
                this.branches.as_mut().visit(0, &mut |number, mut branch| {
                    if (number >= first) != later || (round.stops.is_some() && !settled) {
                        return;
                    }
                    match branch.as_mut().step(cx) {
                        Poll::Pending => round.waiting = true,
                        Poll::Ready(Ended::Quietly) => {}
                        Poll::Ready(Ended::Cut(site)) => round.cut = Some(site),
                        Poll::Ready(Ended::Deciding) => {
                            *this.decided = Some(number);
                            round.stops = Some((number, branch.site()));
                        }
                        Poll::Ready(Ended::Panicking) if this.panicked.is_none() => {
                            *this.panicked = Some(number);
                            round.stops = Some((number, branch.site()));
                        }
                        Poll::Ready(Ended::Panicking) => {}
                    }
                });
            }
            if let Some((winner, site)) = round.stops {
                let reason =
                    if this.panicked.is_some() { Reason::Failed(*site) } else { (this.reason)(site) };
                let origin = *this.site;
                this.branches.as_mut().visit(0, &mut |number, branch| {
                    if number != winner {
                        branch.stop(&reason, origin);
                    }
                });
                // A timer that one of them has armed may go, before others that it covers are asked again.
                context::set_armed_deadline(Deadline::NONE);
                continue;
            }
            if round.waiting {
                context::waits_at(this.site);
                return Poll::Pending;
            }
            if let Some(number) = *this.panicked {
                resume(this.branches.as_mut(), number);
            }
            if let (None, Some(site)) = (*this.decided, round.cut) {
                *this.cut = Some(site);
                context::cut(site);
                return Poll::Pending;
            }
            return Poll::Ready((this.branches.take(), *this.decided));
        }
    }
}

/// Goes on with the first panic; any other is reported.
fn resume<L: Branches>(branches: Pin<&mut L>, first: usize) {
    let mut travels = None;
    branches.visit(0, &mut |number, mut branch| {
        if let Some(payload) = branch.as_mut().take_panic() {
            if number == first {
                travels = Some(payload);
            } else {
                report::lost_panic(branch.site().into(), payload);
            }
        }
    });
    if let Some(payload) = travels {
        resume_unwind(payload);
    }
}
