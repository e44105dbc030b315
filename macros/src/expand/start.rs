//! Prints the start of a child.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Attribute;
use syn::visit_mut::VisitMut;

use super::body::{Around, Printer, first_span, last_span, print};
use crate::lower::{Blocking, Body, Operand, Place, Start};
use crate::paths::hidden;

/// Names a word by the user's own path and does nothing else: the import is used, editors know what
/// the name is, and a name that is not in scope is an error.
pub(super) fn named(word: &syn::Path) -> TokenStream {
    quote!(#word! { @named })
}

impl Printer<'_> {
    /// The empty owner, in its final variable, then the start: in this order (S3, S4).
    pub(super) fn start(
        &mut self,
        method: &str,
        owner: &TokenStream,
        start: Start,
        cfgs: &[&Attribute],
    ) -> TokenStream {
        let linked = start.linked;
        let place = start.place.clone();
        let named = named(&start.word);
        let spec = self.spec(start.name, &place);
        let operand = if linked { self.linked_operand(start.operand) } else { self.operand(start.operand) };
        let span = Span::mixed_site().located_at(place.span);
        let (arguments, method) = if linked {
            let convert = self.convert(span);
            let method = match method {
                "start_daemon" => "start_linked_daemon",
                _ => "start_linked",
            };
            (quote!(&mut #owner, #operand, #convert, #spec), method)
        } else {
            (quote!(&mut #owner, #operand, #spec), method)
        };
        let call = self.call(method, arguments, place.span, place.span);
        // Made by the context: one that is named by a path could be another, that is never dropped.
        let cx = self.cx();
        // Stands where the name stands, to which errors about the owner point.
        let mutable = quote_spanned!(first_span(owner)=> mut);
        quote! {
            #(#cfgs)* #named
            #(#cfgs)* let #mutable #owner = #cx.guard();
            #(#cfgs)* #call;
        }
    }

    /// What makes the function's result of a child's error.
    pub(super) fn convert(&self, span: Span) -> TokenStream {
        let (error, result) = (Ident::new("__error", span), &self.result);
        // A real `?` converts, so that its errors are rustc's own.
        let question = quote_spanned!(span=> ?);
        quote!(|#error| -> #result { match #error #question {} })
    }

    fn spec(&mut self, name: Option<syn::Expr>, place: &Place) -> TokenStream {
        let named = name.map(|mut name| {
            self.visit_expr_mut(&mut name);
            quote!(.named(#name))
        });
        let (p, site) = (self.private(), self.site(place));
        quote!(#p::Spec::at(#site) #named)
    }

    /// What is started.
    pub(super) fn operand(&mut self, operand: Operand) -> TokenStream {
        match operand {
            Operand::Call(mut call) => {
                self.visit_expr_mut(&mut call);
                quote!(#call)
            }
            Operand::Blocking(blocking) => self.blocking(&blocking),
            Operand::Block(block) => self.async_block(block.body, block.moves, &block.place, None),
        }
    }

    /// The work of `spawn_blocking!`, as a scoped call.
    fn blocking(&self, blocking: &Blocking) -> TokenStream {
        let Blocking { work, abandon, flag, place } = blocking;
        let site = self.site(place);
        let method = if *flag { "blocking" } else { "blocking_plain" };
        // Stands where the work stands, for errors about what it captures.
        self.call(method, quote!(#work, #abandon, #site), first_span(work), last_span(work))
    }

    /// What is started where its error is the function's: that of a block is of the function's type.
    pub(super) fn linked_operand(&mut self, operand: Operand) -> TokenStream {
        let Operand::Block(block) = operand else { return self.operand(operand) };
        let (p, result) = (self.private(), &self.result);
        let expected = quote!(::core::result::Result<_, <#result as #p::ResultOf>::Error>);
        let expected = (result.to_string() != "_").then_some(expected);
        self.async_block(block.body, block.moves, &block.place, expected.as_ref())
    }

    /// An `async` block that is a scoped body, as a scoped call.
    pub(super) fn async_block(
        &mut self,
        body: Body,
        moves: bool,
        place: &Place,
        result: Option<&TokenStream>,
    ) -> TokenStream {
        let around = Around { paths: self.paths, function: self.function, local: self.local };
        let printed = print(around, body, &TokenStream::new(), result);
        let (content, enter) = (&printed.content, hidden("__enter"));
        let capture = moves.then(|| quote!(move));
        // The tokens stand where the user's do, for errors about what they capture.
        let span = Span::mixed_site().located_at(place.span);
        let closure = quote_spanned!(span=> #capture |#enter| async #capture { #content });
        let site = self.site(place);
        let (method, arguments) = match (printed.framed, printed.strict) {
            (false, _) => ("block", quote!(#closure)),
            (true, false) => ("framed_block", quote!(#closure, #site)),
            (true, true) => ("strict_block", quote!(#closure, #site)),
        };
        self.call(method, arguments, place.span, place.span)
    }

    /// `spawn!(…).await`: nothing can come between the start and the end.
    pub(super) fn spawn_await(&mut self, start: Start, place: &Place) -> TokenStream {
        // Where the user has it, for lints about it.
        let value = Ident::new("__value", Span::mixed_site().located_at(place.span));
        let owner = hidden("__task");
        let start = self.start("start", &quote!(#owner), start, &[]);
        let site = self.site(place);
        let join = self.call("join", quote!(#owner, #site), place.span, place.span);
        // In parentheses, or a statement would end with it.
        quote!(({ #start let #value = #join.await; #value }))
    }
}
