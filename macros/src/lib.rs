//! The macros of `rejoin`, which documents them. Do not depend on this crate.
#![allow(
    clippy::large_enum_variant,
    clippy::result_large_err,
    reason = "syntax nodes are large, few and short-lived"
)]
#![allow(missing_docs, reason = "documented where they are re-exported")]

mod check;
mod diag;
mod entry;
mod expand;
mod fallback;
mod lower;
mod names;
mod others;
mod parse;
mod paths;
mod scope;
mod scoped;
mod text;
mod tokens;
mod words;

use proc_macro::TokenStream;

#[proc_macro_attribute]
pub fn scoped(arguments: TokenStream, item: TokenStream) -> TokenStream {
    scoped::expand(arguments.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::main(arguments.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::test(arguments.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn root(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::root(arguments.into(), item.into()).into()
}

#[proc_macro]
pub fn scope(input: TokenStream) -> TokenStream {
    scope::expand(input.into()).into()
}

#[proc_macro]
pub fn spawn(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::SPAWN).into()
}

#[proc_macro]
pub fn spawn_blocking(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::SPAWN_BLOCKING).into()
}

#[proc_macro]
pub fn daemon(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::DAEMON).into()
}

#[proc_macro]
pub fn task_group(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::TASK_GROUP).into()
}

#[proc_macro]
pub fn join(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::JOIN).into()
}

#[proc_macro]
pub fn try_join(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::TRY_JOIN).into()
}

#[proc_macro]
pub fn race(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::RACE).into()
}

#[proc_macro]
pub fn defer(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::DEFER).into()
}

#[proc_macro]
pub fn join_all(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::JOIN_ALL).into()
}

#[proc_macro]
pub fn try_join_all(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::TRY_JOIN_ALL).into()
}

#[proc_macro]
pub fn race_ok(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::RACE_OK).into()
}
