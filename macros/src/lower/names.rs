//! Which local a name refers to.

use syn::visit::Visit;
use syn::{Ident, Pat};

/// What a name is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    /// A task: which body it is in, the number of its word, and the `async` level it is at.
    Task { body: usize, word: usize, level: usize },
    /// A group, likewise.
    Group { body: usize, word: usize, level: usize },
    /// A group that came as a parameter.
    GroupHandle,
    /// Anything else.
    Other,
}

/// The names in scope, innermost last.
#[derive(Default)]
pub(crate) struct Names {
    bound: Vec<(String, Binding)>,
}

impl Names {
    /// A point to come back to.
    pub(crate) fn mark(&self) -> usize {
        self.bound.len()
    }

    /// Forgets what was bound since.
    pub(crate) fn reset(&mut self, mark: usize) {
        self.bound.truncate(mark);
    }

    pub(crate) fn bind(&mut self, name: &Ident, binding: Binding) {
        self.bound.push((name.to_string(), binding));
    }

    /// Binds every name in a pattern to something that is no task.
    pub(crate) fn bind_pattern(&mut self, pattern: &Pat) {
        struct Idents<'a>(&'a mut Names);
        impl<'ast> Visit<'ast> for Idents<'_> {
            fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
                self.0.bind(&pattern.ident, Binding::Other);
                syn::visit::visit_pat_ident(self, pattern);
            }
            // A guard's or a constant's expression binds nothing.
            fn visit_expr(&mut self, _: &'ast syn::Expr) {}
        }
        Idents(self).visit_pat(pattern);
    }

    pub(crate) fn find(&self, name: &Ident) -> Binding {
        let name = name.to_string();
        let found = self.bound.iter().rev().find(|(bound, _)| *bound == name);
        found.map_or(Binding::Other, |(_, binding)| *binding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;

    fn ident(name: &str) -> Ident {
        Ident::new(name, Span::call_site())
    }

    #[test]
    fn the_innermost_binding_counts() {
        let mut names = Names::default();
        names.bind(&ident("t"), Binding::Task { body: 0, word: 3, level: 0 });
        let mark = names.mark();
        names.bind_pattern(&syn::parse_quote!(t));
        assert_eq!(names.find(&ident("t")), Binding::Other);
        names.reset(mark);
        assert_eq!(names.find(&ident("t")), Binding::Task { body: 0, word: 3, level: 0 });
    }

    #[test]
    fn every_name_of_a_pattern_is_bound() {
        let mut names = Names::default();
        names.bind(&ident("t"), Binding::GroupHandle);
        let arm: syn::Arm = syn::parse_quote!(Some((a, [.., t])) => 1);
        names.bind_pattern(&arm.pat);
        assert_eq!(names.find(&ident("t")), Binding::Other);
    }
}
