//! Programs that must compile, and without a single lint: what the rules accept, and code that is odd
//! but legal.
#![deny(warnings, unused, unreachable_code, rust_2018_idioms, rust_2021_compatibility)]
#![allow(dead_code, unreachable_pub, reason = "compiled, and never run")]
#![allow(
    clippy::all,
    clippy::todo,
    clippy::unimplemented,
    clippy::mem_forget,
    reason = "odd but legal code is what it is about"
)]

#[path = "modules.rs"]
mod modules;

mod edition_2024 {
    pub mod let_chains;
    pub mod never_with_a_task;
    pub mod tasks_in_let_chains;
}
mod with_unsafe {
    pub mod unsafe_blocks;
    pub mod unsafe_functions;
}

#[test]
fn one_of_them_runs() {
    let sum = rejoin::block_on(modules::syntax::await_in_every_position::check(vec![0; 20]));
    assert!(sum.is_ok_and(|sum| sum > 0));
}
