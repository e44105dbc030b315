//! Names every lifetime of a signature, for the boxed form: `dyn` methods return
//! `BoxScoped<'x, R>`, and what they take must outlive `'x`.

use proc_macro2::Span;
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericParam, Lifetime, LifetimeParam, ReceiverKind, ReturnType, Signature, Type, parse_quote,
};

/// Input `async fn f(&self, x: &str) -> &str`, output
/// `async fn f<'a, 'b, 'x>(&'a self, x: &'b str) -> &'a str where 'a: 'x, 'b: 'x, Self: 'x`.
/// Returns `'x`.
pub(super) fn name_all(signature: &mut Signature) -> Lifetime {
    let all = Lifetime::new("'__call", Span::mixed_site());
    let mut fresh = Fresh { count: 0, named: Vec::new() };
    let mut receiver = None;
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(this) => match &mut this.kind {
                ReceiverKind::Reference(_, lifetime, _) => {
                    let name = lifetime.get_or_insert_with(|| fresh.next()).clone();
                    receiver = Some(name);
                }
                ReceiverKind::Typed(_, ty) => {
                    let before = fresh.named.len();
                    fresh.visit_type_mut(ty);
                    receiver = fresh.named.get(before).cloned();
                }
                _ => {}
            },
            FnArg::Typed(input) => fresh.visit_type_mut(&mut input.ty),
        }
    }
    if let ReturnType::Type(_, ty) = &mut signature.output {
        let only = (fresh.named.len() == 1).then(|| fresh.named[0].clone());
        if let Some(elided) = receiver.or(only) {
            Elided(elided).visit_type_mut(ty);
        }
    }
    let has_self = signature.receiver().is_some();
    let mut outlive: Vec<syn::WherePredicate> = Vec::new();
    for parameter in &signature.generics.params {
        match parameter {
            GenericParam::Lifetime(parameter) => {
                let lifetime = &parameter.lifetime;
                outlive.push(parse_quote!(#lifetime: #all));
            }
            GenericParam::Type(parameter) => {
                let name = &parameter.ident;
                outlive.push(parse_quote!(#name: #all));
            }
            GenericParam::Const(_) => {}
        }
    }
    outlive
        .extend(fresh.named.iter().map(|lifetime| -> syn::WherePredicate { parse_quote!(#lifetime: #all) }));
    if has_self {
        outlive.push(parse_quote!(Self: #all));
    }
    let lifetimes = fresh.named.into_iter().chain([all.clone()]);
    for (place, lifetime) in lifetimes.enumerate() {
        let parameter = GenericParam::Lifetime(LifetimeParam::new(lifetime));
        signature.generics.params.insert(place, parameter);
    }
    if signature.generics.lt_token.is_none() {
        signature.generics.lt_token = Some(<syn::Token![<]>::default());
        signature.generics.gt_token = Some(<syn::Token![>]>::default());
    }
    signature.generics.make_where_clause().predicates.extend(outlive);
    all
}

/// Gives every elided lifetime a name.
struct Fresh {
    count: usize,
    named: Vec<Lifetime>,
}

impl Fresh {
    fn next(&mut self) -> Lifetime {
        self.count += 1;
        let lifetime = Lifetime::new(&format!("'__life_{}", self.count), Span::mixed_site());
        self.named.push(lifetime.clone());
        lifetime
    }
}

impl VisitMut for Fresh {
    fn visit_type_reference_mut(&mut self, ty: &mut syn::TypeReference) {
        if ty.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident == "_") {
            ty.lifetime = Some(self.next());
        }
        visit_mut::visit_type_reference_mut(self, ty);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.next();
        }
    }

    // The lifetimes in a function's type are its own.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
}

/// Puts the lifetime that elision means where none is written.
struct Elided(Lifetime);

impl VisitMut for Elided {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Reference(reference) = ty {
            reference.lifetime.get_or_insert_with(|| self.0.clone());
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.0.clone();
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}
}
