use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::task::coop;

use super::notice::ShuttingDown;
use crate::boundary::{Boundary, Edge};
use crate::cancelled::Cancelled;
use crate::reason::{Cause, Reason};
use crate::scope::node::{Kind, Node};
use crate::scope::unit::NodeRef;
use crate::scoped::Scoped;
use crate::site::Origin;

/// `.until_shutdown()` on any future.
///
/// ```
/// use rejoin::prelude::*;
/// use std::time::Duration;
///
/// #[scoped]
/// async fn beat(times: &mut u32) {
///     let mut tick = tokio::time::interval(Duration::from_millis(1));
///     while tick.tick().until_shutdown().await.is_some() {
///         *times += 1;
///         if *times == 3 {
///             let _ = rejoin::current().shutdown(Duration::from_secs(5)).await;
///         }
///     }
/// }
/// let mut times = 0;
/// rejoin::block_on(beat(&mut times)).unwrap();
/// assert!(times >= 3);
/// ```
pub trait ShutdownExt: Future + Sized {
    /// Waits for the future, but not when the scope shuts down: then it yields `None`.
    ///
    /// To be put on the waits at which there is nothing in hand: for the next connection, the next
    /// job, the next tick. Everything else goes on until it is done, or the grace of the
    /// [shutdown](crate::Scope::shutdown) has passed.
    ///
    /// A future that is ready is not idle: its value is delivered, shutdown or not. So a queue is
    /// drained, and nothing that was produced is lost. Only a future that has to wait is given up, and
    /// is dropped then.
    ///
    /// Outside of any scope nothing ever shuts down.
    ///
    /// # Cancel safety
    ///
    /// That of the future, which must be one that may be dropped while it waits, as for `select!`.
    ///
    /// # Cost
    ///
    /// Nothing where the future is ready; where it has to wait, a place in a list.
    ///
    /// ```
    /// use rejoin::prelude::*;
    /// use std::time::Duration;
    /// use tokio::sync::mpsc;
    ///
    /// #[scoped]
    /// async fn work_off(mut jobs: mpsc::Receiver<u32>) -> u32 {
    ///     let mut done = 0;
    ///     while let Some(Some(job)) = jobs.recv().until_shutdown().await {
    ///         done += job;
    ///     }
    ///     done
    /// }
    ///
    /// #[scoped]
    /// async fn program() -> u32 {
    ///     let (send, jobs) = mpsc::channel(8);
    ///     let worker = spawn!(work_off(jobs));
    ///     for job in [1, 2, 3] {
    ///         let _ = send.send(job).await;
    ///     }
    ///     worker.shutdown(Duration::from_secs(5)).await.unwrap_or(0)
    /// }
    /// assert_eq!(rejoin::block_on(program()).unwrap(), 6);
    /// ```
    ///
    /// # A source that is always ready
    ///
    /// It is never idle, and so this never yields `None` for it: a queue that is filled faster than it is worked
    /// off, or an accept loop under load, goes on until the grace is over, and is cancelled then. Where nothing
    /// new may be taken from the notice on, ask for the notice first. What the source has ready stays in it:
    ///
    /// ```
    /// use rejoin::prelude::*;
    /// use std::io;
    /// use tokio::net::{TcpListener, TcpStream};
    /// # #[scoped] async fn handle(_: TcpStream) -> io::Result<()> { Ok(()) }
    ///
    /// #[scoped]
    /// async fn serve(listener: TcpListener) -> io::Result<()> {
    ///     let connections = task_group!(supervised);
    ///     loop {
    ///         race! {
    ///             biased;
    ///             () = rejoin::shutting_down() => break,
    ///             accepted = listener.accept() => connections.spawn(handle(accepted?.0)),
    ///         }
    ///     }
    ///     connections.join_all().await;
    ///     Ok(())
    /// }
    /// # #[scoped] async fn program() -> io::Result<()> {
    /// #     let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// #     let _waits_in_the_backlog = TcpStream::connect(listener.local_addr()?).await?;
    /// #     let server = spawn!(serve(listener));
    /// #     tokio::task::yield_now().await;
    /// #     server.shutdown(std::time::Duration::from_secs(5)).await.expect("it stops at the notice")
    /// # }
    /// # rejoin::block_on(program()).unwrap().unwrap();
    /// ```
    fn until_shutdown(self) -> UntilShutdown<Self> {
        UntilShutdown { future: Some(self), notice: ShuttingDown::of(None) }
    }
}

impl<F: Future> ShutdownExt for F {}

