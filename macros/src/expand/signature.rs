//! The signature of a scoped function: the user's, with another return type.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, FnArg, Pat, ReturnType, Signature, Type};

use crate::paths::{Paths, hidden};

/// Gives every parameter a plain name, and returns the names.
pub(crate) fn plain_parameters(signature: &mut Signature) -> Vec<syn::Ident> {
    own_parameters(signature, &TokenStream::new());
    let name = |input: &FnArg| match input {
        FnArg::Typed(input) => match &*input.pat {
            Pat::Ident(name) => Some(name.ident.clone()),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    };
    signature.inputs.iter().filter_map(name).collect()
}

/// What the body begins with, so that it owns every parameter, in the order of declaration: they
/// are dropped as those of a plain `async fn` are.
pub(super) struct Parameters {
    pub(super) prologue: TokenStream,
    /// The same for a body that stands in for the user's: uses every parameter.
    pub(super) stub: TokenStream,
}

/// Gives every parameter a plain name, and prints what makes of it what the user wrote.
/// One that `used` names, too, is no unused variable.
pub(super) fn own_parameters(signature: &mut Signature, used: &TokenStream) -> Parameters {
    let used = names_in(used.clone());
    let (mut prologue, mut stub) = (TokenStream::new(), TokenStream::new());
    for (index, input) in signature.inputs.iter_mut().enumerate() {
        match input {
            // An unmentioned `self` lives as long as the body, too.
            FnArg::Receiver(receiver) => {
                let token = receiver.self_token;
                prologue.extend(quote!(let _ = &#token;));
            }
            FnArg::Typed(input) => {
                let cfgs: Vec<Attribute> =
                    input.attrs.iter().filter(|a| a.path().is_ident("cfg")).cloned().collect();
                // What is said about lints is said of the variable.
                let (lints, others) = std::mem::take(&mut input.attrs).into_iter().partition(is_lint_level);
                input.attrs = others;
                let lints: Vec<Attribute> = lints;
                let pattern = (*input.pat).clone();
                let (name, bound) = match &pattern {
                    Pat::Ident(simple) if simple.by_ref.is_none() && simple.subpat.is_none() => {
                        (simple.ident.clone(), pattern.to_token_stream())
                    }
                    // A wildcard is dropped at the end as well.
                    Pat::Wild(_) => (argument(index), hidden("__kept").to_token_stream()),
                    _ => (argument(index), pattern.to_token_stream()),
                };
                *input.pat = Pat::Ident(syn::PatIdent {
                    attrs: Vec::new(),
                    by_ref: None,
                    mutability: None,
                    ident: name.clone(),
                    subpat: None,
                });
                prologue.extend(quote!(#(#cfgs)* #(#lints)* let #bound = #name;));
                stub.extend(quote!(#(#cfgs)* let _ = &#name;));
                if used.contains(&name.to_string()) {
                    prologue.extend(quote!(#(#cfgs)* let _ = &#name;));
                }
            }
        }
    }
    Parameters { prologue, stub }
}

fn is_lint_level(attribute: &Attribute) -> bool {
    ["allow", "expect", "warn", "deny", "forbid"].iter().any(|level| attribute.path().is_ident(level))
}

fn names_in(tokens: TokenStream) -> Vec<String> {
    let mut names = Vec::new();
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Ident(ident) => names.push(ident.to_string()),
            proc_macro2::TokenTree::Group(group) => names.extend(names_in(group.stream())),
            _ => {}
        }
    }
    names
}

fn argument(index: usize) -> syn::Ident {
    format_ident!("__argument_{}", index, span = Span::mixed_site())
}

/// The type a function returns, as written.
pub(super) fn output(signature: &Signature) -> TokenStream {
    match &signature.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    }
}

/// The type a function returns, as it may be named in its body: `impl Trait` is `_`.
pub(super) fn nameable_output(paths: &Paths, signature: &Signature) -> TokenStream {
    let ReturnType::Type(_, ty) = &signature.output else { return quote!(()) };
    let mut ty = (**ty).clone();
    Nameable(paths).visit_type_mut(&mut ty);
    ty.to_token_stream()
}

/// The same as the output of a future, where `!` cannot be written.
pub(crate) fn future_output(paths: &Paths, signature: &Signature) -> TokenStream {
    match &signature.output {
        ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)) => never(paths),
        _ => output(signature),
    }
}

/// Whether the return type hides another.
pub(super) fn has_impl_trait(signature: &Signature) -> bool {
    struct Found(bool);
    impl<'ast> syn::visit::Visit<'ast> for Found {
        fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut found = Found(false);
    if let ReturnType::Type(_, ty) = &signature.output {
        syn::visit::Visit::visit_type(&mut found, ty);
    }
    found.0
}

/// The type `!`, which has no name on stable.
pub(super) fn never(paths: &Paths) -> TokenStream {
    let p = paths.private();
    quote!(<fn() -> ! as #p::ReturnOf>::Output)
}

/// Input `Result<impl Display, !>`, output `Result<_, Never>`.
struct Nameable<'a>(&'a Paths);

impl VisitMut for Nameable<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::ImplTrait(_) => {
                *ty = Type::Infer(syn::TypeInfer {
                    attrs: Vec::new(),
                    underscore_token: <syn::Token![_]>::default(),
                })
            }
            Type::Never(_) => *ty = Type::Verbatim(never(self.0)),
            other => visit_mut::visit_type_mut(self, other),
        }
    }
}
