//! What `#[rejoin::main]` prints.

use std::fmt;
use std::io::Write as _;
use std::panic::Location;
use std::pin::pin;
use std::process::{ExitCode, Termination};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::Blocking;
use super::driver::{Driver, Settings};
use crate::call::{Call, Key};
use crate::reason::{Cause, Reason};
use crate::root::drain;
use crate::scope::cancel::cancel;
use crate::scope::unit::NodeRef;
use crate::site::{HANDED_OVER, Origin};

/// How long dropped roots may take to unwind at the end, where no `cleanup` is given.
const DEFAULT_CLEANUP: Duration = Duration::from_secs(10);

/// The runtime and the root of a program.
#[derive(Debug)]
pub struct MainSetup {
    threads: Option<usize>,
    current_thread: bool,
    cleanup: Option<Duration>,
    origin: &'static Location<'static>,
}

impl MainSetup {
    /// A runtime with as many threads as there are cores.
    #[must_use]
    #[track_caller]
    #[expect(clippy::new_without_default, reason = "only the expansion makes one")]
    pub fn new() -> Self {
        Self { threads: None, current_thread: false, cleanup: None, origin: Location::caller() }
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

    /// `cleanup = limit`
    #[must_use]
    pub const fn cleanup(mut self, limit: Duration) -> Self {
        self.cleanup = Some(limit);
        self
    }

    /// Runs the program. The exit code is that of its result, 128 and the number of the signal
    /// that cancelled it, or 1.
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
        let signalled = Arc::new(AtomicU8::new(0));
        // Before the program begins: a signal that comes early is not lost.
        let signals = {
            let _runtime = runtime.enter();
            Signals::new()
        };
        let outcome = runtime.block_on(async {
            if let Some(signals) = signals {
                tokio::spawn(listen(signals, node, self.origin.into(), signalled.clone()));
            }
            let outcome = Blocking(driver).await;
            if let Err(left) = drain(self.cleanup.unwrap_or(DEFAULT_CLEANUP)).await {
                say(&format_args!("{left}"));
            }
            outcome
        });
        // Threads of blocking work nobody waits for must not keep the process.
        runtime.shutdown_background();
        match (outcome, signalled.load(Ordering::Relaxed)) {
            (Ok(result), _) => result.report(),
            (Err(_), signal @ 1..) => ExitCode::from(128 + signal),
            (Err(cancelled), 0) => {
                say(&format_args!("{cancelled}"));
                ExitCode::FAILURE
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

/// Cancels the program at the first signal, ends the process at the second.
async fn listen(mut signals: Signals, root: NodeRef, origin: Origin, signalled: Arc<AtomicU8>) {
    let signal = signals.next().await;
    signalled.store(signal, Ordering::Relaxed);
    cancel(&root.node, Some(Cause::new(Reason::Shutdown, origin)));
    let signal = signals.next().await;
    std::process::exit(128 + i32::from(signal));
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
