//! An example as a process of its own, and its log.

use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rejoin::prelude::*;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// How long a line of the log, or the end of the program, is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A running example. Dropping it, as a failed assertion does, kills the process.
pub(crate) struct Program {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
    log: Vec<String>,
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
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("{}: {error}; build it with `cargo build --example {example}`", path.display())
        });
        let output = child.stdout.take().expect("its output is piped");
        Self { child, output: BufReader::new(output).lines(), log: Vec::new() }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = self.child.id().expect("it has not ended");
        kill(Pid::from_raw(pid.cast_signed()), signal).expect("it can be signalled");
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
            let line = self.output.next_line().await.expect("its output is text")?;
            self.log.push(line);
        }
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn end(mut self) -> Ended {
        let ending = scope!(async {
            while let Some(line) = self.output.next_line().await.expect("its output is text") {
                self.log.push(line);
            }
            self.child.wait().await.expect("it is a child")
        });
        match ending.timeout(PATIENCE).await {
            Ok(status) => Ended { code: status.code(), log: self.log },
            Err(_) => panic!("the program did not end within {PATIENCE:?}: {:#?}", self.log),
        }
    }
}

/// `target/debug/examples/NAME`, beside the `deps` that this test stands in.
fn executable(example: &str) -> PathBuf {
    let test = env::current_exe().expect("a test has a path");
    let profile = test.ancestors().nth(2).expect("a test stands in target/PROFILE/deps");
    profile.join("examples").join(example).with_extension(env::consts::EXE_EXTENSION)
}
