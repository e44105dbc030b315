//! The marks by which the tree refers to words: `#[__rejoin_N]`, never printed.

use syn::{Attribute, Ident, Meta, Token, token};

use crate::paths::hidden;

const PREFIX: &str = "__rejoin_";

/// The mark for the word with this number.
pub(super) fn mark(number: usize) -> Attribute {
    let name: Ident = hidden(&format!("{PREFIX}{number}"));
    Attribute {
        pound_token: <Token![#]>::default(),
        style: syn::AttrStyle::Outer,
        bracket_token: token::Bracket::default(),
        meta: Meta::Path(name.into()),
    }
}

/// Takes the mark out of a node's attributes.
pub(crate) fn take_mark(attributes: &mut Vec<Attribute>) -> Option<usize> {
    let place = attributes.iter().position(|attribute| marked_word(attribute).is_some())?;
    marked_word(&attributes.remove(place))
}

/// The number of the word an attribute marks.
pub(crate) fn marked_word(attribute: &Attribute) -> Option<usize> {
    attribute.path().get_ident()?.to_string().strip_prefix(PREFIX)?.parse().ok()
}