/// Whether something that waits is to be given up.
fn is_over(notice: Pin<&mut ShuttingDown>, cx: &mut Context<'_>) -> bool {
    if notice.poll(cx).is_pending() {
        return false;
    }
    if coop::has_budget_remaining() {
        return true;
    }
    // It may wait only because the task has done enough for now: that is no idle wait.
    cx.waker().wake_by_ref();
    false
}

pin_project! {
    /// The future of [`until_shutdown`](ShutdownExt::until_shutdown).
    ///
    /// ```
    /// use rejoin::{UntilShutdown, prelude::*};
    ///
    /// let ready: UntilShutdown<_> = std::future::ready(7).until_shutdown();
    /// assert_eq!(rejoin::block_on(ready).unwrap(), Some(7));
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct UntilShutdown<F> {
        #[pin]
        future: Option<F>,
        #[pin]
        notice: ShuttingDown,
    }
}

impl<F: Future> Future for UntilShutdown<F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let polled = match this.future.as_mut().as_pin_mut() {
            Some(future) => future.poll(cx),
            None => panic!("polled after it had ended"),
        };
        match polled {
            Poll::Ready(value) => {
                this.future.set(None);
                Poll::Ready(Some(value))
            }
            Poll::Pending if is_over(this.notice, cx) => {
                this.future.set(None);
                Poll::Ready(None)
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<F> fmt::Debug for UntilShutdown<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UntilShutdown").finish_non_exhaustive()
    }
}

impl<F: Future> Scoped<F> {
    /// Runs the call, but not when the scope shuts down: where it has to wait then, it is cancelled and
    /// unwinds, with all its clean-up, and this yields `None`.
    ///
    /// As [`until_shutdown`](crate::ShutdownExt::until_shutdown) on a future: for calls that are idle
    /// while they wait. A call that is ready all the same delivers its value, and so does one that
    /// produces it while it unwinds.
    ///
    /// ```
    /// use rejoin::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[scoped]
    /// async fn next_order() -> u32 {
    ///     std::future::pending().await
    /// }
    ///
    /// #[scoped]
    /// async fn program() -> Option<u32> {
    ///     let shop = spawn!(async { next_order().until_shutdown().await });
    ///     tokio::task::yield_now().await;
    ///     shop.shutdown(Duration::from_secs(5)).await.unwrap_or(Some(0))
    /// }
    /// assert_eq!(rejoin::block_on(program()).unwrap(), None);
    /// ```
    ///
    /// A call that never has to wait is never idle: over a backlog, a loop of such calls goes on until the grace is
    /// over, as [`ShutdownExt::until_shutdown`](crate::ShutdownExt::until_shutdown) says. To stop at the notice,
    /// whatever is left:
    ///
    /// ```
    /// use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// # #[scoped] async fn next_order() -> u32 { 1 }
    ///
    /// #[scoped]
    /// async fn shop() -> u32 {
    ///     let mut sold = 0;
    ///     loop {
    ///         race! {
    ///             biased;
    ///             () = rejoin::shutting_down() => break sold,
    ///             order = next_order() => sold += order,
    ///         }
    ///         # if sold == 3 { let _ = rejoin::current().shutdown(Duration::from_secs(5)).await; }
    ///     }
    /// }
    /// # assert_eq!(rejoin::block_on(shop()).unwrap(), 3);
    /// ```
    ///
    /// # Cancel safety
    ///
    /// That of the call, which unwinds where it is given up.
    ///
    /// # Cost
    ///
    /// A boundary, as with [`timeout`](Self::timeout); where the call has to wait, a place in a list.
    #[track_caller]
    pub fn until_shutdown(self) -> Scoped<impl Future<Output = Option<F::Output>>> {
        let origin = Location::caller().into();
        let edge = Until { origin, notice: ShuttingDown::of(None) };
        Scoped::from_body(Boundary::new(self.into_body(), edge))
    }
}

pin_project! {
    struct Until {
        origin: Origin,
        #[pin]
        notice: ShuttingDown,
    }
}

impl<T> Edge<T> for Until {
    type Output = Option<T>;

    fn open(self: Pin<&mut Self>, parent: Option<NodeRef>) -> Node {
        Node::inline(Kind::Boundary, self.origin, parent).valued()
    }

    fn poll_cause(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<Cause> {
        let this = self.project();
        is_over(this.notice, cx).then(|| Cause::new(Reason::Shutdown, *this.origin))
    }

    fn value(value: T) -> Option<T> {
        Some(value)
    }

    fn cancelled(_: Cancelled) -> Option<Option<T>> {
        Some(None)
    }
}
