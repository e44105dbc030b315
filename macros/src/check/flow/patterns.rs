//! What the patterns say that take the result of a group's `next` apart.

use syn::visit::{self, Visit};
use syn::{Pat, Path};

/// `Some(x)` that matches every `Some`, as far as one can see.
pub(super) fn is_some_of_anything(pattern: &Pat) -> bool {
    match pattern {
        Pat::TupleStruct(node) => {
            is_named(&node.path, "Some") && node.elems.iter().all(|inner| !is_surely_refutable(inner))
        }
        Pat::Paren(inner) => is_some_of_anything(&inner.pat),
        Pat::Reference(inner) => is_some_of_anything(&inner.pat),
        _ => false,
    }
}

/// Whether `None` stands anywhere in it.
pub(super) fn names_none(pattern: &Pat) -> bool {
    struct None_(bool);
    impl<'ast> Visit<'ast> for None_ {
        fn visit_pat_ident(&mut self, node: &'ast syn::PatIdent) {
            self.0 |= node.ident == "None";
            visit::visit_pat_ident(self, node);
        }
        fn visit_path(&mut self, path: &'ast Path) {
            self.0 |= is_named(path, "None");
        }
        fn visit_expr(&mut self, _: &'ast syn::Expr) {}
    }
    let mut found = None_(false);
    found.visit_pat(pattern);
    found.0
}

/// Patterns of the prelude, literals and ranges; anything else may be irrefutable.
fn is_surely_refutable(pattern: &Pat) -> bool {
    match pattern {
        Pat::Lit(_) | Pat::Range(_) | Pat::Const(_) => true,
        Pat::Ident(node) => {
            node.ident == "None" || node.subpat.as_ref().is_some_and(|(_, inner)| is_surely_refutable(inner))
        }
        Pat::Path(node) => is_named(&node.path, "None"),
        Pat::TupleStruct(node) => {
            ["Ok", "Err", "Some"].iter().any(|name| is_named(&node.path, name))
                || node.elems.iter().any(is_surely_refutable)
        }
        Pat::Tuple(node) => node.elems.iter().any(is_surely_refutable),
        Pat::Struct(node) => node.fields.iter().any(|field| is_surely_refutable(&field.pat)),
        Pat::Slice(node) => node.elems.iter().any(is_surely_refutable),
        Pat::Paren(inner) => is_surely_refutable(&inner.pat),
        Pat::Reference(inner) => is_surely_refutable(&inner.pat),
        Pat::Type(inner) => is_surely_refutable(&inner.pat),
        Pat::Or(node) => node.cases.iter().all(is_surely_refutable) && node.cases.len() == 1,
        _ => false,
    }
}

pub(super) fn is_named(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}
