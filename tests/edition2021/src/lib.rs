//! What `rejoin-tests` accepts, in a caller of edition 2021 that forbids unsafe code.
#![deny(warnings, unused, unreachable_code, rust_2018_idioms, keyword_idents)]
#![forbid(unsafe_code)]
#![allow(clippy::all, reason = "odd but legal code is what it is about")]

#[path = "../../tests/accepts/modules.rs"]
pub mod modules;
