//! The runtimes that everything is measured on.

use std::fmt;

use rejoin::Call;
use tokio::runtime::{Builder, Runtime};

/// A runtime and what it is called in the table.
#[derive(Debug)]
pub struct Bench {
    runtime: Runtime,
    name: &'static str,
}

impl Bench {
    /// One thread.
    #[must_use]
    pub fn current_thread() -> Self {
        Self::new(Builder::new_current_thread(), "current-thread")
    }

    /// Two threads that take work from each other.
    #[must_use]
    pub fn two_workers() -> Self {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(2);
        Self::new(builder, "two workers")
    }

    /// Both of them.
    #[must_use]
    pub fn both() -> [Self; 2] {
        [Self::current_thread(), Self::two_workers()]
    }

    fn new(mut builder: Builder, name: &'static str) -> Self {
        match builder.enable_all().build() {
            Ok(runtime) => Self { runtime, name },
            Err(error) => panic!("no runtime could be made: {error}"),
        }
    }

    /// Runs a scoped call as a task of the runtime.
    ///
    /// # Panics
    ///
    /// If the call was cancelled or panicked.
    pub fn run<C>(&self, call: C) -> C::Output
    where
        C: Call<Output: Send + 'static>,
        C::Started: Send + 'static,
    {
        match self.run_plain(rejoin::run(call)) {
            Ok(output) => output,
            Err(cancelled) => panic!("nobody cancels a measurement: {cancelled}"),
        }
    }

    /// Runs a future as a task of the runtime.
    ///
    /// # Panics
    ///
    /// If the future panicked.
    pub fn run_plain<F>(&self, future: F) -> F::Output
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        match self.runtime.block_on(self.runtime.spawn(future)) {
            Ok(output) => output,
            Err(error) => panic!("a measurement failed: {error}"),
        }
    }
}

impl fmt::Display for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
