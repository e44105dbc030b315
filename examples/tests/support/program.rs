//! An example as a process of its own, and its log.

use std::env;
use std::io::{BufRead, BufReader};
use std::mem;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rejoin::prelude::*;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// How long a line of the log, or the end of the program, is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A running example. Dropping it, as a failed assertion does, kills the process.
pub(crate) struct Program {
    child: Child,
    output: UnboundedReceiver<String>,
    log: Vec<String>,
}

impl Drop for Program {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program leaves.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) log: Vec<String>,
}

impl Program {
    /// Starts an example.
    ///
    /// cargo builds the examples before it runs the tests of a package, but not for `--test NAME`.
    pub(crate) fn start(example: &str, variables: &[(&str, &str)]) -> Self {
        Self::start_with(example, &[], variables)
    }

    /// Starts an example with arguments.
    pub(crate) fn start_with(example: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let path = executable(example);
        let mut command = Command::new(&path);
        command
            .args(arguments)
            .env("RUST_BACKTRACE", "0")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("{}: {error}; build it with `cargo build --example {example}`", path.display())
        });
        let output = child.stdout.take().expect("its output is piped");
        Self { child, output: lines(output), log: Vec::new() }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).expect("it has not ended");
    }

    fn find(&self, wanted: &str) -> Option<&str> {
        self.log.iter().find(|line| line.contains(wanted)).map(String::as_str)
    }
}

#[scoped]
impl Program {
    /// The address behind the `http://` or `tcp://` of its first line.
    pub(crate) async fn address(&mut self) -> SocketAddr {
        let line = self.line("://").await;
        let (_, address) = line.split_once("://").expect("the line that was looked for");
        address.parse().expect("an address")
    }

    /// The address of the page of all tasks.
    pub(crate) async fn tasks_address(&mut self) -> SocketAddr {
        let line = self.line("all tasks: http://").await;
        let (_, address) = line.split_once("://").expect("the line that was looked for");
        address.parse().expect("an address")
    }

    /// Waits until each of the texts stands in a line of the log, in any order.
    pub(crate) async fn logs(&mut self, wanted: &[&str]) {
        for text in wanted {
            self.line(text).await;
        }
    }

    /// Waits for a line with this text, which may have been logged before.
    async fn line(&mut self, wanted: &str) -> String {
        match self.read_until(wanted).timeout(PATIENCE).await {
            Ok(Some(line)) => line,
            Ok(None) => panic!("the program ended without logging {wanted:?}: {:#?}", self.log),
            Err(_) => panic!("{wanted:?} was not logged within {PATIENCE:?}: {:#?}", self.log),
        }
    }

    async fn read_until(&mut self, wanted: &str) -> Option<String> {
        loop {
            if let Some(line) = self.find(wanted) {
                return Some(line.to_owned());
            }
            self.log.push(self.output.recv().await?);
        }
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn end(mut self) -> Ended {
        let ending = scope!(async {
            while let Some(line) = self.output.recv().await {
                self.log.push(line);
            }
        });
        match ending.timeout(PATIENCE).await {
            // Its output is closed, so it is as good as gone.
            Ok(()) => {
                let status = self.child.wait().expect("it is a child");
                Ended { code: status.code(), log: mem::take(&mut self.log) }
            }
            Err(_) => panic!("the program did not end within {PATIENCE:?}: {:#?}", self.log),
        }
    }
}

/// Reads on a thread of its own, whatever the test does: a program whose log nobody reads stands still.
fn lines(output: ChildStdout) -> UnboundedReceiver<String> {
    let (sender, lines) = unbounded_channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            if sender.send(line.expect("its output is text")).is_err() {
                break;
            }
        }
    });
    lines
}

/// `target/debug/examples/NAME`, beside the `deps` that this test stands in.
fn executable(example: &str) -> PathBuf {
    let test = env::current_exe().expect("a test has a path");
    let profile = test.ancestors().nth(2).expect("a test stands in target/PROFILE/deps");
    profile.join("examples").join(example).with_extension(env::consts::EXE_EXTENSION)
}
