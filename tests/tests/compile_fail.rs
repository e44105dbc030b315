//! What the compiler must refuse, and what it then says.
#![cfg(not(miri))]

use std::process::Command;

/// The compiler whose own messages are compared. Ours are compared on every one.
const PINNED: &str = "rustc 1.95.";

/// Whether the messages of this compiler are those that were written down.
fn is_pinned(what: &str) -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("a compiler");
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    let pinned = version.starts_with(PINNED);
    if !pinned {
        println!(
            "{what} is not compared: this is {}, and the messages are those of {PINNED}*",
            version.trim()
        );
    }
    pinned
}

#[test]
fn mistakes_are_refused_with_the_right_words() {
    trybuild::TestCases::new().compile_fail("ui/soundness/*.rs");
}

/// One mistake a file, and what the rules say of it.
#[test]
fn rules() {
    trybuild::TestCases::new().compile_fail("ui/rules/*/*.rs");
}

/// The compiler's own messages, seen through the expansion.
#[test]
fn rustc() {
    if is_pinned("ui/rustc") {
        trybuild::TestCases::new().compile_fail("ui/rustc/*.rs");
    }
}

/// Lints still see what the user wrote.
#[test]
fn lints() {
    if is_pinned("ui/lints") {
        trybuild::TestCases::new().compile_fail("ui/lints/*.rs");
    }
}

/// Known ways to hang and to leak that do not compile; `kernels.md` lists all.
#[test]
fn kernels() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/kernels/*.rs");
    if is_pinned("ui/kernels/rustc") {
        cases.compile_fail("ui/kernels/rustc/*.rs");
    }
}
