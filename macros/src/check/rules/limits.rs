//! `pointless_timeout`: a time limit on a block that never waits.

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprAsync, Item, Macro};

use super::{Rules, names_of};
use crate::diag;
use crate::others::{Family, family};
use crate::paths::SCOPE;
use crate::words::word;

const METHODS: &[&str] = &["timeout", "deadline", "try_timeout", "try_deadline", "timeout_or"];

impl Rules<'_> {
    pub(super) fn limits(&mut self, expr: &Expr) {
        if self.options.allows("pointless_timeout") {
            return;
        }
        match expr {
            Expr::MethodCall(call)
                if METHODS.iter().any(|method| call.method == method)
                    && scope_block(&call.receiver).is_some_and(|block| never_waits(&block.block)) =>
            {
                let method = format!(".{}(…)", call.method);
                self.diagnostics.note(diag::pointless_timeout(&call.method, &method));
            }
            Expr::Call(call) => {
                let Expr::Path(function) = &*call.func else { return };
                let names = names_of(&function.path);
                let Some(last) = names.last().filter(|last| *last == "timeout" || *last == "timeout_at")
                else {
                    return;
                };
                if let Some(Expr::Async(block)) = call.args.last()
                    && call.args.len() == 2
                    && never_waits(&block.block)
                {
                    self.diagnostics.note(diag::pointless_timeout(&call.func, &format!("{last}(…)")));
                }
            }
            _ => {}
        }
    }
}

/// The block of `scope!(async { … })`, maybe with other methods behind it.
fn scope_block(expr: &Expr) -> Option<ExprAsync> {
    match expr {
        Expr::Macro(node) if word(&node.mac.path) == Some(SCOPE) => node.mac.parse_body().ok(),
        Expr::MethodCall(call) => scope_block(&call.receiver),
        Expr::Paren(inner) => scope_block(&inner.expr),
        _ => None,
    }
}

fn never_waits(block: &Block) -> bool {
    let mut waits = Waits(false);
    waits.visit_block(block);
    !waits.0
}

/// Whether anything in a block waits, or may.
struct Waits(bool);

impl<'ast> Visit<'ast> for Waits {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Await(_) => self.0 = true,
            Expr::Closure(_) | Expr::Async(_) => {}
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        // The end of a block waits for what was started in it.
        let quiet = matches!(family(mac), Family::Eager | Family::Assert(_) | Family::Lazy)
            && word(&mac.path).is_none()
            && crate::tokens::Contents::of(mac.tokens.clone()).await_.is_none();
        self.0 |= !quiet;
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
