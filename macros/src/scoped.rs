//! The attribute `#[scoped]`: runs an item through the stages.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Safety;

use crate::check::{self, Subject};
use crate::diag::{self, Diagnostics};
use crate::expand::{self, Context};
use crate::fallback;
use crate::lower::{self, Body};
use crate::parse::item::{Body as ParsedBody, Container, ContainerKind, Function, Input, Member};
use crate::parse::options::{Options, ParsedOptions};
use crate::parse::{instrument, instrumented};
use crate::paths::Paths;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let ParsedOptions { options, mut diagnostics } = match syn::parse2(arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            let mut diagnostics = Diagnostics::default();
            diagnostics.push(error);
            ParsedOptions { options: Options::default(), diagnostics }
        }
    };
    diagnostics.append(check::check_options(&options));
    let paths = Paths::new(options.krate.as_ref());
    match syn::parse2(item.clone()) {
        Ok(Input::Function(function)) => one_function(&paths, &options, None, function, diagnostics),
        Ok(Input::Container(container)) => container_of(&paths, &options, container, diagnostics),
        Err(error) => {
            diagnostics.bad_item(&item, error, "scoped");
            let late = diagnostics.late_item();
            let errors = diagnostics.into_compile_errors();
            // As it is: better than to take it away from everybody who names it.
            quote!(#errors #late #item)
        }
    }
}

