//! `self_limit`: a child of a limited group that waits for room in it.

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprAwait, Ident, Item, Macro, PatIdent};

use super::{Rules, visit_parts};
use crate::diag;
use crate::paths::TASK_GROUP;
use crate::words::{GroupArguments, word};

impl Rules<'_> {
    pub(super) fn self_limit(&mut self, expr: &Expr) {
        let Expr::MethodCall(call) = expr else { return };
        if self.options.allows("self_limit") || !(call.method == "spawn" || call.method == "try_spawn") {
            return;
        }
        if let Some(group) = name_of(&call.receiver)
            && let Some(Expr::Async(block)) = call.args.first()
            && self.limited.contains(&group.to_string())
            && let Some(wait) = waits_for_room(&block.block, group)
        {
            self.diagnostics.note(diag::self_limit(wait, group));
        }
    }
}

/// Whether an expression is `task_group!` with a limit.
pub(super) fn makes_limited(expr: &Expr) -> bool {
    let Expr::Macro(node) = expr else { return false };
    word(&node.mac.path) == Some(TASK_GROUP)
        && GroupArguments::of(&node.mac).is_ok_and(|arguments| arguments.limit.is_some())
}

fn name_of(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

/// Where a block waits for room in this group, if nothing else in it has the name.
fn waits_for_room(block: &Block, group: &Ident) -> Option<proc_macro2::Span> {
    let mut waits = Waits { group, found: None, shadowed: false };
    waits.visit_block(block);
    waits.found.filter(|_| !waits.shadowed)
}

struct Waits<'a> {
    group: &'a Ident,
    found: Option<proc_macro2::Span>,
    shadowed: bool,
}

impl<'ast> Visit<'ast> for Waits<'_> {
    fn visit_expr_await(&mut self, node: &'ast ExprAwait) {
        if let Expr::MethodCall(call) = &*node.base
            && call.method == "room"
            && name_of(&call.receiver) == Some(self.group)
        {
            self.found.get_or_insert(call.method.span());
        }
        visit::visit_expr_await(self, node);
    }

    fn visit_pat_ident(&mut self, name: &'ast PatIdent) {
        self.shadowed |= name.ident == *self.group;
        visit::visit_pat_ident(self, name);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        visit_parts(self, mac);
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}

    fn visit_item(&mut self, _: &'ast Item) {}
}
