//! Prints `join_all!`, `try_join_all!` and `race_ok!`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;

use super::body::{Printer, first_span};
use super::combine::{used, wait};
use crate::lower::Collection;
use crate::paths::{JOIN_ALL, RACE_OK};

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
        let (place, site, calls) = (collection.place.span, self.site(&collection.place), collection.calls);
        // Stands where the calls stand, for errors about them.
        let (first, last) = (first_span(&calls), last_span(&calls));
        let calls = self.call("calls", quote!(#calls), first, last);
        let method = match collection.name {
            JOIN_ALL => "collect_all",
            RACE_OK => "first_ok",
            _ => "try_collect_all",
        };
        let all = self.call(method, quote!(#calls, #limit #site), place, place);
        let point = self.call("at", quote!(#all, #site), place, place);
        let (used, wait) = (used(&collection.word), wait(&collection.place));
        quote!({ #used #point #wait })
    }
}

fn last_span(tokens: &impl ToTokens) -> Span {
    tokens.to_token_stream().into_iter().last().map_or_else(Span::mixed_site, |last| last.span())
}
