//! Prints `join_all!`, `try_join_all!` and `race_ok!`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::visit_mut::VisitMut;

use super::body::{Printer, first_span};
use super::combine::{used, wait};
use crate::lower::Collection;
use crate::paths::RACE_OK;

impl Printer<'_> {
    pub(super) fn collection(&mut self, mut collection: Collection) -> TokenStream {
        self.visit_expr_mut(&mut collection.calls);
        let limit = match collection.limit.take() {
            Some(mut limit) => {
                self.visit_expr_mut(&mut limit);
                quote!(::core::option::Option::Some(#limit),)
            }
            None if collection.name == RACE_OK => TokenStream::new(),
            None => quote!(::core::option::Option::None,),
        };
        let (p, site, calls) = (self.private(), self.site(&collection.place), &collection.calls);
        let name = Ident::new(collection.name, Span::mixed_site().located_at(collection.place.span));
        // Where the user has the calls, for the panic about a limit of nothing.
        let call = quote_spanned!(first_span(calls)=> #p::#name(#p::calls(#calls), #limit #site));
        let point = self.call("at", quote!(#call, #site), collection.place.span, collection.place.span);
        let (used, wait) = (used(&collection.word), wait(&collection.place));
        quote!({ #used #point #wait })
    }
}
