//! Work on tokio's blocking pool, as a scoped call.
//!
//! # Invariants
//!
//! 1. The work is `'static` (S4): nobody ever has to block until a thread has finished. Who destroys
//!    the task on the spot leaves the thread to the nearest scope around that can wait.
//! 2. `work` is taken once: by the thread that runs it, or by the task, which takes it back. So work
//!    that was given up in the queue of the pool never begins.
//! 3. The result, or the value nobody wants, is gone from the thread before the scope that waits for it
//!    is told.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use crate::context;
use crate::frame::context::Cx;
use crate::point;
use crate::report;
use crate::scope::node::Node;
use crate::scope::unit::NodeRef;
use crate::scoped::Scoped;
use crate::site::Site;
use crate::sync::Mutex;

/// By this the closure of a [`spawn_blocking!`](crate::spawn_blocking) sees that nobody wants it to go
/// on.
///
/// Cheap to clone and to ask, from any thread. A default one is never requested, for tests of code that
/// takes one.
///
/// ```
/// use rejoin::{CancelFlag, prelude::*};
///
/// fn sum(numbers: &[u64], cancel: &CancelFlag) -> Option<u64> {
///     let mut sum = 0;
///     for part in numbers.chunks(1024) {
///         if cancel.is_requested() {
///             return None;
///         }
///         sum += part.iter().sum::<u64>();
///     }
///     Some(sum)
/// }
/// assert_eq!(sum(&[1, 2], &CancelFlag::default()), Some(3));
///
/// #[scoped]
/// async fn total(numbers: Vec<u64>) -> Option<u64> {
///     spawn_blocking!(move |cancel| sum(&numbers, &cancel)).await
/// }
/// assert_eq!(rejoin::block_on(total(vec![1, 2, 3])).unwrap(), Some(6));
/// ```
#[derive(Clone, Default)]
pub struct CancelFlag(Option<Arc<Flag>>);

struct Flag {
    /// The task was destroyed, or never had a scope.
    gone: AtomicBool,
    node: Option<NodeRef>,
}

impl CancelFlag {
    /// Whether the task was cancelled: the result will most likely be thrown away. One that is
    /// returned all the same is delivered to who takes it, for example `t.stop().await`.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// # rejoin::block_on(scope!(async {
    /// let spin = spawn_blocking!(|cancel| {
    ///     while !cancel.is_requested() {
    ///         std::thread::sleep(Duration::from_millis(1));
    ///     }
    ///     "what was found so far"
    /// });
    /// tokio::time::sleep(Duration::from_millis(10)).await;
    /// // `None` if no thread had begun with it.
    /// assert!(matches!(spin.stop().await, None | Some("what was found so far")));
    /// # })).unwrap();
    /// ```
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.0.as_ref().is_some_and(|flag| {
            flag.gone.load(Ordering::Acquire)
                || flag.node.as_ref().is_some_and(|node| node.node.is_cancelled())
        })
    }

    /// Whether the scope shuts down: a loop that waits for more to do should end, work in hand may
    /// go on. See [`Scope::shutdown`](crate::Scope::shutdown).
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// #[scoped]
    /// async fn poll_device() -> &'static str {
    ///     spawn_blocking!(|cancel| {
    ///         while !cancel.is_shutting_down() {
    ///             std::thread::sleep(Duration::from_millis(1));
    ///         }
    ///         "flushed"
    ///     }).await
    /// }
    ///
    /// #[scoped]
    /// async fn program() -> Option<&'static str> {
    ///     let device = spawn!(poll_device());
    ///     tokio::time::sleep(Duration::from_millis(10)).await;
    ///     device.shutdown(Duration::from_secs(5)).await.ok()
    /// }
    /// assert_eq!(rejoin::block_on(program()).unwrap(), Some("flushed"));
    /// ```
    #[must_use]
    pub fn is_shutting_down(&self) -> bool {
        let node = self.0.as_ref().and_then(|flag| flag.node.as_ref());
        node.is_some_and(|node| node.node.is_stopping())
    }
}

impl fmt::Debug for CancelFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelFlag").field("requested", &self.is_requested()).finish()
    }
}

impl<K> Cx<K> {
    /// `spawn_blocking!(|cancel| …)`
    pub fn blocking<W, T>(self, work: W, abandon: bool, site: &'static Site) -> Scoped<Blocking<W, T>>
    where
        W: FnOnce(CancelFlag) -> T + Send + 'static,
        T: Send + 'static,
    {
        Scoped::from_body(Blocking { state: State::Inert(work), abandon, site })
    }

    /// `spawn_blocking!(|| …)`
    pub fn blocking_plain<W, T>(
        self,
        work: W,
        abandon: bool,
        site: &'static Site,
    ) -> Scoped<Blocking<impl FnOnce(CancelFlag) -> T + Send + 'static, T>>
    where
        W: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let work = move |_| work();
        Scoped::from_body(Blocking { state: State::Inert(work), abandon, site })
    }
}

