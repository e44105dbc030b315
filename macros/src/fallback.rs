//! What is printed in place of an item with mistakes: all of them together, and the item with its
//! signature, so that nobody else is told of errors that are not his.

use proc_macro2::TokenStream;
use quote::quote;

use crate::diag::Diagnostics;
use crate::expand::{self, Context};
use crate::parse::item::Function;

/// A function and what is wrong with it.
pub(crate) fn function(context: &Context<'_>, function: &Function, diagnostics: Diagnostics) -> TokenStream {
    let stub = expand::stub(context, function, &diagnostics.late_error());
    let errors = diagnostics.into_compile_errors();
    quote!(#stub #errors)
}
