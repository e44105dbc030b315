//! The code of a `defer!` runs when its function has been left already, so it cannot leave it.

use syn::visit::{self, Visit};
use syn::{Expr, Item};

use crate::diag::{self, Diagnostics};
use crate::lower::Body;

pub(super) fn check(code: &Body, diagnostics: &mut Diagnostics) {
    Exits { loops: 0, labels: Vec::new(), diagnostics }.visit_block(&code.block);
}

struct Exits<'a> {
    /// How many loops of the clean-up's own are around.
    loops: usize,
    /// The labels of its own.
    labels: Vec<syn::Ident>,
    diagnostics: &'a mut Diagnostics,
}

impl Exits<'_> {
    fn jump(&mut self, span: proc_macro2::Span, word: &str, label: Option<&syn::Lifetime>) {
        let own = match label {
            Some(label) => self.labels.contains(&label.ident),
            None => self.loops > 0,
        };
        if !own {
            self.diagnostics.push(diag::exit_in_defer(span, word));
        }
    }

    fn labelled(&mut self, label: Option<&syn::Label>, visit: impl FnOnce(&mut Self)) {
        self.labels.extend(label.map(|label| label.name.ident.clone()));
        visit(self);
        if label.is_some() {
            self.labels.pop();
        }
    }
}

impl<'ast> Visit<'ast> for Exits<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => return,
            Expr::Return(node) => {
                self.diagnostics.push(diag::exit_in_defer(node.return_token.span, "return"));
            }
            Expr::Break(node) => self.jump(node.break_token.span, "break", node.label.as_ref()),
            Expr::Continue(node) => self.jump(node.continue_token.span, "continue", node.label.as_ref()),
            _ => {}
        }
        let label = match expr {
            Expr::Loop(node) => node.label.as_ref(),
            Expr::While(node) => node.label.as_ref(),
            Expr::ForLoop(node) => node.label.as_ref(),
            Expr::Block(node) => {
                self.labelled(node.label.as_ref(), |this| visit::visit_expr_block(this, node));
                return;
            }
            other => return visit::visit_expr(self, other),
        };
        self.loops += 1;
        self.labelled(label, |this| visit::visit_expr(this, expr));
        self.loops -= 1;
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