/// An `impl` block or a trait: every async function in it.
fn container_of(
    paths: &Paths,
    options: &Options,
    container: Container,
    mut diagnostics: Diagnostics,
) -> TokenStream {
    if let Some(timeout) = &options.timeout {
        diagnostics.push(diag::option_on_container(first_span(timeout), "timeout"));
    }
    if let Some(name) = &options.name {
        diagnostics.push(diag::option_on_container(first_span(name), "name"));
    }
    let inherited =
        Options { dynamic: options.dynamic, local: options.local, allows: Vec::new(), ..Options::default() };
    let Container { kind, mut attributes, head, mut inner, members, brace } = container;
    for attributes in [&mut attributes, &mut inner] {
        for attribute in expand::foreign_attributes(attributes) {
            diagnostics.push(diag::foreign_attribute(attribute, "scoped"));
        }
        attributes.retain(|attribute| expand::foreign_attributes(std::slice::from_ref(attribute)).is_empty());
        expand::drop_tools(attributes);
    }
    let mut content = TokenStream::new();
    for member in members {
        match member {
            Member::Other(tokens) => content.extend(tokens),
            Member::Function(mut function) => {
                let (own, errors) = own_options(&mut function, options, &inherited);
                content.extend(one_function(paths, &own, Some(kind), *function, errors));
            }
        }
    }
    let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Brace, quote!(#(#inner)* #content));
    group.set_span(brace.span.join());
    let errors = diagnostics.into_compile_errors();
    quote!(#(#attributes)* #head #group #errors)
}

/// A method's own `#[scoped(…)]`, on top of what the block says.
fn own_options(function: &mut Function, block: &Options, inherited: &Options) -> (Options, Diagnostics) {
    let mut options = Options {
        dynamic: inherited.dynamic,
        local: inherited.local,
        krate: block.krate.clone(),
        allows: block.allows.clone(),
        ..Options::default()
    };
    let mut diagnostics = Diagnostics::default();
    let place = function
        .attributes
        .iter()
        .position(|attribute| attribute.path().segments.last().is_some_and(|last| last.ident == "scoped"));
    if let Some(place) = place {
        let attribute = function.attributes.remove(place);
        if let syn::Meta::List(list) = &attribute.meta {
            match syn::parse2::<ParsedOptions>(list.tokens.clone()) {
                Ok(own) => {
                    diagnostics.append(own.diagnostics);
                    diagnostics.append(check::check_options(&own.options));
                    options.timeout = own.options.timeout;
                    options.name = own.options.name;
                    options.dynamic |= own.options.dynamic;
                    options.local |= own.options.local;
                    options.allows.extend(own.options.allows);
                }
                Err(error) => diagnostics.push(error),
            }
        }
    }
    (options, diagnostics)
}

fn one_function(
    paths: &Paths,
    options: &Options,
    container: Option<ContainerKind>,
    mut function: Function,
    mut diagnostics: Diagnostics,
) -> TokenStream {
    let instrument = instrument::take(&mut function.attributes).unwrap_or_else(|error| {
        diagnostics.push(error);
        None
    });
    diagnostics.append(check_signature(&function, options));
    expand::drop_tools(&mut function.attributes);
    // The body is taken out, what is left is the head.
    let parsed = std::mem::replace(&mut function.body, ParsedBody::None);
    let mut recursive = false;
    let body: Option<Body> = match parsed {
        // A method of a trait, by itself or in its trait.
        ParsedBody::None => {
            if matches!(container, Some(ContainerKind::InherentImpl | ContainerKind::TraitImpl)) {
                diagnostics.push(diag::no_body(&function.signature));
            }
            None
        }
        ParsedBody::Opaque(error) => {
            diagnostics.unread(error);
            None
        }
        ParsedBody::Full(block)
            if instrumented::is_instrumented(&block)
                && (cfg!(not(feature = "tracing")) || options.krate.is_some()) =>
        {
            diagnostics.push(diag::instrument_above(function.signature.ident.span()));
            None
        }
        ParsedBody::Full(mut block) => {
            if instrumented::is_instrumented(&block) {
                instrumented::scope_again(&mut block);
            }
            let checked = check::check(&Subject::of_function(&function.signature, &block, options));
            let lowered = lower::lower_function(&function.signature, block, options);
            recursive = lowered.recursive;
            let mut found = lowered.diagnostics;
            found.append(checked);
            check::check_cleanup(&lowered.body, &mut found);
            if !may_carry_error(&function.signature) {
                found.append(check::check_linked(&lowered.body, &function.signature.ident));
            }
            diagnostics.append(found);
            Some(lowered.body)
        }
    };
    let in_trait = matches!(container, Some(ContainerKind::Trait | ContainerKind::TraitImpl));
    let send = (in_trait || recursive || body.is_none()) && !options.local;
    let context = Context { paths, options, send, instrument: instrument.as_ref() };
    if diagnostics.has_code() {
        let printed = expand::function(&context, &function, body);
        let errors = diagnostics.into_compile_errors();
        quote!(#printed #errors)
    } else {
        function
            .attributes
            .retain(|attribute| expand::foreign_attributes(std::slice::from_ref(attribute)).is_empty());
        fallback::function(&context, &function, diagnostics)
    }
}

fn check_signature(function: &Function, options: &Options) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let signature = &function.signature;
    if signature.asyncness.is_none() {
        diagnostics.push(diag::not_async(signature, "scoped"));
    }
    if let Some(token) = signature.constness {
        diagnostics.push(diag::const_or_extern(token.span));
    }
    if let Some(abi) = &signature.abi {
        diagnostics.push(diag::const_or_extern(abi.extern_token.span));
    }
    if let Safety::Safe(token) = &signature.safety {
        diagnostics.push(diag::const_or_extern(token.span));
    }
    if let Some(variadic) = &signature.variadic {
        diagnostics.push(diag::variadic(variadic.dots.spans[0]));
    }
    if options.timeout.is_some() && !may_carry_error(signature) {
        diagnostics.push(match &signature.output {
            syn::ReturnType::Default => diag::timeout_needs_result(&signature.ident),
            syn::ReturnType::Type(_, ty) => diag::timeout_needs_result(ty),
        });
    }
    for attribute in expand::foreign_attributes(&function.attributes) {
        diagnostics.push(diag::foreign_attribute(attribute, "scoped"));
    }
    diagnostics
}

/// Whether a return type can be a `Result`: certainly not if it is one of Rust's own types.
fn may_carry_error(signature: &syn::Signature) -> bool {
    let syn::ReturnType::Type(_, ty) = &signature.output else { return false };
    match &**ty {
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            const NEVER: &[&str] = &[
                "Option", "Vec", "String", "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8",
                "i16", "i32", "i64", "i128", "isize", "f32", "f64",
            ];
            !NEVER.iter().any(|name| last.ident == name)
        }),
        syn::Type::Paren(_) | syn::Type::Group(_) | syn::Type::Macro(_) => true,
        _ => false,
    }
}

fn first_span(tokens: &impl quote::ToTokens) -> proc_macro2::Span {
    let first = tokens.to_token_stream().into_iter().next();
    first.map_or_else(proc_macro2::Span::call_site, |token| token.span())
}