/// The future of a `spawn_blocking!`, which its task polls.
#[doc(hidden)]
#[must_use = "futures do nothing unless polled"]
pub struct Blocking<W, T> {
    state: State<W, T>,
    /// A thread that runs is not waited for.
    abandon: bool,
    site: &'static Site,
}

enum State<W, T> {
    Inert(W),
    Started(Arc<Job<W>>, oneshot::Receiver<Outcome<T>>),
    Ended,
}

type Outcome<T> = Result<T, Box<dyn Any + Send>>;

/// What the task and the thread share.
struct Job<W> {
    work: Mutex<Option<W>>,
    flag: Arc<Flag>,
    left: Mutex<Left>,
    site: &'static Site,
}

/// Who waits for the thread.
enum Left {
    /// The task.
    Awaited,
    /// A scope around it, since the task was destroyed.
    To(NodeRef),
    /// Nobody: it has ended.
    Ended,
}

// No part of it is ever pinned.
impl<W, T> Unpin for Blocking<W, T> {}

impl<W, T> Future for Blocking<W, T>
where
    W: FnOnce(CancelFlag) -> T + Send + 'static,
    T: Send + 'static,
{
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = &mut *self;
        if let State::Inert(_) = this.state {
            if point::holds(this.site, cx) {
                return Poll::Pending;
            }
            this.begin();
        }
        let State::Started(job, result) = &mut this.state else {
            context::cut(this.site);
            return Poll::Pending;
        };
        match Pin::new(result).poll(cx) {
            Poll::Ready(Ok(outcome)) => {
                this.state = State::Ended;
                return match outcome {
                    Ok(value) => Poll::Ready(value),
                    Err(payload) => resume_unwind(payload),
                };
            }
            // The runtime is gone and has not run it.
            Poll::Ready(Err(_)) => {}
            Poll::Pending if context::is_cancelled() && (job.take_back() || this.abandon) => {}
            Poll::Pending => {
                point::waits(this.site);
                return Poll::Pending;
            }
        }
        // Taken back, given up or never run: nobody is waited for.
        this.state = State::Ended;
        context::cut(this.site);
        Poll::Pending
    }
}

impl<W, T> Blocking<W, T>
where
    W: FnOnce(CancelFlag) -> T + Send + 'static,
    T: Send + 'static,
{
    /// Gives the work to the pool.
    fn begin(&mut self) {
        let State::Inert(work) = std::mem::replace(&mut self.state, State::Ended) else { return };
        let job = Arc::new(Job {
            work: Mutex::new(Some(work)),
            flag: Arc::new(Flag { gone: AtomicBool::new(false), node: context::current() }),
            left: Mutex::new(Left::Awaited),
            site: self.site,
        });
        let (tell, told) = oneshot::channel();
        // Before the pool is asked, which may panic and run the work later all the same.
        self.state = State::Started(job.clone(), told);
        drop(tokio::task::spawn_blocking(move || job.run(tell)));
    }
}

impl<W> Job<W> {
    /// Takes the work back; `false` if a thread has it.
    fn take_back(&self) -> bool {
        let Some(work) = self.work.lock().take() else { return false };
        // Before the work's destructor, which may panic: no thread will ever say so.
        *self.left.lock() = Left::Ended;
        drop(work);
        true
    }

    fn run<T>(&self, tell: oneshot::Sender<Outcome<T>>)
    where
        W: FnOnce(CancelFlag) -> T,
    {
        let Some(work) = self.work.lock().take() else { return };
        let flag = CancelFlag(Some(self.flag.clone()));
        let outcome = catch_unwind(AssertUnwindSafe(|| work(flag)));
        match tell.send(outcome) {
            Ok(()) => {}
            Err(Ok(value)) => report::drop_quietly(self.site.into(), value),
            Err(Err(payload)) => report::lost_panic(self.site.into(), payload),
        }
        let left = std::mem::replace(&mut *self.left.lock(), Left::Ended);
        if let Left::To(scope) = left {
            scope.node.release();
        }
    }

    /// The task is destroyed while a thread runs: the nearest scope that can waits for it.
    fn leave(&self) {
        let Some(scope) = Node::hold_nearest(self.flag.node.as_ref()) else { return };
        let mut left = self.left.lock();
        if let Left::Awaited = *left {
            *left = Left::To(scope.clone());
            return;
        }
        drop(left);
        // It has ended meanwhile.
        scope.node.release();
    }
}

impl<W, T> Drop for Blocking<W, T> {
    fn drop(&mut self) {
        let State::Started(job, _) = &self.state else { return };
        job.flag.gone.store(true, Ordering::Release);
        if !job.take_back() && !self.abandon {
            job.leave();
        }
    }
}

impl<W, T> fmt::Debug for Blocking<W, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocking").field("site", self.site).finish_non_exhaustive()
    }
}
