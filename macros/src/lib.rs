//! The macros of `rejoin`, which documents them. Do not depend on this crate.

mod check;
mod diag;
mod entry;
mod expand;
mod fallback;
mod lower;
mod parse;
mod paths;
mod scope;
mod scoped;
mod text;

use proc_macro::TokenStream;

/// See `rejoin::scoped`.
#[proc_macro_attribute]
pub fn scoped(arguments: TokenStream, item: TokenStream) -> TokenStream {
    scoped::expand(arguments.into(), item.into()).into()
}

/// See `rejoin::main`.
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::main(arguments.into(), item.into()).into()
}

/// See `rejoin::test`.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::test(arguments.into(), item.into()).into()
}

/// See `rejoin::root`.
#[proc_macro_attribute]
pub fn root(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::root(arguments.into(), item.into()).into()
}

/// See `rejoin::scope`.
#[proc_macro]
pub fn scope(input: TokenStream) -> TokenStream {
    scope::expand(input.into()).into()
}

/// See `rejoin::spawn`.
#[proc_macro]
pub fn spawn(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::SPAWN).into()
}

/// See `rejoin::daemon`.
#[proc_macro]
pub fn daemon(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::DAEMON).into()
}

/// See `rejoin::task_group`.
#[proc_macro]
pub fn task_group(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::TASK_GROUP).into()
}

/// See `rejoin::defer`.
#[proc_macro]
pub fn defer(input: TokenStream) -> TokenStream {
    scope::word(input.into(), paths::DEFER).into()
}
