//! What the tests of the examples share: a program under test, and clients that can leave.
#![allow(dead_code, reason = "no test needs all of it")]

pub(crate) mod http;
pub(crate) mod line;
pub(crate) mod program;

use std::fs;
use std::path::PathBuf;
use std::process;

/// A path for a file or a folder that is not there yet.
pub(crate) fn fresh_path(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(process::id().to_string());
    fs::create_dir_all(&folder).expect("a folder for the files of tests");
    folder.join(name)
}
