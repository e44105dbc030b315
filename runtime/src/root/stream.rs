//! Streams that own a root.

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use futures_core::stream::FusedStream;
use tokio::sync::mpsc;

use super::{Run, run};
use crate::call::Call;
use crate::cancelled::Cancelled;
use crate::scoped::flatten;

/// Makes a stream of a scoped call that sends its items: work that lives as long as the stream, such as
/// the body of a response.
///
/// The call is given a [`StreamSender`]. It is a root, as with [`run`](crate::run): it runs when the stream
/// is polled, and what it starts runs in parallel; made inside a scope it is that scope's child. At most
/// `capacity` items wait to be taken; a sender of one more waits. A capacity of 0 counts as 1.
///
/// The items are `Ok`. If the root is cancelled, the last one is an `Err` that says so, because a stream that
/// was cut must not look like one that is complete. For a call that can fail there is [`try_stream`].
///
/// The stream ends when the call has ended, and with it all that it started. A panic of the call goes on
/// where the stream is polled; after that the stream is at its end.
///
/// # Cancel safety
///
/// Dropping the stream abandons the root: it is cancelled with
/// [`Reason::Abandoned`](crate::Reason::Abandoned) and unwinds, with all its clean-up, as [`run`](crate::run)
/// says. That is what happens when a client goes away in the middle of a response. Waiting for the next item
/// may be given up at any time; nothing is lost.
///
/// ```
/// use rejoin::{StreamSender, prelude::*};
/// use tokio_stream::StreamExt as _;
///
/// #[scoped]
/// async fn count_down(from: u32, out: StreamSender<u32>) {
///     for number in (0..from).rev() {
///         out.send(number).await;
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut numbers = rejoin::stream(8, |out| count_down(3, out));
/// let mut seen = Vec::new();
/// while let Some(number) = numbers.next().await {
///     seen.push(number.unwrap());
/// }
/// assert_eq!(seen, [2, 1, 0]);
/// # });
/// ```
#[track_caller]
pub fn stream<T, C>(capacity: usize, call: impl FnOnce(StreamSender<T>) -> C) -> ScopedStream<T, Cancelled>
where
    T: Send + 'static,
    C: Call<Output = ()>,
    C::Started: Send + 'static,
{
    let (sender, items) = channel(capacity);
    let root = Source::Infallible(run(call(sender)));
    ScopedStream { items, root: Some(root), last: None }
}

/// As [`stream`], for a call that returns a `Result`: its error is the last item.
///
/// That is what the body of a response is made of: an error in the middle ends the response in a way that
/// the client can tell from its end.
///
/// ```
/// use rejoin::{StreamSender, prelude::*};
/// use tokio_stream::StreamExt as _;
///
/// #[scoped]
/// async fn export(rows: Vec<u32>, out: StreamSender<String>) -> Result<(), std::io::Error> {
///     for row in rows {
///         if row == 0 {
///             return Err(std::io::Error::other("row 0 is damaged"));
///         }
///         out.send(format!("{row}\n")).await;
///     }
///     Ok(())
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// // `axum::body::Body::from_stream(…)` takes it.
/// let mut body = rejoin::try_stream(8, |out| export(vec![1, 0], out));
/// assert_eq!(body.next().await.unwrap().unwrap(), "1\n");
/// assert_eq!(body.next().await.unwrap().unwrap_err().to_string(), "row 0 is damaged");
/// assert!(body.next().await.is_none());
/// # });
/// ```
#[track_caller]
pub fn try_stream<T, E, C>(capacity: usize, call: impl FnOnce(StreamSender<T>) -> C) -> ScopedStream<T, E>
where
    T: Send + 'static,
    E: From<Cancelled> + Send + 'static,
    C: Call<Output = Result<(), E>>,
    C::Started: Send + 'static,
{
    let (sender, items) = channel(capacity);
    let root = Source::Fallible(run(call(sender)));
    ScopedStream { items, root: Some(root), last: None }
}

fn channel<T>(capacity: usize) -> (StreamSender<T>, mpsc::Receiver<T>) {
    let (sender, items) = mpsc::channel(capacity.max(1));
    (StreamSender { sender }, items)
}

/// The stream of [`stream`] and [`try_stream`].
///
/// ```
/// use rejoin::{ScopedStream, StreamSender, prelude::*};
/// use std::{io, time::Duration};
///
/// # #[scoped] async fn export(ids: Vec<u32>, out: StreamSender<String>) -> Result<(), io::Error> {
/// #     for id in ids { out.send(format!("{id}\n")).await; }
/// #     Ok(())
/// # }
/// fn body(ids: Vec<u32>) -> ScopedStream<String, io::Error> {
///     rejoin::try_stream(8, |out| export(ids, out)).named("export").cleanup(Duration::from_secs(30))
/// }
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// # assert_eq!(tokio_stream::StreamExt::next(&mut body(vec![7])).await.unwrap().unwrap(), "7\n");
/// # });
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct ScopedStream<T, E> {
    // Declared, and so dropped, before the items: the call is cancelled before its sends find nobody.
    root: Option<Source<E>>,
    items: mpsc::Receiver<T>,
    /// Comes after the items that were sent.
    last: Option<E>,
}

enum Source<E> {
    Infallible(Run<()>),
    Fallible(Run<Result<(), E>>),
}

