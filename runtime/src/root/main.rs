//! What `#[rejoin::main]` prints.

use std::fmt;
use std::io::Write as _;
use std::panic::Location;
use std::pin::pin;
use std::process::{ExitCode, Termination};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::Blocking;
use super::driver::{Driver, Settings};
use crate::call::{Call, Key};
use crate::observe::Watchdog;
use crate::reason::{Cause, Reason};
use crate::root::drain;
use crate::scope::cancel::cancel;
use crate::scope::notify::notify;
use crate::scope::unit::NodeRef;
use crate::shutdown::stragglers::{Alive, SHOWN};
use crate::site::{HANDED_OVER, Origin};

/// How long dropped roots may take to unwind at the end, where no `cleanup` is given.
const DEFAULT_CLEANUP: Duration = Duration::from_secs(10);
/// How long work that outlived the grace may take to unwind before it is named as far as it is known.
const UNWINDING: Duration = Duration::from_millis(500);
/// The exit code of a program that outlived its grace: `EX_SOFTWARE` of BSD.
const OUTLIVED: u8 = 70;

/// The runtime and the root of a program.
#[derive(Debug)]
pub struct MainSetup {
    threads: Option<usize>,
    current_thread: bool,
    grace: Option<Duration>,
    cleanup: Option<Duration>,
    origin: &'static Location<'static>,
}

impl MainSetup {
    /// A runtime with as many threads as there are cores.
    #[must_use]
    #[track_caller]
    #[expect(clippy::new_without_default, reason = "only the expansion makes one")]
    pub fn new() -> Self {
        let origin = Location::caller();
        Self { threads: None, current_thread: false, grace: None, cleanup: None, origin }
    }

    /// `flavor = "current_thread"`
    #[must_use]
    pub const fn current_thread(mut self) -> Self {
        self.current_thread = true;
        self
    }

    /// `worker_threads = n`
    #[must_use]
    pub const fn worker_threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// `grace = limit`
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = Some(grace);
        self
    }

    /// `cleanup = limit`
    #[must_use]
    pub const fn cleanup(mut self, limit: Duration) -> Self {
        self.cleanup = Some(limit);
        self
    }

    /// Runs the program. The exit code is that of its result, 128 and the number of the signal
    /// that cancelled it, 70 if it outlived its grace, or 1.
    ///
    /// # Panics
    ///
    /// When the runtime cannot be made, and with a panic of the program.
    pub fn run<C: Call<Output: Termination>>(self, call: C) -> ExitCode {
        let runtime = self.runtime();
        let mut settings = Settings::new(self.origin, None);
        settings.cleanup = self.cleanup;
        let mut driver = pin!(Driver::new(call.start(&HANDED_OVER, Key(())), settings));
        let node = driver.as_mut().node_now();
        let _watching = Watchdog::new().start();
        #[cfg(unix)]
        crate::observe::signal::print_on_signal();
        let root = node.clone();
        let signalled = Arc::new(Signalled::default());
        // Before the program begins: a signal that comes early is not lost.
        let signals = {
            let _runtime = runtime.enter();
            Signals::new()
        };
        let outcome = runtime.block_on(async {
            if let Some(signals) = signals {
                let listen = Listen { signals, root: node, grace: self.grace, origin: self.origin.into() };
                tokio::spawn(listen.run(signalled.clone()));
            }
            let outcome = Blocking(driver).await;
            signalled.ended.store(true, Ordering::Relaxed);
            signalled.name_stragglers();
            if let Err(left) = drain(self.cleanup.unwrap_or(DEFAULT_CLEANUP)).await {
                say(&format_args!("{left}"));
            }
            outcome
        });
        // Threads of blocking work nobody waits for must not keep the process.
        runtime.shutdown_background();
        if signalled.exceeded.load(Ordering::Relaxed) {
            return ExitCode::from(OUTLIVED);
        }
        match (outcome, signalled.signal.load(Ordering::Relaxed)) {
            (Ok(result), _) => result.report(),
            (Err(_), signal @ 1..) => ExitCode::from(128 + signal),
            (Err(cancelled), 0) => {
                say(&format_args!("{cancelled}"));
                // Shut down from inside, by `Scope::shutdown`.
                let outlived = root.node.is_stopping() && *cancelled.reason() == Reason::Shutdown;
                if outlived { ExitCode::from(OUTLIVED) } else { ExitCode::FAILURE }
            }
        }
    }

    fn runtime(&self) -> Runtime {
        let mut builder =
            if self.current_thread { Builder::new_current_thread() } else { Builder::new_multi_thread() };
        if let Some(threads) = self.threads {
            builder.worker_threads(threads);
        }
        builder.enable_all().build().unwrap_or_else(|error| panic!("no runtime could be made: {error}"))
    }
}

