//! Several things in one task: `join!`, `try_join!`, `race!`; and in many: `join_all!`, `try_join_all!`, `race_ok!`.

mod all;
mod branch;
mod chain;
mod collections;
mod context;
mod first;
mod outputs;
mod taken;
mod together;
mod turn;

/// All branches of a `race!` were disabled, and it has no `else`.
///
/// # Panics
///
/// Always.
#[cold]
#[track_caller]
pub fn nobody_is_left<T>() -> T {
    panic!("all branches of a `race!` are disabled, and it has no `else`")
}
