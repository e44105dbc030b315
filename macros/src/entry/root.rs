//! `#[rejoin::root]`

use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::visit::Visit;
use syn::{Expr, FnArg, ItemImpl, Pat, ReceiverKind, Signature, Type, parse_quote};

use super::options::Settings;
use super::{Entry, lower_entry};
use crate::diag::{self, Diagnostics};
use crate::expand::{self, Context};
use crate::lower::Body;
use crate::parse::item::{Body as ParsedBody, Container, ContainerKind, Function, Input, Member};
use crate::parse::options::Options;
use crate::paths::{Paths, hidden};

const KNOWN: &[&str] = &["cancelled", "allow", "crate"];

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let settings = Settings::read(arguments, &mut diagnostics);
    let cancelled = cancelled(&settings, &mut diagnostics);
    let paths = Paths::new(settings.options.krate.as_ref());
    let root = Root { paths: &paths, options: &settings.options, cancelled };
    let printed = match syn::parse2(item.clone()) {
        Ok(Input::Container(container)) => root.container(container, &item, &mut diagnostics),
        Ok(Input::Function(function)) => {
            let entry = lower_entry(function, &settings.options, &[], "rejoin::root");
            let Printed { function, helpers } = root.function(entry, false, &mut diagnostics);
            quote!(#function #helpers)
        }
        Err(error) => {
            diagnostics.bad_item(&item, error, "rejoin::root");
            let late = diagnostics.late_item();
            quote!(#item #late)
        }
    };
    let errors = diagnostics.into_compile_errors();
    quote!(#printed #errors)
}

fn cancelled(settings: &Settings, diagnostics: &mut Diagnostics) -> Option<Expr> {
    let mut cancelled = None;
    for setting in &settings.list {
        if setting.name == "cancelled" {
            match setting.value() {
                Ok(value) => cancelled = Some(value.clone()),
                Err(error) => {
                    diagnostics.push(error);
                    cancelled = Some(parse_quote!(::core::unreachable!()));
                }
            }
        } else {
            diagnostics.push(diag::unknown_setting(&setting.name, "rejoin::root", KNOWN));
        }
    }
    cancelled
}

struct Root<'a> {
    paths: &'a Paths,
    options: &'a Options,
    /// What is returned when the root itself was cancelled.
    cancelled: Option<Expr>,
}

/// A function, and the methods beside it that do its work.
struct Printed {
    function: TokenStream,
    helpers: TokenStream,
}

impl Root<'_> {
    /// Every async function of an `impl` block. The helpers stand in a block of their own, which
    /// no other attribute of this one sees.
    fn container(
        &self,
        container: Container,
        item: &TokenStream,
        diagnostics: &mut Diagnostics,
    ) -> TokenStream {
        if container.kind == ContainerKind::Trait {
            diagnostics.push(diag::root_on_trait(&container.head));
            return item.clone();
        }
        let self_type = syn::parse2::<ItemImpl>(item.clone()).ok();
        let Container { attributes, head, inner, members, brace, .. } = container;
        // A macro that is given the block, such as `async_trait`, is given no body of ours.
        let beside = !expand::foreign_attributes(&attributes).is_empty();
        let (mut content, mut helpers) = (TokenStream::new(), TokenStream::new());
        for member in members {
            match member {
                Member::Other(tokens) => content.extend(tokens),
                Member::Function(function) => {
                    let entry = lower_entry(*function, self.options, &[], "rejoin::root");
                    let printed = self.function(entry, beside, diagnostics);
                    content.extend(printed.function);
                    helpers.extend(printed.helpers);
                }
            }
        }
        let mut group = Group::new(proc_macro2::Delimiter::Brace, quote!(#(#inner)* #content));
        group.set_span(brace.span.join());
        let helpers = self_type.filter(|_| !helpers.is_empty()).map(|item| {
            let (generics, _, clause) = item.generics.split_for_impl();
            let ty = &item.self_ty;
            quote!(#[doc(hidden)] impl #generics #ty #clause { #helpers })
        });
        quote!(#(#attributes)* #head #group #helpers)
    }

    fn function(&self, entry: Entry, beside: bool, diagnostics: &mut Diagnostics) -> Printed {
        let Entry { function, body, diagnostics: mut found } = entry;
        check_arguments(&function.signature, &mut found);
        let Function { attributes, visibility, modifiers, .. } = &function;
        let (signature, default) = (function.signature.clone(), modifiers.defaultness);
        let (Some(body), true) = (body, found.has_code()) else {
            let late = found.late_error();
            diagnostics.append(found);
            let mut printed = signature;
            let names = expand::plain_parameters(&mut printed);
            let stub = quote! {
                #(#attributes)* #visibility #default #printed { #(let _ = &#names;)* #late ::core::unreachable!() }
            };
            return Printed { function: stub, helpers: TokenStream::new() };
        };
        diagnostics.append(found);
        let by_reference =
            signature.receiver().is_some_and(|receiver| matches!(receiver.kind, ReceiverKind::Reference(..)));
        let mut printed = signature.clone();
        let names = expand::plain_parameters(&mut printed);
        let head = quote!(#(#attributes)* #visibility #default #printed);
        let braces = body.block.brace_token.span.join();
        let in_braces = |content: TokenStream| {
            let mut block = Group::new(proc_macro2::Delimiter::Brace, content);
            block.set_span(braces);
            block
        };
        if !by_reference && beside {
            let helper = format_ident!("__rejoin_root_{}", signature.ident);
            let this = signature.receiver().map(|receiver| receiver.self_token).into_iter();
            let run = in_braces(self.run(&quote!(Self::#helper(#(#this,)* #(#names),*))));
            let helpers = self.helper(Signature { ident: helper, ..signature.clone() }, body);
            return Printed { function: quote!(#head #run), helpers };
        }
        if !by_reference {
            let run = in_braces(self.run(&expand::in_place(self.paths, &function, body)));
            return Printed { function: quote!(#head #run), helpers: TokenStream::new() };
        }
        // `&self` cannot be kept by work that may outlive the call: a clone of `self` is, and the
        // user's body borrows from that. Both stand beside, where no other macro sees them.
        let p = self.paths.private();
        let (this, enter, cx) = (hidden("__this"), hidden("__enter"), hidden("__cx"));
        let (call, made) = (hidden("__call"), hidden("__body"));
        let borrowing = format_ident!("__rejoin_root_{}", signature.ident);
        let owning = format_ident!("__rejoin_root_of_{}", signature.ident);
        let run = self.run(&quote!(Self::#owning(::core::clone::Clone::clone(self), #(#names),*)));
        let (generics, inputs) = (&printed.generics, printed.inputs.iter().skip(1));
        let clause = &printed.generics.where_clause;
        let output = expand::future_output(self.paths, &signature);
        let hidden_type = quote_spanned!(Span::mixed_site()=> impl);
        let owner = quote! {
            #[doc(hidden)]
            fn #owning #generics (self, #(#inputs),*)
                -> #p::Scoped<#hidden_type ::core::future::Future<Output = #output> + ::core::marker::Send>
            #clause
            {
                let #made = move |#enter: #p::EnterLeaf| async move {
                    let #this = self;
                    let #enter = #enter.begin();
                    let #cx = (&#enter).open();
                    let #call = #this.#borrowing(#(#names),*);
                    #cx.at(#call, #p::Site::NOWHERE).await
                };
                unsafe { <#p::Scoped<_>>::leaf(#made) }
            }
        };
        let helper = self.helper(Signature { ident: borrowing, ..signature.clone() }, body);
        let run = in_braces(run);
        Printed { function: quote!(#head #run), helpers: quote!(#owner #helper) }
    }

    /// A scoped method with the user's body.
    fn helper(&self, signature: Signature, body: Body) -> TokenStream {
        let helper = Function {
            attributes: vec![syn::parse_quote!(#[doc(hidden)])],
            visibility: syn::Visibility::Inherited,
            modifiers: syn::FnModifiers::default(),
            signature,
            body: ParsedBody::None,
        };
        let options = Options::default();
        let context = Context { paths: self.paths, options: &options, send: true, instrument: None };
        expand::function(&context, &helper, Some(body))
    }

    fn run(&self, call: &TokenStream) -> TokenStream {
        let p = self.paths.private();
        match &self.cancelled {
            None => quote!(#p::root_result(#p::run(#call).await)),
            Some(closure @ Expr::Closure(_)) => {
                quote!(#p::run(#call).await.unwrap_or_else(#closure))
            }
            Some(value) => quote! {
                match #p::run(#call).await {
                    ::core::result::Result::Ok(value) => value,
                    ::core::result::Result::Err(_) => #value,
                }
            },
        }
    }
}

/// What a root takes may outlive its caller, so it borrows nothing.
fn check_arguments(signature: &Signature, diagnostics: &mut Diagnostics) {
    struct Borrowed(bool);
    impl<'ast> Visit<'ast> for Borrowed {
        fn visit_type(&mut self, ty: &'ast Type) {
            match ty {
                Type::Reference(reference)
                    if reference.lifetime.as_ref().is_none_or(|name| name.ident != "static") =>
                {
                    self.0 = true;
                }
                Type::FnPtr(_) => {}
                other => syn::visit::visit_type(self, other),
            }
        }
        fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
            if lifetime.ident != "static" {
                self.0 = true;
            }
        }
    }
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                if let ReceiverKind::Reference(_, _, Some(token)) = &receiver.kind {
                    diagnostics.push(diag::root_takes_mut_self(token));
                }
            }
            FnArg::Typed(input) => {
                let mut borrowed = Borrowed(false);
                borrowed.visit_type(&input.ty);
                if borrowed.0 {
                    let name = match &*input.pat {
                        Pat::Ident(name) => name.ident.to_string(),
                        other => other.to_token_stream().to_string(),
                    };
                    diagnostics.push(diag::root_borrows(&input.ty, &name));
                }
            }
        }
    }
}
