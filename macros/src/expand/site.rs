//! The static description of a place.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::lower::Place;
use crate::paths::Paths;

/// `&Site { … }`, a constant.
pub(super) fn print(paths: &Paths, function: &str, place: &Place) -> TokenStream {
    let p = paths.private();
    let text = &place.text;
    let (file, line, column) = if proc_macro::is_available() {
        let start = place.span.unwrap();
        (start.file(), start.line(), start.column())
    } else {
        (String::new(), 0, 0)
    };
    let line = Literal::usize_unsuffixed(line);
    let column = Literal::usize_unsuffixed(column);
    quote!(&#p::Site { function: #function, file: #file, line: #line, column: #column, text: #text })
}
