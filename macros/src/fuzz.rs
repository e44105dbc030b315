//! The root of the fuzz target in `fuzz/`, no part of the crate: a procedural macro cannot be linked, so
//! the target is built from the same modules.
#![no_main]
#![allow(dead_code, reason = "not every entry is fuzzed")]

extern crate proc_macro;

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
#[path = "../../fuzz/program.rs"]
mod program;
mod scope;
mod scoped;
mod text;
mod tokens;
mod words;

use libfuzzer_sys::fuzz_target;
use proc_macro2::TokenStream;

fuzz_target!(|data: &[u8]| {
    let (arguments, body) = program::of(data);
    let (Ok(arguments), Ok(body)) = (arguments.parse::<TokenStream>(), body.parse::<TokenStream>()) else {
        return;
    };
    let function =
        quote::quote!(async fn f<'g>(g: TaskGroup<'g, u32>, a: u32, b: &mut T) -> Result<u32, E> { #body });
    is_a_file("scoped", scoped::expand(arguments.clone(), function.clone()));
    is_a_file(
        "scoped impl",
        scoped::expand(arguments.clone(), quote::quote!(impl T { fn g() {} #function })),
    );
    is_a_file("root", entry::root(arguments.clone(), function));
    is_a_file("main", entry::main(arguments.clone(), quote::quote!(async fn main() { #body })));
    is_a_file("test", entry::test(arguments, quote::quote!(async fn t() { #body })));
    let block = scope::expand(quote::quote!(async { #body }));
    assert!(
        block.to_string().contains("compile_error") || syn::parse2::<syn::Expr>(block.clone()).is_ok(),
        "{block}"
    );
});

/// What was accepted is a file, and what was not is one, too.
fn is_a_file(what: &str, output: TokenStream) {
    if let Err(error) = syn::parse2::<syn::File>(output.clone()) {
        // A body that did not parse is printed back as it was.
        assert!(output.to_string().contains("compile_error"), "{what}: {error}\n{output}");
    }
}
