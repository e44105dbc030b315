//! "I am ready": from a daemon to whoever started it.
//!
//! # Invariants
//!
//! 1. A [`Ready`] reports at most once, and closes when it goes: so whoever waits hears of one of the two.
//! 2. Who goes without a report goes because it failed, most often. The waiting side then looks away until
//!    the poll in which it went is over, or the task has ended if that was its last: by then a linked error
//!    or a panic has ended the starter, and that is its way out, not [`NotReady`]. It waits for nothing
//!    else, and never for a task around itself.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::context;
use crate::scope::node::Node;
use crate::scope::unit::{NodeRef, Progress};
use crate::sync::Mutex;

/// A pair with which a daemon tells its starter that it is ready, and gives it a value: the address it
/// listens on, the first snapshot of a cache.
///
/// Give the [`Ready`] away to the daemon, and await the [`WhenReady`] before what needs it:
///
/// ```
/// use rejoin::{NotReady, Ready, prelude::*};
/// use std::net::SocketAddr;
/// use tokio::net::TcpListener;
///
/// # #[derive(Debug)] enum ServeError { Io, NotReady }
/// # impl From<std::io::Error> for ServeError { fn from(_: std::io::Error) -> Self { Self::Io } }
/// # impl From<NotReady> for ServeError { fn from(_: NotReady) -> Self { Self::NotReady } }
/// #[scoped]
/// async fn serve(ready: Ready<SocketAddr>) -> Result<(), ServeError> {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     ready.report(listener.local_addr()?);
///     loop {
///         let (_connection, _peer) = listener.accept().await?;
///     }
/// }
///
/// #[scoped]
/// async fn program() -> Result<u16, ServeError> {
///     let (ready, listening) = rejoin::readiness();
///     daemon!(serve(ready)?);
///     let address = listening.await?;
///     // From here on it serves.
///     Ok(address.port())
/// }
/// assert!(rejoin::block_on(program()).unwrap().unwrap() > 0);
/// ```
///
/// If the daemon fails before it is ready, `daemon!(…?)` ends the starter with the daemon's error, as it
/// does at any other time; so does its panic. A daemon that ends in any other way, or drops its `Ready`
/// without a report, makes [`NotReady`] of the wait: it never hangs because nobody is left to report. Give
/// `Ready` away, do not lend it: a `Ready` that its own starter keeps is one that may still be reported.
///
/// There is nothing special about daemons: tasks, groups and work handed to a scope can report as well.
pub fn readiness<T>() -> (Ready<T>, WhenReady<T>) {
    let shared = Arc::new(Shared { state: Mutex::new(State { news: None, waker: None }) });
    (Ready { shared: Some(shared.clone()) }, WhenReady { shared })
}

struct Shared<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    news: Option<News<T>>,
    waker: Option<Waker>,
}

enum News<T> {
    Ready(T),
    /// It went without a report, in a poll of this task or root.
    Gone(Option<NodeRef>),
}

impl<T> Shared<T> {
    fn tell(&self, news: News<T>) {
        let waker = {
            let mut state = self.state.lock();
            state.news = Some(news);
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The daemon's side of a [`readiness`].
///
/// ```
/// use rejoin::{Ready, prelude::*};
/// use std::time::Duration;
///
/// #[scoped]
/// async fn keep_warm(warm: Ready<()>) {
///     // The first load.
///     tokio::task::yield_now().await;
///     warm.report(());
///     loop {
///         tokio::time::sleep(Duration::from_secs(60)).await;
///     }
/// }
///
/// #[scoped]
/// async fn program() -> Result<(), rejoin::NotReady> {
///     let (warm, is_warm) = rejoin::readiness();
///     daemon!(keep_warm(warm));
///     is_warm.await
/// }
/// assert_eq!(rejoin::block_on(program()).unwrap(), Ok(()));
/// ```
#[must_use = "nobody is ready before `report` is called; dropping it says that nobody will be"]
pub struct Ready<T> {
    shared: Option<Arc<Shared<T>>>,
}

impl<T> Ready<T> {
    /// Says that it is ready, and hands over a value, `()` where there is nothing to hand over.
    ///
    /// Never waits. The value is dropped where nobody asks for it any more.
    ///
    /// ```
    /// let (ready, address) = rejoin::readiness();
    /// ready.report(8080);
    /// assert_eq!(rejoin::block_on(address).unwrap(), Ok(8080));
    /// ```
    pub fn report(mut self, value: T) {
        if let Some(shared) = self.shared.take() {
            shared.tell(News::Ready(value));
        }
    }
}

impl<T> Drop for Ready<T> {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.take() {
            let unit = context::current().map(|node| Node::unit_of(&node).clone());
            shared.tell(News::Gone(unit));
        }
    }
}

impl<T> fmt::Debug for Ready<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready").finish_non_exhaustive()
    }
}

