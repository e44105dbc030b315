//! Prints a scoped function.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Signature;

use super::body::{Around, print};
use super::{instrument, lifetimes, signature, site};
use crate::lower::{Body, Place};
use crate::parse::instrument::Instrument;
use crate::parse::item::Function;
use crate::parse::options::Options;
use crate::paths::{Paths, hidden};

/// What is known besides the function itself.
pub(crate) struct Context<'a> {
    pub(crate) paths: &'a Paths,
    pub(crate) options: &'a Options,
    /// The future is promised to be `Send`.
    pub(crate) send: bool,
    pub(crate) instrument: Option<&'a Instrument>,
}

/// The pieces of a function's head.
struct Head {
    signature: Signature,
    /// The generated return type.
    output: TokenStream,
    /// The type the body returns.
    result: TokenStream,
    parameters: signature::Parameters,
}

fn head(context: &Context<'_>, function: &Function) -> Head {
    let paths = context.paths;
    let p = paths.private();
    let mut signature = function.signature.clone();
    signature.asyncness = None;
    let call = context.options.dynamic.then(|| lifetimes::name_all(&mut signature));
    let result = signature::nameable_output(paths, &signature);
    let future_output = signature::future_output(paths, &signature);
    let (timeout, name) = (&context.options.timeout, &context.options.name);
    let fields = context.instrument.map(|instrument| instrument::used(instrument, &function.signature));
    let parameters = signature::own_parameters(&mut signature, &quote!(#timeout #name #fields));
    // Of edition 2024, whose `impl` captures every lifetime in scope.
    let hidden_type = quote_spanned!(Span::mixed_site()=> impl);
    let output = match call {
        Some(call) if context.options.local => {
            quote!(#p::Scoped<::core::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = #future_output> + #call>>>)
        }
        Some(call) => quote!(#p::BoxScoped<#call, #future_output>),
        None => {
            let send = context.send.then(|| quote!(+ ::core::marker::Send));
            quote!(#p::Scoped<#hidden_type ::core::future::Future<Output = #future_output> #send>)
        }
    };
    Head { signature, output, result, parameters }
}

/// A function with its body, or without one, in a trait.
pub(crate) fn function(context: &Context<'_>, function: &Function, body: Option<Body>) -> TokenStream {
    let paths = context.paths;
    let head = head(context, function);
    let Some(body) = body else { return declared(function, &head, &quote!(;)) };
    // The user's braces, so that the function as a whole is the user's for the lints.
    let braces = body.block.brace_token.span.join();
    let Made { body, call } = made(context, function, body, &head);
    let limit = context.options.timeout.as_ref().map(|limit| {
        let limited = hidden("__limit");
        (quote!(let #limited: ::core::time::Duration = #limit;), quote!(.try_timeout(#limited)))
    });
    let (limit, limited) = limit.unzip();
    let named = context.options.name.as_ref().map(|name| quote!(.named(#name)));
    let boxed = context
        .options
        .dynamic
        .then(|| if context.options.local { quote!(.boxed_local()) } else { quote!(.boxed()) });
    let instrument = context
        .instrument
        .map(|instrument| instrument::print(paths, instrument, &function.signature))
        .map(|printed| (printed.before, printed.behind));
    let (span, instrumented) = instrument.unzip();
    let block = quote!(#limit #span #body #call #instrumented #limited #named #boxed);
    let mut block = Group::new(Delimiter::Brace, block);
    block.set_span(braces);
    declared(function, &head, &block.into_token_stream())
}

/// The body of a function that takes its parameters from where it stands, as a scoped call.
pub(crate) fn in_place(paths: &Paths, function: &Function, body: Body) -> TokenStream {
    let options = Options::default();
    let context = Context { paths, options: &options, send: false, instrument: None };
    let head = head(&context, function);
    let Made { body, call } = made(&context, function, body, &head);
    quote!({ #body #call })
}

/// A body, and what makes a scoped call of it.
struct Made {
    /// `let __body = …;`
    body: TokenStream,
    call: TokenStream,
}

fn made(context: &Context<'_>, function: &Function, body: Body, head: &Head) -> Made {
    let paths = context.paths;
    let p = paths.private();
    let name = function.signature.ident.to_string();
    let around = Around { paths, function: &name, local: context.options.local };
    let printed = print(around, body, &head.parameters.prologue, Some(&head.result));
    let (enter, content, body) = (hidden("__enter"), &printed.content, hidden("__body"));
    let entered = if printed.framed { quote!(#p::Enter<_>) } else { quote!(#p::EnterLeaf) };
    let place = Place { span: function.signature.ident.span(), text: String::new() };
    let site = site::print(paths, &name, &place);
    // The only `unsafe` of the expansion, with no token of the user's in it: `body` is a local. In
    // angle brackets the path can only be a type, and not a module that names another function.
    let call = match (printed.framed, printed.strict) {
        (false, _) => quote!(unsafe { <#p::Scoped<_>>::leaf(#body) }),
        (true, false) => quote!(unsafe { <#p::Scoped<_>>::framed(#body, #site) }),
        (true, true) => quote!(unsafe { <#p::Scoped<_>>::strict(#body, #site) }),
    };
    Made { body: quote!(let #body = move |#enter: #entered| async move { #content };), call }
}

/// The same item with the same signature and no body, so that callers and editors stay calm
/// while the errors are shown.
pub(crate) fn stub(context: &Context<'_>, function: &Function, first: &TokenStream) -> TokenStream {
    if signature::has_impl_trait(&function.signature) {
        // Nothing can stand for a type that is hidden.
        return TokenStream::new();
    }
    let p = context.paths.private();
    let head = head(context, function);
    let boxed = match (context.options.dynamic, context.options.local) {
        (true, true) => quote!(.boxed_local()),
        (true, false) => quote!(.boxed()),
        (false, _) => TokenStream::new(),
    };
    let (stub, result) = (&head.parameters.stub, &head.result);
    // What the options name is used all the same.
    let options = context.options.timeout.iter().chain(&context.options.name);
    let block = quote!({ #first #stub #(let _ = || { let _ = #options; };)* #p::stub::<#result>() #boxed });
    declared(function, &head, &block)
}

fn declared(function: &Function, head: &Head, body: &TokenStream) -> TokenStream {
    let Function { attributes, visibility, modifiers, .. } = function;
    let default = modifiers.defaultness;
    let Signature { safety, fn_token, ident, generics, inputs, .. } = &head.signature;
    let (generics, clause) = (generics_of(generics), &generics.where_clause);
    let output = &head.output;
    quote! {
        #(#attributes)*
        #visibility #default #safety #fn_token #ident #generics (#inputs) -> #output #clause #body
    }
}

fn generics_of(generics: &syn::Generics) -> TokenStream {
    let (lt, params, gt) = (&generics.lt_token, &generics.params, &generics.gt_token);
    if params.is_empty() { TokenStream::new() } else { quote!(#lt #params #gt) }.into_token_stream()
}