/// What has happened since the program began.
#[derive(Default)]
struct Signalled {
    /// The number of the last signal.
    signal: AtomicU8,
    /// The program's own work has ended; clean-up of dropped roots may go on.
    ended: AtomicBool,
    exceeded: AtomicBool,
    /// Who outlived the grace, until somebody has named them.
    alive: Mutex<Option<Alive>>,
}

impl Signalled {
    fn name_stragglers(&self) {
        let alive = self.alive.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(stragglers) = alive.map(|alive| alive.describe()) else { return };
        for straggler in stragglers.iter().take(SHOWN) {
            say(&format_args!("outlived the grace: {straggler}"));
        }
        if stragglers.len() > SHOWN {
            say(&format_args!("and {} more outlived the grace", stragglers.len() - SHOWN));
        }
    }
}

/// Stops the program when it is told to by signals.
struct Listen {
    signals: Signals,
    root: NodeRef,
    grace: Option<Duration>,
    origin: Origin,
}

impl Listen {
    /// Without a grace: cancels the program at the first signal, ends the process at the second. With
    /// one: gives notice at the first, cancels when the grace has passed or at the second, ends the
    /// process at the third.
    async fn run(mut self, signalled: Arc<Signalled>) {
        #[cfg(feature = "inspect")]
        let _counted = crate::inspect::own::OwnTask::begin();
        self.next(&signalled).await;
        if let Some(grace) = self.grace {
            notify(&self.root.node);
            if tokio::time::timeout(grace, self.next(&signalled)).await.is_err()
                && !signalled.ended.load(Ordering::Relaxed)
            {
                let alive = Alive::below(&self.root);
                *signalled.alive.lock().unwrap_or_else(PoisonError::into_inner) = Some(alive);
                signalled.exceeded.store(true, Ordering::Relaxed);
            }
        }
        cancel(&self.root.node, Some(Cause::new(Reason::Shutdown, self.origin)));
        // Where they wait is known when they have unwound; who does not must be named all the same.
        let last = tokio::time::timeout(UNWINDING, self.next(&signalled)).await;
        signalled.name_stragglers();
        let signal = match last {
            Ok(signal) => signal,
            Err(_) => self.next(&signalled).await,
        };
        std::process::exit(128 + i32::from(signal));
    }

    async fn next(&mut self, signalled: &Signalled) -> u8 {
        let signal = self.signals.next().await;
        signalled.signal.store(signal, Ordering::Relaxed);
        signal
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Option<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt()).ok()?;
        let terminate = signal(SignalKind::terminate()).ok()?;
        Some(Self { interrupt, terminate })
    }

    /// The number of the next signal.
    async fn next(&mut self) -> u8 {
        std::future::poll_fn(|cx| {
            if self.interrupt.poll_recv(cx).is_ready() {
                return std::task::Poll::Ready(2);
            }
            self.terminate.poll_recv(cx).map(|_| 15)
        })
        .await
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Option<Self> {
        Some(Self)
    }

    async fn next(&mut self) -> u8 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        2
    }
}

fn say(text: &dyn fmt::Display) {
    // Not `eprintln!`, which panics on a closed pipe.
    let _ = writeln!(std::io::stderr(), "rejoin: {text}");
}
