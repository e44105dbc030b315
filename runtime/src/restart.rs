//! Supervision: a call that is started again when it fails.

use std::collections::VecDeque;
use std::fmt;
use std::ops::RangeInclusive;
use std::panic::{Location, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep};

use crate::await_point::At;
use crate::boundary::panicked::CatchPanic;
use crate::call::{Call, Key};
use crate::context;
use crate::report::{self, Event, EventKind};
use crate::scoped::Scoped;
use crate::site::{HANDED_OVER, Origin};

/// How often, and after which pause, a call that fails is started again: for daemons that talk to something
/// that comes and goes.
///
/// A failure is an `Err` or a panic. The policy says how many failures in how much time are too many; then it
/// gives up, and the last failure is that of the whole call. By default five restarts within a minute, after
/// pauses that begin with 100 ms and double up to 10 s.
///
/// ```
/// use rejoin::{Restart, prelude::*};
/// use std::time::Duration;
/// # use std::sync::atomic::{AtomicU32, Ordering};
/// # #[scoped] async fn consume(queue: &AtomicU32) -> Result<(), std::io::Error> {
/// #     if queue.fetch_add(1, Ordering::Relaxed) < 2 { return Err(std::io::ErrorKind::BrokenPipe.into()) }
/// #     std::future::pending().await
/// # }
/// # #[scoped] async fn serve_requests() { tokio::time::sleep(Duration::from_millis(20)).await }
///
/// #[scoped]
/// async fn service(queue: &AtomicU32) -> Result<(), std::io::Error> {
///     let policy = Restart::on_failure()
///         .at_most(5)
///         .within(Duration::from_secs(60))
///         .backoff(Duration::from_millis(1)..=Duration::from_secs(10));
///     // When it fails too often, `service` fails with its last error.
///     daemon!(policy.run(|| consume(queue))?);
///     serve_requests().await;
///     Ok(())
/// }
/// # rejoin::set_event_hook(Some(Box::new(|_| {})));
/// # let queue = AtomicU32::new(0);
/// # rejoin::block_on(service(&queue)).unwrap().unwrap();
/// # assert_eq!(queue.into_inner(), 3);
/// ```
///
/// Each restart is an [`Event`]. Before a call is started again everything the former one started has
/// ended. Cancellation is no failure: a cancelled call unwinds, and is not started again.
#[derive(Clone, Debug)]
#[must_use = "a policy does nothing until it runs a call: `policy.run(|| call)`"]
pub struct Restart {
    most: usize,
    within: Duration,
    pauses: RangeInclusive<Duration>,
}

impl Restart {
    /// Starts a call again when it returns an error or panics; see the type for the limits.
    ///
    /// ```
    /// # use rejoin::Restart;
    /// // Five restarts within a minute, after 100 ms, 200 ms and so on.
    /// let policy = Restart::on_failure();
    /// # drop(policy);
    /// ```
    pub fn on_failure() -> Self {
        Self {
            most: 5,
            within: Duration::from_secs(60),
            pauses: Duration::from_millis(100)..=Duration::from_secs(10),
        }
    }

    /// How many restarts within the [time](Self::within) there are at most; one failure more, and it gives up.
    ///
    /// ```
    /// # use rejoin::Restart;
    /// # let asked = std::cell::Cell::new(0);
    /// let never_again = Restart::on_failure().at_most(0).run(async || {
    ///     asked.set(asked.get() + 1);
    ///     Err::<(), _>("refused")
    /// });
    /// assert_eq!(rejoin::block_on(never_again).unwrap(), Err("refused"));
    /// assert_eq!(asked.get(), 1);
    /// ```
    pub fn at_most(mut self, restarts: usize) -> Self {
        self.most = restarts;
        self
    }

    /// The time in which failures count; older ones are forgotten.
    ///
    /// ```
    /// # use rejoin::Restart;
    /// # use std::time::Duration;
    /// // A queue that goes away for its upgrade once a night must not end the service.
    /// let policy = Restart::on_failure().at_most(20).within(Duration::from_secs(3600));
    /// # drop(policy);
    /// ```
    pub fn within(mut self, window: Duration) -> Self {
        self.within = window;
        self
    }

    /// The first pause, and the longest: each failure within the [time](Self::within) doubles it.
    ///
    /// ```
    /// # use rejoin::Restart;
    /// # use std::time::Duration;
    /// let policy = Restart::on_failure().backoff(Duration::from_millis(50)..=Duration::from_secs(2));
    /// # drop(policy);
    /// ```
    pub fn backoff(mut self, pauses: RangeInclusive<Duration>) -> Self {
        self.pauses = pauses;
        self
    }

