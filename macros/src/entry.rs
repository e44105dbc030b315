//! `#[rejoin::main]`, `#[rejoin::test]` and `#[rejoin::root]`: ordinary functions with a scoped
//! body.

mod main;
mod options;
mod root;
mod test;

pub(crate) use main::expand as main;
pub(crate) use root::expand as root;
pub(crate) use test::expand as test;

use proc_macro2::TokenStream;

use crate::check::{self, Subject};
use crate::diag::{self, Diagnostics};
use crate::expand;
use crate::lower::{self, Body};
use crate::parse::item::{Body as ParsedBody, Function};
use crate::parse::options::Options;

/// A function whose body has been taken out and lowered.
struct Entry {
    function: Function,
    body: Option<Body>,
    diagnostics: Diagnostics,
}

/// What all three do first.
fn read(item: TokenStream, options: &Options, inert: &[&str], attribute: &str) -> Result<Entry, TokenStream> {
    match syn::parse2(item.clone()) {
        Ok(function) => Ok(lower_entry(function, options, inert, attribute)),
        Err(error) => {
            let mut diagnostics = Diagnostics::default();
            diagnostics.bad_item(&item, error, attribute);
            let late = diagnostics.late_item();
            let errors = diagnostics.into_compile_errors();
            Err(quote::quote!(#errors #late))
        }
    }
}

fn lower_entry(mut function: Function, options: &Options, inert: &[&str], name: &str) -> Entry {
    let mut diagnostics = Diagnostics::default();
    if function.signature.asyncness.is_none() {
        diagnostics.push(diag::not_async(&function.signature, name));
    }
    for attribute in expand::foreign_attributes(&function.attributes) {
        if !inert.iter().any(|known| attribute.path().is_ident(known)) {
            diagnostics.push(diag::foreign_attribute(attribute, name));
        }
    }
    expand::drop_tools(&mut function.attributes);
    let body = match std::mem::replace(&mut function.body, ParsedBody::None) {
        ParsedBody::None => {
            diagnostics.push(diag::no_body(&function.signature));
            None
        }
        ParsedBody::Opaque(error) => {
            diagnostics.unread(error);
            None
        }
        ParsedBody::Full(block) => {
            let checked = check::check(&Subject::of_function(&function.signature, &block, options));
            let lowered = lower::lower_function(&function.signature, block, options);
            diagnostics.append(lowered.diagnostics);
            diagnostics.append(checked);
            check::check_cleanup(&lowered.body, &mut diagnostics);
            Some(lowered.body)
        }
    };
    if !diagnostics.has_code() {
        // What stands in for the function is nothing to show to others.
        function
            .attributes
            .retain(|attribute| expand::foreign_attributes(std::slice::from_ref(attribute)).is_empty());
    }
    Entry { function, body, diagnostics }
}

/// A function that takes nothing: `main` and tests.
fn takes_nothing(entry: &mut Entry, attribute: &str) {
    let signature = &entry.function.signature;
    if !signature.inputs.is_empty() {
        entry.diagnostics.push(diag::entry_takes_arguments(&signature.inputs, attribute));
    }
    if !signature.generics.params.is_empty() {
        entry.diagnostics.push(diag::entry_takes_arguments(&signature.generics, attribute));
    }
}
