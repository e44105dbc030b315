//! `join_all!`, `try_join_all!` and `race_ok!`: as many tasks as a collection has calls.

use syn::visit_mut::VisitMut;
use syn::{Expr, Macro, Path};

use super::walk::{Lowering, place_of};
use super::{Place, Word};
use crate::words::CollectionArguments;

pub(crate) struct Collection {
    /// The word by its own name.
    pub(crate) name: &'static str,
    pub(crate) calls: Expr,
    pub(crate) limit: Option<Expr>,
    /// The word as the user named it.
    pub(crate) word: Path,
    pub(crate) place: Place,
}

pub(super) fn lower(lowering: &mut Lowering, mac: &Macro, name: &'static str) -> Option<Word> {
    let CollectionArguments { mut calls, mut limit } = match CollectionArguments::of(mac, name) {
        Ok(arguments) => arguments,
        Err(error) => {
            lowering.diagnostics.push(error);
            return None;
        }
    };
    lowering.visit_expr_mut(&mut calls);
    if let Some(limit) = &mut limit {
        lowering.visit_expr_mut(limit);
    }
    let place = Place { text: format!("{name}!(…)"), ..place_of(mac) };
    Some(Word::Collection(Collection { name, calls, limit, word: mac.path.clone(), place }))
}
