//! Prints macros of others.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Ident, Macro, Pat};

use super::body::{Printer, first_span};
use crate::lower::{Argument, Foreign, Keep};
use crate::others::{Select, Separator};

impl Printer<'_> {
    pub(super) fn foreign(&mut self, foreign: Foreign, mac: &Macro) -> TokenStream {
        match foreign {
            Foreign::Hoisted(arguments, separator) => self.hoisted(arguments, separator, mac),
            Foreign::Waits(select, place) => {
                let (site, cx) = (self.site(&place), self.cx());
                let waits = match select {
                    Some(select) => self.select(select, mac),
                    None => quote!(#mac),
                };
                // What it waits for is ordinary, and not asked for its value in a cancelled scope.
                quote!({
                    #cx.at(::core::future::ready(()), #site).await;
                    #cx.waits_in(#site);
                    #waits
                })
            }
            Foreign::Exit => self.known_exit(mac),
        }
    }

    /// `match (first, second) { (a, b) => mac!("…", a, b) }`: temporaries live until the end.
    fn hoisted(&mut self, arguments: Vec<Argument>, separator: Separator, mac: &Macro) -> TokenStream {
        let mut names: Vec<Ident> = Vec::new();
        let mut values: Vec<TokenStream> = Vec::new();
        let mut given: Vec<TokenStream> = Vec::new();
        for argument in arguments {
            match argument {
                Argument::Keep(tokens) => given.push(tokens),
                Argument::Hoist(key, mut value, keep) => {
                    self.visit_expr_mut(&mut value);
                    let name = self.given("__argument", first_span(&value));
                    let key = key.map(|key| quote!(#key =));
                    given.push(match keep {
                        Keep::Place => quote!(#key *#name),
                        Keep::Value | Keep::Target => quote!(#key #name),
                    });
                    names.push(name);
                    values.push(match keep {
                        Keep::Value => quote!(#value),
                        Keep::Place => quote!(&#value),
                        Keep::Target => quote!(&mut #value),
                    });
                }
            }
        }
        let given = match separator {
            Separator::Comma => quote!(#(#given),*),
            Separator::Semicolon => quote!(#(#given);*),
        };
        let mut mac = mac.clone();
        mac.tokens = given;
        quote!(match (#(#values,)*) { (#(#names,)*) => #mac })
    }

    /// A name of ours that a macro of somebody else's is given. It must not have our hygiene, from
    /// which a procedural macro could make the name of the context (S0).
    fn given(&mut self, name: &str, place: Span) -> Ident {
        format_ident!("{}{}", name, self.number(), span = Span::call_site().located_at(place))
    }

    /// The macro chooses the branch; the handlers are code of the function, outside of it.
    fn select(&mut self, select: Select, mac: &Macro) -> TokenStream {
        let chosen = self.given("RejoinChosen", Span::call_site());
        let count = select.branches.len();
        let parameters: Vec<Ident> =
            (0..count).map(|_| self.given("RejoinOutput", Span::call_site())).collect();
        let variants: Vec<Ident> =
            (0..count).map(|_| self.given("RejoinBranch", Span::call_site())).collect();
        let otherwise = self.given("RejoinElse", Span::call_site());
        let mut branches = TokenStream::new();
        let mut arms = TokenStream::new();
        for (branch, variant) in select.branches.into_iter().zip(&variants) {
            let bindings = bindings(&branch.pattern);
            let names: Vec<&Ident> = bindings.iter().map(|(name, _)| name).collect();
            let rebound = bindings
                .iter()
                .map(|(name, mutable)| if *mutable { quote!(mut #name) } else { quote!(#name) });
            let mut pattern = branch.pattern;
            Immutable.visit_pat_mut(&mut pattern);
            let future = branch.future;
            let condition = branch.condition.map(|condition| quote!(, if #condition));
            let mut handler = branch.handler;
            self.visit_expr_mut(&mut handler);
            branches.extend(quote!(#pattern = #future #condition => #chosen::#variant((#(#names,)*)),));
            arms.extend(quote!(#chosen::#variant((#(#rebound,)*)) => #handler,));
        }
        if let Some(mut handler) = select.otherwise {
            self.visit_expr_mut(&mut handler);
            branches.extend(quote!(else => #chosen::#otherwise,));
            arms.extend(quote!(#chosen::#otherwise => #handler,));
        } else {
            let p = self.private();
            arms.extend(quote!(#chosen::#otherwise => #p::never(),));
        }
        let biased = select.biased.then(|| quote!(biased;));
        let mut mac = mac.clone();
        mac.tokens = quote!(#biased #branches);
        quote!({
            enum #chosen<#(#parameters),*> { #(#variants(#parameters),)* #otherwise }
            match #mac { #arms }
        })
    }

    /// The macro's own `return` leaves a closure; what it returned then leaves the function, by way
    /// of the tasks that are open.
    fn known_exit(&mut self, mac: &Macro) -> TokenStream {
        let error = crate::paths::hidden("__error");
        let value = self.wrap(quote!(::core::result::Result::Err(#error)));
        let leave = self.scopes.print_return(&value);
        let (p, result) = (self.private(), &self.result);
        let error_type =
            if result.to_string() == "_" { quote!(_) } else { quote!(<#result as #p::ResultOf>::Error) };
        let diverges = mac.path.segments.last().is_some_and(|last| last.ident == "bail");
        if diverges {
            quote!(match (|| -> ::core::result::Result<::core::convert::Infallible, #error_type> { #mac })() {
                ::core::result::Result::Err(#error) => #leave,
                ::core::result::Result::Ok(never) => match never {},
            })
        } else {
            quote!(if let ::core::result::Result::Err(#error) =
                (|| -> ::core::result::Result<(), #error_type> { #mac; ::core::result::Result::Ok(()) })()
            { #leave })
        }
    }
}

/// The names a pattern binds, and whether mutably.
fn bindings(pattern: &Pat) -> Vec<(Ident, bool)> {
    struct Names(Vec<(Ident, bool)>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
            // A name in capitals is a constant or a variant.
            let constant =
                pattern.subpat.is_none() && pattern.ident.to_string().starts_with(char::is_uppercase);
            if !constant && !self.0.iter().any(|(name, _)| *name == pattern.ident) {
                self.0.push((pattern.ident.clone(), pattern.mutability.is_some()));
            }
            syn::visit::visit_pat_ident(self, pattern);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}

/// Input `Some(mut x)`, output `Some(x)`.
struct Immutable;

impl VisitMut for Immutable {
    fn visit_pat_ident_mut(&mut self, pattern: &mut syn::PatIdent) {
        pattern.mutability = None;
        syn::visit_mut::visit_pat_ident_mut(self, pattern);
    }
}
