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
    let (content, enter, cx) = (&printed.content, hidden("__enter"), hidden("__cx"));
    let capture = moves.then(|| quote!(move));
    let site = site::print(paths, "", &place);
    // A direct argument of a function that asks for `FnOnce`, or it would be taken for `FnMut`; and
    // of none that is named by a path, which could put another closure in its place.
    let body = quote!(#capture |#enter| async #capture { #content });
    let scoped = match (printed.framed, printed.strict) {
        (false, _) => quote!(#cx.block(#body)),
        (true, false) => quote!(#cx.framed_block(#body, #site)),
        (true, true) => quote!(#cx.strict_block(#body, #site)),
    };
    quote!({
        let #cx = unsafe { <#p::LeafCx>::of_expansion() };
        #scoped
    })
}

/// `scope!(future)`
pub(crate) fn scope_future(paths: &Paths, future: &Expr, place: &Place) -> TokenStream {
    let p = paths.private();
    let site = site::print(paths, "", place);
    quote!(#p::call(#future, #site))
}
