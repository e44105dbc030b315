//! A thread that ends a test at its limit.

use std::future::poll_fn;
use std::io::Write;
use std::pin::pin;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::unconstrained;

use super::TestSetup;
use crate::observe::Tree;
use crate::reason::{Cause, Reason};
use crate::scope::cancel::cancel;
use crate::scope::unit::NodeRef;
use crate::site::Origin;

/// How long a test that was cancelled at its limit may take to unwind, and one that is destroyed then
/// to let go of its thread.
const UNWINDING: Duration = Duration::from_secs(15);

/// How long nothing moves before a test on a paused clock is said to be in a deadlock.
const STALLED: Duration = Duration::from_secs(1);
const NOTHING_MOVES: &str = "every task waits, and on its paused clock there is no timer left to wake one \
     (unless something outside of the process does)";

/// Waits for the end of a test; if it does not come within `limit`, what is alive then.
///
/// Meanwhile it looks at a test on a paused clock, which `paused` names: where every task waits and none is
/// polled for seconds, no timer is left to wake one, because the clock would have jumped to it.
fn watch_until(
    limit: Duration,
    ended: &Receiver<()>,
    root: &NodeRef,
    paused: Option<&str>,
) -> Option<String> {
    let begun = Instant::now();
    let mut former = None;
    let mut stalled = false;
    loop {
        let left = limit.saturating_sub(begun.elapsed());
        let look = paused.is_some() && !stalled;
        match ended.recv_timeout(if look { left.min(STALLED) } else { left }) {
            Err(RecvTimeoutError::Timeout) if begun.elapsed() >= limit => {
                let tree = Tree::below(root).to_string();
                return Some(if stalled { format!("a deadlock: {NOTHING_MOVES}\n\n{tree}") } else { tree });
            }
            Err(RecvTimeoutError::Timeout) => {}
            _ => return None,
        }
        let tree = Tree::below(root);
        let polls = tree.all_wait().then(|| tree.tasks().map(|task| u64::from(task.polls())).sum::<u64>());
        stalled = polls.is_some() && polls == former;
        former = polls;
        if let (true, Some(name)) = (stalled, paused) {
            let _ = writeln!(
                std::io::stderr(),
                "rejoin: test `{name}` is in a deadlock: {NOTHING_MOVES}\n\n{tree}"
            );
        }
    }
}

/// At the limit the test is cancelled. Where that does not end it, or was done long ago, it is given
/// up: destroyed where it waits. Where it blocks its thread, the process ends.
pub(super) struct Watch {
    ended: SyncSender<()>,
    exceeded: Arc<OnceLock<String>>,
    given_up: Arc<Notify>,
    thread: thread::JoinHandle<()>,
}

impl Watch {
    pub(super) fn begin(test: &TestSetup, root: NodeRef) -> Self {
        let (ended, wait) = sync_channel(1);
        let (exceeded, given_up) = (Arc::new(OnceLock::new()), Arc::new(Notify::new()));
        let (flag, give_up) = (exceeded.clone(), given_up.clone());
        let (limit, name, paused) = (test.limit, test.name, test.paused);
        let origin = Origin::Caller(test.origin);
        let thread = thread::spawn(move || {
            let Some(left) = watch_until(limit, &wait, &root, paused.then_some(name)) else { return };
            let _ = flag.set(left);
            let ends = || wait.recv_timeout(UNWINDING) != Err(RecvTimeoutError::Timeout);
            let unwinds = cancel(&root.node, Some(Cause::new(Reason::Deadline, origin)));
            if unwinds && ends() {
                return;
            }
            give_up.notify_one();
            if !ends() {
                let tree = Tree::below(&root);
                // Not by `eprintln!`, which a test harness captures and, at this exit, loses.
                let _ = writeln!(
                    std::io::stderr(),
                    "rejoin: test `{name}` exceeded its limit of {limit:?} and did not end when it was \
                     cancelled: a task blocks its thread:\n\n{tree}"
                );
                std::process::exit(101);
            }
        });
        Self { ended, exceeded, given_up, thread }
    }

    /// What `poll` comes to; `None` when the test is given up.
    pub(super) async fn unless_given_up<R>(
        &self,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<R>,
    ) -> Option<R> {
        // Outside of tokio's cooperative budget, which the test may have used up.
        let mut given_up = pin!(unconstrained(self.given_up.notified()));
        poll_fn(|cx| match given_up.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => poll(cx).map(Some),
        })
        .await
    }

    /// What was alive when the limit was exceeded, if it was.
    pub(super) fn end(self) -> Option<String> {
        let _ = self.ended.try_send(());
        let _ = self.thread.join();
        self.exceeded.get().cloned()
    }
}
