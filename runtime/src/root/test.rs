//! What `#[rejoin::test]` prints.

mod failure;
#[cfg(feature = "test-util")]
mod repeat;
mod watch;

use std::panic::Location;
use std::pin::pin;
#[cfg(feature = "test-util")]
use std::rc::Rc;
use std::task::Context;
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::adoption;
use super::driver::{Driver, Settings};
use crate::call::{Call, Key};
use crate::cancelled::Cancelled;
use crate::scope::unit::NodeRef;
use crate::site::HANDED_OVER;
#[cfg(feature = "test-util")]
use crate::testing::hook::{self, Run};
use watch::Watch;

/// How long a test may take, where it does not say.
const DEFAULT_LIMIT: Duration = Duration::from_secs(60);
/// How long what is alive at the end may take to go by itself.
const SETTLING: Duration = Duration::from_secs(2);

/// The runtime and the root of a test.
#[derive(Debug)]
pub struct TestSetup {
    name: &'static str,
    paused: bool,
    threads: bool,
    foreign: bool,
    limit: Duration,
    everywhere: bool,
    orders: Option<usize>,
    origin: &'static Location<'static>,
}

/// Nothing implements this: the option needs a feature.
#[diagnostic::on_unimplemented(
    message = "this option of `#[rejoin::test]` needs a feature of rejoin",
    label = "`paused`, `cancel_everywhere` and `shuffle` need the feature `test-util`, `multi_thread` the feature `main`",
    note = "in Cargo.toml, under [dev-dependencies]: rejoin = {{ version = \"…\", features = [\"test-util\"] }}"
)]
pub trait WithItsFeature {}
#[cfg(feature = "test-util")]
impl WithItsFeature for Paused<()> {}
#[cfg(feature = "test-util")]
impl WithItsFeature for Repeated<()> {}
#[cfg(feature = "main")]
impl WithItsFeature for Threads<()> {}

/// The option `paused`.
#[derive(Debug)]
pub struct Paused<T>(T);
/// The options `cancel_everywhere` and `shuffle`.
#[derive(Debug)]
pub struct Repeated<T>(T);
/// The option `multi_thread`.
#[derive(Debug)]
pub struct Threads<T>(T);

impl TestSetup {
    /// Real time, one thread.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str) -> Self {
        let origin = Location::caller();
        Self {
            name,
            paused: false,
            threads: false,
            foreign: false,
            limit: DEFAULT_LIMIT,
            everywhere: false,
            orders: None,
            origin,
        }
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

    /// Once to its end, then once for each await it passes, cancelled exactly there.
    #[must_use]
    pub fn cancel_everywhere<T>(mut self, _: T) -> Self
    where
        Repeated<T>: WithItsFeature,
    {
        self.everywhere = true;
        self
    }

    /// In so many random orders.
    #[must_use]
    pub fn shuffle<T>(mut self, orders: usize, _: T) -> Self
    where
        Repeated<T>: WithItsFeature,
    {
        self.orders = Some(orders);
        self
    }

    /// Runs the test.
    ///
    /// # Panics
    ///
    /// With a panic of the test, when it exceeds its limit, when it leaves anything alive, and
    /// when it left a task by a hidden exit.
    pub fn run<C: Call>(self, call: C) -> C::Output {
        #[cfg(feature = "test-util")]
        let outcome = {
            let run = Rc::new(Run::new(None, None));
            let _running = hook::begin(run.clone(), false);
            self.run_watched(call, &self.runtime(None), |_| {}, || run.check())
        };
        #[cfg(not(feature = "test-util"))]
        let outcome = self.run_watched(call, &self.runtime(None), |_| {}, || {});
        match outcome {
            Ok(output) => output,
            Err(cancelled) => panic!("test `{}` was cancelled: {cancelled}", self.name),
        }
    }

    /// Nothing runs more than once without the feature: that the option needs it is the error.
    #[cfg(not(feature = "test-util"))]
    pub fn run_each<C: Call<Output: failure::Fails>>(self, make: impl Fn() -> C) -> C::Output {
        self.run(make())
    }

    /// Runs the body once in `runtime`, with a look at its root before and at what is left after.
    fn run_watched<C: Call>(
        &self,
        call: C,
        runtime: &Runtime,
        look: impl FnOnce(&NodeRef),
        check: impl FnOnce(),
    ) -> Result<C::Output, Cancelled> {
        let settings = Settings::new(self.origin, None);
        let (node, outcome, exceeded) = {
            let mut driver = pin!(Driver::new(call.start(&HANDED_OVER, Key(())), settings));
            let node = driver.as_mut().node_now();
            look(&node);
            let watch = Watch::begin(self, node.clone());
            #[cfg(feature = "test-util")]
            let mut pace = None;
            let poll = |cx: &mut Context<'_>| {
                #[cfg(feature = "test-util")]
                if hook::is_armed() && hook::puts_off(&mut pace, cx) {
                    return std::task::Poll::Pending;
                }
                driver.as_mut().poll_root(cx)
            };
            let outcome = runtime.block_on(watch.unless_given_up(poll));
            (node, outcome, watch.end())
        };
        if let Some(tree) = exceeded {
            self.exceeded(outcome, &tree);
        }
        let Some(outcome) = outcome else {
            unreachable!("nobody gives up a test that is within its limit");
        };
        let left = node.node.left_behind();
        assert!(
            left.is_empty(),
            "test `{}` left tasks by a way out that #[scoped] could not see, started at {left:?}",
            self.name,
        );
        self.settle(runtime);
        let _entered = runtime.enter();
        check();
        outcome
    }

    /// With `event_interval`, where it is not tokio's own, polls of tasks between two looks at the rest.
    fn runtime(&self, event_interval: Option<u32>) -> Runtime {
        let mut builder = Builder::new_current_thread();
        #[cfg(feature = "main")]
        if self.threads {
            builder = Builder::new_multi_thread();
            builder.worker_threads(2);
        }
        builder.enable_all();
        #[cfg(feature = "test-util")]
        builder.start_paused(self.paused);
        if let Some(interval) = event_interval {
            builder.event_interval(interval);
        }
        builder.build().unwrap_or_else(|error| panic!("no runtime could be made: {error}"))
    }

    fn exceeded<R>(&self, outcome: Option<Result<R, Cancelled>>, tree: &str) -> ! {
        let (name, limit) = (self.name, self.limit);
        let Some(outcome) = outcome else {
            panic!(
                "test `{name}` exceeded its limit of {limit:?} and did not end when it was cancelled: a \
                 shield or a clean-up waits for ever\n\n{tree}"
            )
        };
        match outcome.err().as_ref().and_then(Cancelled::awaiting) {
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
