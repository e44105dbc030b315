//! Time limits: one timer per task, for the earliest deadline that matters.

use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::task::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::context;
use crate::scope::node::deadline::Deadline;

/// `limit` from now; so far away that nobody will see it if that is more than time can hold.
pub(crate) fn from_now(limit: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);
    let now = Instant::now();
    now.checked_add(limit).unwrap_or(now + FAR)
}

pin_project! {
    /// A deadline, and a timer where one is needed.
    pub(crate) struct Timer {
        // None any more once it has passed.
        deadline: Deadline,
        // Outside of tokio's cooperative budget: a body that uses its budget up at each poll must
        // not keep the timer from being looked at.
        #[pin]
        sleep: Option<Sleep>,
        // Whom the timer wakes.
        waker: Option<Waker>,
    }
    impl PinnedDrop for Timer {
        fn drop(this: Pin<&mut Self>) {
            // Whoever it covered during this poll is not covered any more: a loser of a race, or a call that
            // is cut, may go in the middle of the poll in which its timer was armed.
            if this.sleep.is_some() && context::armed_deadline() == this.deadline {
                context::set_armed_deadline(Deadline::NONE);
            }
        }
    }
}

impl Timer {
    pub(crate) fn new(deadline: Option<Instant>) -> Self {
        Self { deadline: deadline.map_or(Deadline::NONE, Deadline::at), sleep: None, waker: None }
    }

    /// Whether there is nothing to look at: no deadline, or one that another timer covers.
    ///
    /// A boundary further inside that has armed a timer for an earlier deadline during this poll
    /// covers this one: its expiry polls the task, and then this one is asked again.
    #[inline(always)]
    pub(crate) fn is_covered(&self) -> bool {
        context::armed_deadline() <= self.deadline
    }

    /// Whether the deadline has passed; if not, the task is woken when it does. To be asked only
    /// when the body waits.
    pub(crate) fn poll_expired(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool {
        if self.is_covered() {
            return false;
        }
        let mut this = self.project();
        if this.sleep.as_mut().as_pin_mut().is_none() {
            let Some(deadline) = this.deadline.instant() else { return false };
            // A timer rounds up, and would let a body go on that has no time at all.
            if Instant::now() >= deadline {
                *this.deadline = Deadline::NONE;
                return true;
            }
            this.sleep.set(Some(sleep_until(deadline)));
            *this.waker = None;
        }
        let Some(mut sleep) = this.sleep.as_mut().as_pin_mut() else { return false };
        let known = this.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
        let expired = if known {
            sleep.is_elapsed()
        } else {
            *this.waker = Some(cx.waker().clone());
            std::pin::pin!(unconstrained(sleep.as_mut())).poll(cx).is_ready()
        };
        if expired {
            this.sleep.set(None);
            *this.deadline = Deadline::NONE;
        } else {
            context::set_armed_deadline(*this.deadline);
        }
        expired
    }
}

impl std::fmt::Debug for Timer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Timer").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}