/// The starter's side of a [`readiness`]: a future of the value.
///
/// # Errors
///
/// [`NotReady`] if the [`Ready`] was dropped without a report.
///
/// # Cancel safety
///
/// Safe, also in a `select!` by `&mut`: the value is taken only when it is returned.
///
/// # Cost
///
/// One lock for each poll; one allocation for the pair.
///
/// ```
/// use rejoin::{NotReady, Ready, prelude::*};
/// # #[scoped] async fn keep_warm(warm: Ready<()>) { warm.report(()); std::future::pending().await }
/// # #[scoped] async fn listen(port: Ready<u16>) { port.report(8080); std::future::pending().await }
///
/// #[scoped]
/// async fn program() -> Result<u16, NotReady> {
///     let (warm, is_warm) = rejoin::readiness();
///     daemon!(keep_warm(warm));
///     let (port, is_listening) = rejoin::readiness();
///     daemon!(listen(port));
///     // Both come up at the same time.
///     let ((), port) = try_join!(is_warm, is_listening)?;
///     Ok(port)
/// }
/// assert_eq!(rejoin::block_on(program()).unwrap(), Ok(8080));
/// ```
#[must_use = "futures do nothing unless polled"]
pub struct WhenReady<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Future for WhenReady<T> {
    type Output = Result<T, NotReady>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // A clone, and a drop, are code of the user's.
        let waker = cx.waker().clone();
        let (news, former) = {
            let mut state = self.shared.state.lock();
            match state.news.take() {
                None => (None, state.waker.replace(waker)),
                news => (news, Some(waker)),
            }
        };
        drop(former);
        match news {
            None => Poll::Pending,
            Some(News::Ready(value)) => Poll::Ready(Ok(value)),
            Some(News::Gone(Some(unit))) if is_about_to_tell(&unit, cx) => {
                self.shared.state.lock().news = Some(News::Gone(Some(unit)));
                Poll::Pending
            }
            Some(News::Gone(_)) => {
                // For whoever asks again.
                self.shared.state.lock().news = Some(News::Gone(None));
                Poll::Ready(Err(NotReady(())))
            }
        }
    }
}

/// Whether the task may be about to tell how it ended; if so, `cx` is woken when it has, or has gone on.
fn is_about_to_tell(unit: &NodeRef, cx: &Context<'_>) -> bool {
    let is_task = |node: &Node| std::ptr::eq(node.unit_node(), &raw const unit.node);
    // Waiting for one's own poll to end, or for one around it, would be waiting for ever.
    if context::with(|current| current.is_some_and(|current| current.upwards().any(is_task))) {
        return false;
    }
    // Before the first look, so that its end in between is not missed.
    unit.node.watch(cx);
    match unit.payload.progress() {
        Progress::Waits => false,
        Progress::Polled => {
            // By another thread, just now; nobody tells when a poll is over.
            cx.waker().wake_by_ref();
            true
        }
        Progress::Ends => true,
    }
}

impl<T> fmt::Debug for WhenReady<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WhenReady").finish_non_exhaustive()
    }
}

/// What should have become ready ended, or went on, without a report; see [`readiness`].
///
/// ```
/// let (ready, address) = rejoin::readiness::<u16>();
/// drop(ready);
/// let error = rejoin::block_on(address).unwrap().unwrap_err();
/// assert_eq!(error.to_string(), "it gave up before it was ready");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct NotReady(());

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it gave up before it was ready")
    }
}

impl fmt::Debug for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NotReady")
    }
}

impl Error for NotReady {}
