//! Which attributes may stay on the generated item.

use syn::{Attribute, Meta, Token, punctuated::Punctuated};

/// Built-in attributes that only say something about the item. Anything else is a macro that
/// would be given code only rejoin may see.
const INERT: &[&str] = &[
    "allow",
    "cfg",
    "cold",
    "deprecated",
    "deny",
    "diagnostic",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "target_feature",
    "track_caller",
    "warn",
    "clippy",
    "rustfmt",
];

/// The attributes that may not stay below `#[scoped]`.
pub(crate) fn foreign_attributes(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| !is_inert(&attribute.meta)).collect()
}

fn is_inert(meta: &Meta) -> bool {
    if meta.path().is_ident("cfg_attr") {
        let Meta::List(list) = meta else { return false };
        let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
        return list.parse_args_with(parse).is_ok_and(|content| content.iter().skip(1).all(is_inert));
    }
    let Some(first) = meta.path().segments.first() else { return false };
    INERT.iter().any(|name| first.ident == name)
}
