//! `#[rejoin::test]`

use proc_macro2::TokenStream;
use quote::quote;

use super::options::Settings;
use super::{Entry, read, takes_nothing};
use crate::diag::{self, Diagnostics};
use crate::expand;
use crate::parse::item::Function;
use crate::paths::Paths;

const KNOWN: &[&str] =
    &["paused", "multi_thread", "limit", "cancel_everywhere", "shuffle", "allow_foreign", "allow", "crate"];

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut found = Diagnostics::default();
    let settings = Settings::read(arguments, &mut found);
    let mut entry = match read(item, &settings.options, &["should_panic", "ignore", "test"], "rejoin::test") {
        Ok(entry) => entry,
        Err(errors) => return errors,
    };
    found.append(std::mem::take(&mut entry.diagnostics));
    entry.diagnostics = found;
    takes_nothing(&mut entry, "rejoin::test");
    if let Some(twice) = entry.function.attributes.iter().find(|a| a.path().is_ident("test")) {
        entry.diagnostics.push(diag::test_twice(twice));
    }
    let Entry { function, body, mut diagnostics } = entry;
    let paths = Paths::new(settings.options.krate.as_ref());
    let Function { attributes, visibility, signature, .. } = &function;
    let name = &signature.ident;
    let Setup { setup, repeated } = setup(&paths, &settings, &name.to_string(), &mut diagnostics);
    let (Some(body), true) = (body, diagnostics.has_code()) else {
        let late = diagnostics.late_error();
        let errors = diagnostics.into_compile_errors();
        return quote!(#[allow(dead_code)] #visibility fn #name() { #late } #errors);
    };
    let call = expand::in_place(&paths, &function, body);
    let errors = diagnostics.into_compile_errors();
    let output = &signature.output;
    let run = if repeated { quote!(run_each(|| #call)) } else { quote!(run(#call)) };
    quote! {
        #[::core::prelude::v1::test]
        #(#attributes)*
        #visibility fn #name() #output {
            #setup.#run
        }
        #errors
    }
}

/// What the options come to.
struct Setup {
    setup: TokenStream,
    /// The body runs more than once.
    repeated: bool,
}

fn setup(paths: &Paths, settings: &Settings, name: &str, diagnostics: &mut Diagnostics) -> Setup {
    let p = paths.private();
    let mut setup = quote!(#p::TestSetup::new(#name));
    let (mut paused, mut threads, mut repeated) = (None, None, None);
    for setting in &settings.list {
        let made = match setting.name.to_string().as_str() {
            "paused" => {
                paused = Some(&setting.name);
                setting.flag().map(|()| quote!(.paused(())))
            }
            "multi_thread" => {
                threads = Some(&setting.name);
                setting.flag().map(|()| quote!(.multi_thread(())))
            }
            "cancel_everywhere" => {
                repeated = Some(&setting.name);
                setting.flag().map(|()| quote!(.cancel_everywhere(())))
            }
            "shuffle" => {
                repeated = Some(&setting.name);
                setting.value().map(|orders| quote!(.shuffle(#orders, ())))
            }
            "allow_foreign" => setting.flag().map(|()| quote!(.allow_foreign())),
            "limit" => setting.value().map(|value| quote!(.limit(#value))),
            _ => Err(diag::unknown_setting(&setting.name, "rejoin::test", KNOWN)),
        };
        match made {
            Ok(made) => setup.extend(made),
            Err(error) => diagnostics.push(error),
        }
    }
    if let (Some(_), Some(threads)) = (paused, threads) {
        diagnostics.push(diag::paused_and_threads(threads));
    }
    if let (Some(repeated), Some(threads)) = (repeated, threads) {
        diagnostics.push(diag::repeated_and_threads(threads, repeated));
    }
    Setup { setup, repeated: repeated.is_some() }
}
