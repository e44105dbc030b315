//! The rules the compiler holds scoped bodies to, a page each.
//!
//! An error of a rule ends with its name in brackets. Where the rule is wrong about a function, it
//! is allowed there, with the reason written out:
//!
//! ```
//! # use rejoin::prelude::*;
//! #[scoped(allow(blocking_call, reason = "the start of the program: nothing else runs yet"))]
//! async fn read_configuration() -> String {
//!     std::thread::sleep(std::time::Duration::from_millis(1));
//!     String::from("…")
//! }
//! ```
//!
//! `#[rejoin::main]`, `#[rejoin::test]` and `#[rejoin::root]` take the same option, and what a
//! function allows holds for every `scope!` in it. An `allow` without a reason is an error.
//!
//! What the checks do not understand they let pass, because the scope joins every task anyway: an
//! exit that nobody could see is reported when it happens, and fails [`test`](macro@crate::test).

#[doc = include_str!("rules/blocking_call.md")]
pub mod blocking_call {}

#[doc = include_str!("rules/endless_loop.md")]
pub mod endless_loop {}

#[doc = include_str!("rules/escaping_task.md")]
pub mod escaping_task {}

#[doc = include_str!("rules/foreign_attribute.md")]
pub mod foreign_attribute {}

#[doc = include_str!("rules/foreign_token.md")]
pub mod foreign_token {}

#[doc = include_str!("rules/forgotten_task.md")]
pub mod forgotten_task {}

#[doc = include_str!("rules/guard_across_spawn.md")]
pub mod guard_across_spawn {}

#[doc = include_str!("rules/hidden_await.md")]
pub mod hidden_await {}

#[doc = include_str!("rules/hidden_exit.md")]
pub mod hidden_exit {}

#[doc = include_str!("rules/misplaced_word.md")]
pub mod misplaced_word {}

#[doc = include_str!("rules/needs_cancelled_error.md")]
pub mod needs_cancelled_error {}

#[doc = include_str!("rules/open_sender.md")]
pub mod open_sender {}

#[doc = include_str!("rules/pointless_timeout.md")]
pub mod pointless_timeout {}

#[doc = include_str!("rules/self_limit.md")]
pub mod self_limit {}

#[doc = include_str!("rules/unbound_spawn.md")]
pub mod unbound_spawn {}

#[doc = include_str!("rules/unresolved_group.md")]
pub mod unresolved_group {}

#[doc = include_str!("rules/unresolved_task.md")]
pub mod unresolved_task {}

#[doc = include_str!("rules/unscoped_spawn.md")]
pub mod unscoped_spawn {}
