//! Which local a name refers to.

use std::collections::HashMap;

use syn::visit::Visit;
use syn::{Ident, Pat};

/// The names in scope and what each is bound to; a name that is not bound, or to nothing of
/// interest, has the default.
pub(crate) struct Names<T> {
    /// Everything each name is bound to, the innermost last.
    bound: HashMap<String, Vec<T>>,
    /// The names in the order they were bound.
    order: Vec<String>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { bound: HashMap::new(), order: Vec::new() }
    }
}

impl<T: Copy + Default> Names<T> {
    /// A point to come back to.
    pub(crate) fn mark(&self) -> usize {
        self.order.len()
    }

    /// Forgets what was bound since.
    pub(crate) fn reset(&mut self, mark: usize) {
        for name in self.order.drain(mark..) {
            if let Some(bound) = self.bound.get_mut(&name) {
                bound.pop();
            }
        }
    }

    pub(crate) fn bind(&mut self, name: &Ident, binding: T) {
        let name = name.to_string();
        self.bound.entry(name.clone()).or_default().push(binding);
        self.order.push(name);
    }

    /// Binds every name in a pattern to nothing of interest.
    pub(crate) fn bind_pattern(&mut self, pattern: &Pat) {
        struct Idents<'a, T>(&'a mut Names<T>);
        impl<'ast, T: Copy + Default> Visit<'ast> for Idents<'_, T> {
            fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
                self.0.bind(&pattern.ident, T::default());
                syn::visit::visit_pat_ident(self, pattern);
            }
            // A guard's or a constant's expression binds nothing.
            fn visit_expr(&mut self, _: &'ast syn::Expr) {}
        }
        Idents(self).visit_pat(pattern);
    }

    pub(crate) fn find(&self, name: &Ident) -> T {
        let bound = self.bound.get(&name.to_string()).and_then(|bound| bound.last());
        bound.copied().unwrap_or_default()
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
        let mut names = Names::<u32>::default();
        names.bind(&ident("t"), 3);
        let mark = names.mark();
        names.bind_pattern(&syn::parse_quote!(t));
        assert_eq!(names.find(&ident("t")), 0);
        names.reset(mark);
        assert_eq!(names.find(&ident("t")), 3);
    }

    #[test]
    fn every_name_of_a_pattern_is_bound() {
        let mut names = Names::<u32>::default();
        names.bind(&ident("t"), 1);
        let arm: syn::Arm = syn::parse_quote!(Some((a, [.., t])) => 1);
        names.bind_pattern(&arm.pat);
        assert_eq!(names.find(&ident("t")), 0);
    }
}
