//! Prints what `#[instrument]` asks for: a span around the body, and events for what it returns.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit::Visit;
use syn::{Expr, ExprLit, FnArg, Lit, Pat, Signature, Type};

use crate::parse::instrument::{Form, Instrument, Outcome};
use crate::paths::{Paths, hidden};

/// What stands before a function's scoped call, and the methods behind it.
pub(super) struct Printed {
    pub(super) before: TokenStream,
    pub(super) behind: TokenStream,
}

pub(super) fn print(paths: &Paths, instrument: &Instrument, signature: &Signature) -> Printed {
    let p = paths.private();
    let span = hidden("__span");
    let level = level(paths, instrument.level.as_ref(), "INFO");
    let target = instrument.target.as_ref().map(|target| quote!(target: #target,));
    let parent = instrument.parent.as_ref().map(|parent| quote!(parent: #parent,));
    let name = match &instrument.name {
        Some(name) => name.to_token_stream(),
        None => signature.ident.to_string().to_token_stream(),
    };
    let parameters = fields(instrument, signature);
    let own = &instrument.fields;
    let own = (!own.is_empty()).then(|| quote!(#own,));
    let follows = instrument.follows_from.as_ref().map(|causes| {
        let cause = hidden("__cause");
        quote!(for #cause in #causes { #span.follows_from(#cause); })
    });
    // An import of the attribute is used, though it does nothing here.
    let (attribute, unused) = (&instrument.attribute, given("__unused"));
    let before = quote! {
        const _: () = {
            #[#attribute(skip_all)]
            fn #unused() {}
        };
        let #span = #p::tracing::span!(#target #parent #level, #name, #(#parameters,)* #own);
        #follows
    };
    let events = events(paths, instrument, target.as_ref());
    Printed { before, behind: quote!(#events.instrument(#span)) }
}

/// A name that macros of others are given: without our hygiene (S0).
fn given(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The same for whatever has it.
fn without_hygiene(tokens: &TokenStream) -> TokenStream {
    let respan = |mut tree: TokenTree| {
        tree.set_span(Span::call_site().located_at(tree.span()));
        tree
    };
    tokens.clone().into_iter().map(respan).collect()
}

/// Everything the span names.
pub(super) fn used(instrument: &Instrument, signature: &Signature) -> TokenStream {
    let (fields, own, parent) = (fields(instrument, signature), &instrument.fields, &instrument.parent);
    quote!(#(#fields)* #own #parent)
}

/// The parameters, as fields.
fn fields(instrument: &Instrument, signature: &Signature) -> Vec<TokenStream> {
    if instrument.skip_all {
        return Vec::new();
    }
    let given = names_given(&instrument.fields);
    let mut fields = Vec::new();
    for input in &signature.inputs {
        let names: Vec<(Ident, bool)> = match input {
            FnArg::Receiver(receiver) => vec![(Ident::from(receiver.self_token), false)],
            FnArg::Typed(input) => {
                let plain = matches!(&*input.pat, Pat::Ident(_)) && is_value(&input.ty);
                names_in(&input.pat).into_iter().map(|name| (name, plain)).collect()
            }
        };
        for (name, plain) in names {
            if instrument.skip.contains(&name) || given.contains(&name.to_string()) {
                continue;
            }
            fields.push(if plain { quote!(#name = #name) } else { quote!(#name = ?#name) });
        }
    }
    fields
}

fn names_in(pattern: &Pat) -> Vec<Ident> {
    struct Names(Vec<Ident>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
            self.0.push(name.ident.clone());
            syn::visit::visit_pat_ident(self, name);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}

/// The names before `=` or a comma in `fields(…)`.
fn names_given(fields: &TokenStream) -> Vec<String> {
    let mut names = Vec::new();
    let mut begins = true;
    for token in fields.clone() {
        match token {
            TokenTree::Ident(name) if begins => {
                names.push(name.to_string());
                begins = false;
            }
            TokenTree::Punct(punct) => {
                begins = matches!(punct.as_char(), ',' | '?' | '%') && begins || punct.as_char() == ','
            }
            _ => begins = false,
        }
    }
    names
}

/// Types that a field takes as they are.
fn is_value(ty: &Type) -> bool {
    const VALUES: &[&str] = &[
        "bool", "str", "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "u128", "i128", "f32", "f64",
        "usize", "isize",
    ];
    match ty {
        Type::Path(path) => {
            path.path.get_ident().is_some_and(|name| VALUES.iter().any(|value| name == value))
        }
        Type::Reference(reference) => is_value(&reference.elem),
        _ => false,
    }
}

/// `level = "debug"`, `level = 1`, `level = Level::DEBUG`.
fn level(paths: &Paths, level: Option<&Expr>, otherwise: &str) -> TokenStream {
    let p = without_hygiene(paths.private());
    let named = |name: &str| {
        let name = Ident::new(name, Span::call_site());
        quote!(#p::tracing::Level::#name)
    };
    let literal = match level {
        None => return named(otherwise),
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => text.value().to_uppercase(),
        Some(Expr::Lit(ExprLit { lit: Lit::Int(number), .. })) => number.base10_digits().to_owned(),
        Some(other) => return other.to_token_stream(),
    };
    match literal.as_str() {
        "TRACE" | "1" => named("TRACE"),
        "DEBUG" | "2" => named("DEBUG"),
        "INFO" | "3" => named("INFO"),
        "WARN" | "4" => named("WARN"),
        "ERROR" | "5" => named("ERROR"),
        _ => level.to_token_stream(),
    }
}

fn events(paths: &Paths, instrument: &Instrument, target: Option<&TokenStream>) -> TokenStream {
    let p = paths.private();
    let (result, value) = (hidden("__result"), given("__value"));
    let event = |outcome: &Outcome, otherwise: &str, default: Form, field: TokenStream| {
        let level = level(paths, outcome.level.as_ref(), otherwise);
        let shown = match outcome.form.unwrap_or(default) {
            Form::Debug => quote!(?),
            Form::Display => quote!(%),
        };
        quote!(#p::tracing::event!(#target #level, #field = #shown #value))
    };
    let err = instrument.err.as_ref().map(|err| event(err, "ERROR", Form::Display, quote!(error)));
    let ret = instrument.ret.as_ref().map(|ret| event(ret, "INFO", Form::Debug, quote!(return)));
    let told = match (err, ret) {
        (None, None) => return TokenStream::new(),
        (Some(err), None) => quote!(if let ::core::result::Result::Err(#value) = &#result { #err }),
        (None, Some(ret)) => quote!({ let #value = &#result; #ret }),
        (Some(err), Some(ret)) => quote! {
            match &#result {
                ::core::result::Result::Ok(#value) => #ret,
                ::core::result::Result::Err(#value) => #err,
            }
        },
    };
    quote!(.map(move |#result| { #told; #result }))
}
