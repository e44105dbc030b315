//! Prints `scope!`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Expr;

use super::body::{Around, print};
use super::site;
use crate::lower::{AsyncBlock, Place};
use crate::paths::{Paths, hidden};

/// `scope!(async { … })`
pub(crate) fn scope_block(paths: &Paths, block: AsyncBlock) -> TokenStream {
    let p = paths.private();
    let AsyncBlock { moves, body, place } = block;
    let around = Around { paths, function: "", local: false };
    let printed = print(around, body, &TokenStream::new(), None);
    let (content, enter, made) = (&printed.content, hidden("__enter"), hidden("__body"));
    let capture = moves.then(|| quote!(move));
    let site = site::print(paths, "", &place);
    // A direct argument of a function that asks for `FnOnce`, or it would be taken for `FnMut`.
    let (once, scoped) = match (printed.framed, printed.strict) {
        (false, _) => (quote!(leaf_once), quote!(#p::Scoped::leaf(#made))),
        (true, false) => (quote!(framed_once), quote!(#p::Scoped::framed(#made, #site))),
        (true, true) => (quote!(strict_once), quote!(#p::Scoped::strict(#made, #site))),
    };
    quote!({
        let #made = #p::#once(#capture |#enter| async #capture { #content });
        unsafe { #scoped }
    })
}

/// `scope!(future)`
pub(crate) fn scope_future(paths: &Paths, future: &Expr, place: &Place) -> TokenStream {
    let p = paths.private();
    let site = site::print(paths, "", place);
    quote!(#p::call(#future, #site))
}
