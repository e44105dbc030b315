//! Every path the expansion may name. None of them is trusted with a context: whoever swaps the
//! crate by `crate = …` or `extern crate self as rejoin` gets no context and no body.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

/// Where the runtime is found.
#[derive(Clone)]
pub(crate) struct Paths {
    private: TokenStream,
}

impl Paths {
    pub(crate) fn new(krate: Option<&Path>) -> Self {
        let private = match krate {
            Some(path) => quote!(#path::__private),
            None => quote_spanned!(Span::mixed_site()=> ::rejoin::__private),
        };
        Self { private }
    }

    /// The module with everything below.
    pub(crate) fn private(&self) -> &TokenStream {
        &self.private
    }
}

/// The words of the language, by the name of their macro.
pub(crate) const SPAWN: &str = "spawn";
pub(crate) const SPAWN_BLOCKING: &str = "spawn_blocking";
pub(crate) const DAEMON: &str = "daemon";
pub(crate) const TASK_GROUP: &str = "task_group";
pub(crate) const DEFER: &str = "defer";
pub(crate) const SCOPE: &str = "scope";
pub(crate) const JOIN: &str = "join";
pub(crate) const TRY_JOIN: &str = "try_join";
pub(crate) const RACE: &str = "race";
pub(crate) const JOIN_ALL: &str = "join_all";
pub(crate) const TRY_JOIN_ALL: &str = "try_join_all";
pub(crate) const RACE_OK: &str = "race_ok";

/// A local of ours: user code can never name it.
pub(crate) fn hidden(name: &str) -> syn::Ident {
    syn::Ident::new(name, Span::mixed_site())
}
