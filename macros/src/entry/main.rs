//! `#[rejoin::main]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Lit};

use super::options::Settings;
use super::{Entry, read, takes_nothing};
use crate::diag::{self, Diagnostics};
use crate::expand;
use crate::parse::item::Function;
use crate::paths::Paths;

const KNOWN: &[&str] = &["flavor", "worker_threads", "grace", "cleanup", "allow", "crate"];

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut found = Diagnostics::default();
    let settings = Settings::read(arguments, &mut found);
    let mut entry = match read(item, &settings.options, &[], "rejoin::main") {
        Ok(entry) => entry,
        Err(errors) => return errors,
    };
    found.append(std::mem::take(&mut entry.diagnostics));
    entry.diagnostics = found;
    takes_nothing(&mut entry, "rejoin::main");
    let Entry { function, body, mut diagnostics } = entry;
    let paths = Paths::new(settings.options.krate.as_ref());
    let setup = setup(&paths, &settings, &mut diagnostics);
    let Function { attributes, visibility, signature, .. } = &function;
    let name = &signature.ident;
    let (Some(body), true) = (body, diagnostics.has_code()) else {
        let late = diagnostics.late_error();
        let errors = diagnostics.into_compile_errors();
        return quote!(#(#attributes)* #visibility fn #name() { #late } #errors);
    };
    let call = expand::in_place(&paths, &function, body);
    let errors = diagnostics.into_compile_errors();
    quote! {
        #(#attributes)*
        #visibility fn #name() -> ::std::process::ExitCode {
            #setup.run(#call)
        }
        #errors
    }
}

fn setup(paths: &Paths, settings: &Settings, diagnostics: &mut Diagnostics) -> TokenStream {
    let p = paths.private();
    let mut setup = quote!(#p::MainSetup::new());
    for setting in &settings.list {
        let made = match setting.name.to_string().as_str() {
            "flavor" => setting.value().and_then(|value| match text(value).as_deref() {
                Some("current_thread") => Ok(quote!(.current_thread())),
                Some("multi_thread") => Ok(TokenStream::new()),
                _ => Err(diag::flavor(value)),
            }),
            "worker_threads" => setting.value().map(|value| quote!(.worker_threads(#value))),
            "grace" => setting.value().map(|value| quote!(.grace(#value))),
            "cleanup" => setting.value().map(|value| quote!(.cleanup(#value))),
            _ => Err(diag::unknown_setting(&setting.name, "rejoin::main", KNOWN)),
        };
        match made {
            Ok(made) => setup.extend(made),
            Err(error) => diagnostics.push(error),
        }
    }
    setup
}

fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
