//! Which attributes may stay on the generated item.

use syn::visit::{self, Visit};
use syn::{Attribute, Block, Meta, Token, punctuated::Punctuated};

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
];

/// Tools that read the source. A module of the user's may have such a name, and a macro in it.
const TOOLS: &[&str] = &["clippy", "diagnostic", "rustfmt"];

/// The attributes that may not stay below `#[scoped]`.
pub(crate) fn foreign_attributes(attributes: &[Attribute]) -> Vec<&Attribute> {
    let known = |attribute: &&Attribute| all(&attribute.meta, &is_inert) || all(&attribute.meta, &is_of_tool);
    attributes.iter().filter(|attribute| !known(attribute)).collect()
}

/// Those of tools, which have read them by now, are not printed.
pub(crate) fn drop_tools(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| !all(&attribute.meta, &is_of_tool));
}

/// The same in a body.
pub(crate) fn foreign_attributes_in(block: &Block) -> Vec<&Attribute> {
    struct Found<'ast>(Vec<&'ast Attribute>);
    impl<'ast> Visit<'ast> for Found<'ast> {
        fn visit_attribute(&mut self, attribute: &'ast Attribute) {
            self.0.extend(foreign_attributes(std::slice::from_ref(attribute)));
        }
        // What is never rewritten is the user's own.
        fn visit_item(&mut self, _: &'ast syn::Item) {}
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    }
    let mut found = Found(Vec::new());
    visit::visit_block(&mut found, block);
    found.0
}

/// Whether `is` says so of an attribute, or of all those in a `cfg_attr`.
fn all(meta: &Meta, is: &dyn Fn(&Meta) -> bool) -> bool {
    if meta.path().is_ident("cfg_attr") {
        let Meta::List(list) = meta else { return false };
        let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
        return list
            .parse_args_with(parse)
            .is_ok_and(|content| content.iter().skip(1).all(|meta| all(meta, is)));
    }
    is(meta)
}

fn is_inert(meta: &Meta) -> bool {
    INERT.iter().any(|name| meta.path().is_ident(name))
}

fn is_of_tool(meta: &Meta) -> bool {
    let path = &meta.path().segments;
    path.len() > 1 && path.first().is_some_and(|first| TOOLS.iter().any(|tool| first.ident == tool))
}
