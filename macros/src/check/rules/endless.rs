//! `endless_loop`: a loop that neither ends nor waits.

use syn::visit::{self, Visit};
use syn::{Expr, Ident, Item, Macro};

use super::{Part, Rules, parts};
use crate::diag;
use crate::others::{Family, family, never_returns};
use crate::words::word;

/// Functions that do not come back, by the last part of their path.
const LEAVES: &[&str] = &["abort", "exit", "panic_any", "resume_unwind", "unreachable_unchecked"];

impl Rules<'_> {
    pub(super) fn endless(&mut self, expr: &Expr) {
        let (span, label, body) = match expr {
            Expr::Loop(node) => (node.loop_token.span, &node.label, &node.body),
            Expr::While(node) if is_true(&node.cond) => (node.while_token.span, &node.label, &node.body),
            _ => return,
        };
        if self.options.allows("endless_loop") {
            return;
        }
        let label = label.as_ref().map(|label| label.name.ident.clone());
        let mut ends = Ends { own: label, loops: 0, labels: Vec::new(), found: false };
        ends.visit_block(body);
        if !ends.found {
            self.diagnostics.note(diag::endless_loop(span));
        }
    }
}

fn is_true(condition: &Expr) -> bool {
    matches!(condition, Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(value), .. }) if value.value)
}

/// Whether anything in a loop ends it or waits.
struct Ends {
    own: Option<Ident>,
    /// How many loops are around, inside the one in question.
    loops: usize,
    /// The labels inside it.
    labels: Vec<Ident>,
    found: bool,
}

impl<'ast> Visit<'ast> for Ends {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        if self.found {
            return;
        }
        match expr {
            Expr::Await(_) | Expr::Return(_) | Expr::Try(_) | Expr::Yield(_) => self.found = true,
            Expr::Break(node) => {
                self.found |= match &node.label {
                    Some(label) => {
                        self.own.as_ref() == Some(&label.ident) || !self.labels.contains(&label.ident)
                    }
                    None => self.loops == 0,
                };
            }
            // To a loop further out.
            Expr::Continue(node) => {
                self.found |= node.label.as_ref().is_some_and(|label| {
                    self.own.as_ref() != Some(&label.ident) && !self.labels.contains(&label.ident)
                });
            }
            Expr::Call(call) => {
                if let Expr::Path(function) = &*call.func
                    && let Some(last) = function.path.segments.last()
                {
                    self.found |= LEAVES.iter().any(|name| last.ident == name);
                }
                visit::visit_expr(self, expr);
            }
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) | Expr::Block(_) => {
                let label = match expr {
                    Expr::Loop(node) => &node.label,
                    Expr::While(node) => &node.label,
                    Expr::ForLoop(node) => &node.label,
                    Expr::Block(node) => &node.label,
                    _ => &None,
                };
                let is_loop = usize::from(!matches!(expr, Expr::Block(_)));
                self.labels.extend(label.as_ref().map(|label| label.name.ident.clone()));
                self.loops += is_loop;
                visit::visit_expr(self, expr);
                self.loops -= is_loop;
            }
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        // Of these it is known that they neither wait nor leave; what stands in them may.
        let goes_on = matches!(family(mac), Family::Eager | Family::Lazy) && !never_returns(mac);
        if word(&mac.path).is_some() || !goes_on {
            self.found = true;
            return;
        }
        for part in parts(mac) {
            if let Part::Expr(expr) = part {
                self.visit_expr(&expr);
            }
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
