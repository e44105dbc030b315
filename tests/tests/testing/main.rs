//! Tests that run many times, tried on programs known to be right and on programs known to be wrong.
//!
//! The wrong ones are ignored; `run` runs each in a process of its own and reads what it says.

mod everywhere;
mod shuffle;

use std::process::Command;

/// Runs an ignored test of this binary by its path; its output if it failed.
fn run(test: &str, variables: &[(&str, &str)]) -> Result<(), String> {
    let mut command = Command::new(std::env::current_exe().expect("this test's own path"));
    command.args(["--exact", test, "--ignored", "--nocapture"]).env_remove("RUST_BACKTRACE");
    command.env_remove("REJOIN_RUN").env_remove("REJOIN_SEED").envs(variables.iter().copied());
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("running 1 test"), "there is no test `{test}`: {said}");
    if output.status.success() { Ok(()) } else { Err(said.into_owned()) }
}

/// The value of an environment variable in what a failed test said of how to repeat it.
fn told(said: &str, variable: &str) -> String {
    let (_, behind) =
        said.split_once(&format!("{variable}=")).unwrap_or_else(|| panic!("no {variable} in {said}"));
    behind.split_whitespace().next().expect("a value").to_owned()
}
