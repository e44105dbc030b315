//! What `#[rejoin::test]` prints.

use std::io::Write;
use std::panic::Location;
use std::pin::pin;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::driver::{Driver, Settings};
use super::{Blocking, adoption};
use crate::call::{Call, Key};
use crate::cancelled::Cancelled;
use crate::observe::Tree;
use crate::reason::{Cause, Reason};
use crate::scope::cancel::cancel;
use crate::scope::unit::NodeRef;
use crate::site::{HANDED_OVER, Origin};

/// How long a test may take, where it does not say.
const DEFAULT_LIMIT: Duration = Duration::from_secs(60);
/// How long a test that was cancelled at its limit may take to unwind.
const UNWINDING: Duration = Duration::from_secs(15);
/// How long what is alive at the end may take to go by itself.
const SETTLING: Duration = Duration::from_secs(2);

/// How long nothing moves before a test on a paused clock is said to be in a deadlock.
const STALLED: Duration = Duration::from_secs(1);
const NOTHING_MOVES: &str = "every task waits, and on its paused clock there is no timer left to wake one \
     (unless something outside of the process does)";

/// The runtime and the root of a test.
#[derive(Debug)]
pub struct TestSetup {
    name: &'static str,
    paused: bool,
    threads: bool,
    foreign: bool,
    limit: Duration,
    origin: &'static Location<'static>,
}

/// Nothing implements this: the option needs a feature.
#[diagnostic::on_unimplemented(
    message = "this option of `#[rejoin::test]` needs a feature of rejoin",
    label = "`paused` needs the feature `test-util`, `multi_thread` the feature `main`",
    note = "in Cargo.toml, under [dev-dependencies]: rejoin = {{ version = \"…\", features = [\"test-util\"] }}"
)]
pub trait WithItsFeature {}
#[cfg(feature = "test-util")]
impl WithItsFeature for Paused<()> {}
#[cfg(feature = "main")]
impl WithItsFeature for Threads<()> {}

/// The option `paused`.
#[derive(Debug)]
pub struct Paused<T>(T);
/// The option `multi_thread`.
#[derive(Debug)]
pub struct Threads<T>(T);

impl TestSetup {
    /// Real time, one thread.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str) -> Self {
        let origin = Location::caller();
        Self { name, paused: false, threads: false, foreign: false, limit: DEFAULT_LIMIT, origin }
    }

    /// A paused clock that jumps ahead whenever nothing can run.
    #[must_use]
    pub fn paused<T>(mut self, _: T) -> Self
    where
        Paused<T>: WithItsFeature,
    {
        self.paused = true;
        self
    }

    /// Two threads.
    #[must_use]
    pub fn multi_thread<T>(mut self, _: T) -> Self
    where
        Threads<T>: WithItsFeature,
    {
        self.threads = true;
        self
    }

    /// Tasks started around rejoin may be left over.
    #[must_use]
    pub const fn allow_foreign(mut self) -> Self {
        self.foreign = true;
        self
    }

    /// How much real time the test may take.
    #[must_use]
    pub const fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs the test.
    ///
    /// # Panics
    ///
    /// With a panic of the test, when it exceeds its limit, when it leaves anything alive, and
    /// when it left a task by a hidden exit.
    pub fn run<C: Call>(self, call: C) -> C::Output {
        let runtime = self.runtime();
        let settings = Settings::new(self.origin, None);
        let mut driver = pin!(Driver::new(call.start(&HANDED_OVER, Key(())), settings));
        let node = driver.as_mut().node_now();
        let watch = Watch::begin(&self, node.clone());
        let outcome = runtime.block_on(Blocking(driver));
        let exceeded = watch.end();
        let output = match (outcome, exceeded) {
            (Err(cancelled), Some(tree)) => self.exceeded(Some(&cancelled), &tree),
            (Ok(_), Some(tree)) => self.exceeded(None, &tree),
            (Ok(output), None) => output,
            (Err(cancelled), None) => panic!("test `{}` was cancelled: {cancelled}", self.name),
        };
        let left = node.node.left_behind();
        assert!(
            left.is_empty(),
            "test `{}` left tasks by a way out that #[scoped] could not see, started at {left:?}",
            self.name,
        );
        self.settle(&runtime);
        output
    }

    fn runtime(&self) -> Runtime {
        let mut builder = Builder::new_current_thread();
        #[cfg(feature = "main")]
        if self.threads {
            builder = Builder::new_multi_thread();
            builder.worker_threads(2);
        }
        builder.enable_all();
        #[cfg(feature = "test-util")]
        builder.start_paused(self.paused);
        builder.build().unwrap_or_else(|error| panic!("no runtime could be made: {error}"))
    }

    fn exceeded(&self, cancelled: Option<&Cancelled>, tree: &str) -> ! {
        let (name, limit) = (self.name, self.limit);
        match cancelled.and_then(Cancelled::awaiting) {
            Some(site) => {
                panic!("test `{name}` exceeded its limit of {limit:?}: it waited at {site}\n\n{tree}")
            }
            None => panic!("test `{name}` exceeded its limit of {limit:?}\n\n{tree}"),
        }
    }

    /// Waits a moment for everything in the runtime to end; then nothing may be alive.
    fn settle(&self, runtime: &Runtime) {
        let since = Instant::now();
        let alive = loop {
            runtime.block_on(tokio::task::yield_now());
            let alive = runtime.metrics().num_alive_tasks();
            if alive == 0 || self.foreign || since.elapsed() > SETTLING {
                break if self.foreign { 0 } else { alive };
            }
            thread::sleep(Duration::from_millis(1));
        };
        let roots = adoption::sites();
        let roots = if roots.is_empty() {
            String::new()
        } else {
            format!("; roots that were dropped and still unwind were made at {roots:?}")
        };
        assert!(
            alive == 0,
            "test `{}` ended with {alive} tasks alive that rejoin does not know: started by \
             `tokio::spawn` or by a library{roots}. Start them in a scope, or write \
             `#[rejoin::test(allow_foreign)]`",
            self.name,
        );
    }
}

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

/// A thread that cancels the test at its limit.
struct Watch {
    ended: SyncSender<()>,
    exceeded: Arc<OnceLock<String>>,
    thread: thread::JoinHandle<()>,
}

impl Watch {
    fn begin(test: &TestSetup, root: NodeRef) -> Self {
        let (ended, wait) = sync_channel(1);
        let exceeded = Arc::new(OnceLock::new());
        let (flag, limit, name, paused) = (exceeded.clone(), test.limit, test.name, test.paused);
        let origin = Origin::Caller(test.origin);
        let thread = thread::spawn(move || {
            let Some(left) = watch_until(limit, &wait, &root, paused.then_some(name)) else { return };
            let _ = flag.set(left);
            cancel(&root.node, Some(Cause::new(Reason::Deadline, origin)));
            if wait.recv_timeout(UNWINDING) == Err(RecvTimeoutError::Timeout) {
                let tree = Tree::below(&root);
                // Not by `eprintln!`, which a test harness captures and, at this exit, loses.
                let _ = writeln!(
                    std::io::stderr(),
                    "rejoin: test `{name}` exceeded its limit of {limit:?} and did not end when it was \
                     cancelled: a task blocks its thread, or a clean-up waits for ever:\n\n{tree}"
                );
                std::process::exit(101);
            }
        });
        Self { ended, exceeded, thread }
    }

    /// What was alive when the limit was exceeded, if it was.
    fn end(self) -> Option<String> {
        let _ = self.ended.try_send(());
        let _ = self.thread.join();
        self.exceeded.get().cloned()
    }
}
