//! Random programs: nested scopes with tasks, groups, daemons, clean-up, limits, shields, panics,
//! errors and dropped roots, ended in random ways on a paused clock. What each of them did is written
//! down and compared with what `language.md` promises of every program.
//!
//! `REJOIN_TREES` is how many; `.ci/random-trees` runs many more than the ordinary tests do.
#![cfg(not(miri))]

mod found;
mod promises;
mod run;
mod tree;
mod world;

use std::env;

use proptest::test_runner::{Config, FileFailurePersistence, TestError, TestRunner};

/// As many trees as asked for, or this many.
const TREES: u32 = 200;

#[test]
fn what_was_found_before_keeps_what_is_promised() {
    world::listen();
    for program in found::programs() {
        let log = run::run(&program);
        if let Err(why) = promises::check(&program, &log) {
            panic!("{why}\nprogram: {program:#?}\nwhat happened:\n{}", world::print(&log));
        }
    }
}

#[test]
fn every_random_tree_keeps_what_is_promised() {
    world::listen();
    let cases = env::var("REJOIN_TREES").map_or(TREES, |text| text.parse().expect("a number"));
    let seeds = FileFailurePersistence::Direct("tests/random_trees/failures.txt");
    let config = Config {
        cases,
        failure_persistence: Some(Box::new(seeds)),
        source_file: Some(file!()),
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&tree::programs(), |program| {
        promises::check(&program, &run::run(&program)).map_err(proptest::test_runner::TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, program)) => {
            let log = run::run(&program);
            panic!("{why}\nprogram: {program:#?}\nwhat happened:\n{}", world::print(&log));
        }
        Err(error) => panic!("{error}"),
    }
}