    /// The call that starts what `make` makes, again and again, until it succeeds.
    ///
    /// # Errors
    ///
    /// The last error of the call, when it failed too often.
    ///
    /// # Panics
    ///
    /// With the last panic of the call, when it failed too often; and in a runtime without a time driver.
    ///
    /// # Cancel safety
    ///
    /// That of the call. Cancelled in a pause, it ends at once.
    ///
    /// ```
    /// use rejoin::Restart;
    /// use std::time::Duration;
    ///
    /// let mut attempts = 0;
    /// let policy = Restart::on_failure().backoff(Duration::from_millis(1)..=Duration::from_millis(1));
    /// let answer = policy.run(|| {
    ///     attempts += 1;
    ///     let attempt = attempts;
    ///     async move { if attempt < 3 { Err("refused") } else { Ok(attempt) } }
    /// });
    /// # rejoin::set_event_hook(Some(Box::new(|_| {})));
    /// assert_eq!(rejoin::block_on(answer).unwrap(), Ok(3));
    /// ```
    #[track_caller]
    pub fn run<M, C, U, E>(self, make: M) -> Scoped<impl Future<Output = Result<U, E>> + use<M, C, U, E>>
    where
        M: FnMut() -> C,
        C: Call<Output = Result<U, E>>,
        E: fmt::Display,
    {
        let attempts = Attempts { policy: self, failures: VecDeque::new() };
        let start = |make: &mut M| make().start(&HANDED_OVER, Key(()));
        let origin = Origin::Caller(Location::caller());
        Scoped::from_body(Restarting { make, start, attempts, origin, phase: Phase::Inert })
    }
}

/// When it failed.
struct Attempts {
    policy: Restart,
    /// Not older than the policy's window, and no more than it allows.
    failures: VecDeque<Instant>,
}

impl Attempts {
    /// It failed: how long to wait before it is started again; `None` to give up.
    fn pause(&mut self) -> Option<Duration> {
        let now = Instant::now();
        while self.failures.front().is_some_and(|failed| now.duration_since(*failed) > self.policy.within) {
            self.failures.pop_front();
        }
        if self.failures.len() >= self.policy.most {
            return None;
        }
        let doubled = u32::try_from(self.failures.len()).unwrap_or(u32::MAX);
        self.failures.push_back(now);
        let factor = 2_u32.saturating_pow(doubled);
        let (first, longest) = (*self.policy.pauses.start(), *self.policy.pauses.end());
        Some(first.saturating_mul(factor).min(longest))
    }
}

pin_project! {
    /// The future of [`Restart::run`].
    #[must_use = "futures do nothing unless polled"]
    struct Restarting<M, F> {
        make: M,
        // Not asked of `M` and `F` each time: see `Frame::leave`.
        start: fn(&mut M) -> F,
        attempts: Attempts,
        origin: Origin,
        #[pin]
        phase: Phase<F>,
    }
}

pin_project! {
    #[project = PhaseProjection]
    enum Phase<F> {
        Inert,
        Running { #[pin] call: CatchPanic<F> },
        Pausing { #[pin] pause: At<Sleep> },
    }
}

impl<M, F, U, E> Future for Restarting<M, F>
where
    F: Future<Output = Result<U, E>>,
    E: fmt::Display,
{
    type Output = Result<U, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let outcome = match this.phase.as_mut().project() {
                PhaseProjection::Inert => None,
                PhaseProjection::Running { call } => match call.poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(outcome) => Some(outcome),
                },
                PhaseProjection::Pausing { pause } => match pause.poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(()) => None,
                },
            };
            let Some(outcome) = outcome else {
                let call = CatchPanic::new((this.start)(this.make));
                this.phase.set(Phase::Running { call });
                continue;
            };
            // What it was called with goes before anything else happens.
            this.phase.set(Phase::Inert);
            let failure = match &outcome {
                Ok(Ok(_)) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(panicked) => Some(panicked.to_string()),
            };
            // Whoever is cancelled starts nothing any more.
            let again = failure.filter(|_| !context::is_cancelled()).zip(this.attempts.pause());
            let Some((failure, pause)) = again else {
                return Poll::Ready(
                    outcome.unwrap_or_else(|panicked| resume_unwind(panicked.into_payload())),
                );
            };
            let detail = format!("{failure}; again in {pause:?}");
            report::emit(&Event::new(EventKind::Restarted, *this.origin, detail));
            this.phase.set(Phase::Pausing { pause: At::new(sleep(pause), &HANDED_OVER) });
        }
    }
}