impl<E: From<Cancelled>> Source<E> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), E>> {
        match self {
            Self::Infallible(root) => Pin::new(root).poll(cx).map_err(E::from),
            Self::Fallible(root) => Pin::new(root).poll(cx).map(flatten),
        }
    }
}

impl<T, E> ScopedStream<T, E> {
    /// Names the root's scope. To be said before the stream is first polled.
    ///
    /// ```
    /// # use tokio_stream::StreamExt as _;
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let say = |out: rejoin::StreamSender<_>| async move { out.send(rejoin::current().name()).await };
    /// let mut names = rejoin::stream(1, say).named("export");
    /// assert_eq!(names.next().await.unwrap().unwrap().as_deref(), Some("export"));
    /// # });
    /// ```
    pub fn named(self, name: impl Into<Cow<'static, str>>) -> Self {
        self.with_root(|root| match root {
            Source::Infallible(root) => Source::Infallible(root.named(name)),
            Source::Fallible(root) => Source::Fallible(root.named(name)),
        })
    }

    /// Limits the code of each `defer!` that has no limit of its own; ten seconds otherwise. To be said before
    /// the stream is first polled.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let rows = rejoin::stream(8, |out| async move { out.send(1).await }).cleanup(Duration::from_secs(30));
    /// # drop(rows);
    /// ```
    pub fn cleanup(self, limit: Duration) -> Self {
        self.with_root(|root| match root {
            Source::Infallible(root) => Source::Infallible(root.cleanup(limit)),
            Source::Fallible(root) => Source::Fallible(root.cleanup(limit)),
        })
    }

    fn with_root(mut self, change: impl FnOnce(Source<E>) -> Source<E>) -> Self {
        self.root = self.root.take().map(change);
        self
    }
}

// No part of it is ever pinned.
impl<T, E> Unpin for ScopedStream<T, E> {}

impl<T, E: From<Cancelled>> Stream for ScopedStream<T, E> {
    type Item = Result<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T, E>>> {
        let this = &mut *self;
        if let Ok(item) = this.items.try_recv() {
            return Poll::Ready(Some(Ok(item)));
        }
        // Taken out, so that after a panic it is not polled again.
        if let Some(mut root) = this.root.take() {
            match root.poll(cx) {
                Poll::Pending => this.root = Some(root),
                Poll::Ready(outcome) => {
                    // A sender that was given to somebody else sends no more.
                    this.items.close();
                    this.last = outcome.err();
                }
            }
        }
        if this.root.is_some() {
            // Registers for items that tasks of the call send; the call itself may just have sent some.
            return match this.items.poll_recv(cx) {
                Poll::Ready(Some(item)) => Poll::Ready(Some(Ok(item))),
                // Every sender is gone, and the call goes on.
                Poll::Ready(None) | Poll::Pending => Poll::Pending,
            };
        }
        match this.items.try_recv() {
            Ok(item) => Poll::Ready(Some(Ok(item))),
            Err(_) => Poll::Ready(this.last.take().map(Err)),
        }
    }
}

impl<T, E: From<Cancelled>> FusedStream for ScopedStream<T, E> {
    fn is_terminated(&self) -> bool {
        self.root.is_none() && self.last.is_none() && self.items.is_empty()
    }
}

impl<T, E> fmt::Debug for ScopedStream<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedStream").field("ended", &self.root.is_none()).finish_non_exhaustive()
    }
}

/// Sends the items of a [`stream`]. Clones send to the same stream.
///
/// ```
/// use rejoin::{StreamSender, prelude::*};
/// # use tokio_stream::StreamExt as _;
/// # #[scoped] async fn export(table: &'static str, out: StreamSender<String>) { out.send(table.to_owned()).await }
///
/// #[scoped]
/// async fn export_both(out: StreamSender<String>) {
///     let patients = spawn!(export("patients", out.clone()));
///     export("visits", out).await;
///     patients.await;
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut rows: Vec<_> = rejoin::stream(8, export_both).map(Result::unwrap).collect().await;
/// rows.sort();
/// assert_eq!(rows, ["patients", "visits"]);
/// # });
/// ```
pub struct StreamSender<T> {
    sender: mpsc::Sender<T>,
}

impl<T> StreamSender<T> {
    /// Sends an item; waits while as many as the stream's capacity have not been taken.
    ///
    /// Once the stream was dropped, or has ended, there is nobody to take it: the item is dropped. The call
    /// is being cancelled then, so that only clean-up and shields get to see this.
    ///
    /// # Cancel safety
    ///
    /// Cancelled while it waits, the item is dropped, and was not sent.
    ///
    /// # Cost
    ///
    /// That of a bounded channel of tokio: no allocation while there is room.
    ///
    /// ```
    /// # use tokio_stream::StreamExt as _;
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let mut one = rejoin::stream(1, |out| async move { out.send(7).await });
    /// assert_eq!(one.next().await.unwrap().unwrap(), 7);
    /// # });
    /// ```
    pub async fn send(&self, item: T) {
        // Nobody is left to be told.
        let _ = self.sender.send(item).await;
    }
}

impl<T> Clone for StreamSender<T> {
    fn clone(&self) -> Self {
        Self { sender: self.sender.clone() }
    }
}

impl<T> fmt::Debug for StreamSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamSender").finish_non_exhaustive()
    }
}
