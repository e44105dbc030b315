//! Where paths part and meet.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{BinOp, Block, Expr, ExprForLoop, ExprIf, ExprLoop, ExprMatch, ExprWhile, Ident, Label, Pat, UnOp};

use super::patterns::{is_some_of_anything, names_none};
use super::state::State;
use super::{Flow, Target};

/// One of several paths, with what a reader calls it.
pub(super) struct Path {
    pub(super) state: State,
    pub(super) span: Span,
    pub(super) name: &'static str,
}

impl Flow<'_> {
    /// Several paths meet.
    pub(super) fn meet(&mut self, paths: Vec<Path>) {
        let mut joined = self.state.unreachable();
        for path in &paths {
            joined.join(&path.state);
        }
        for index in 0..joined.len() {
            let closed = |path: &&Path| path.state.reachable && path.state.is_closed(index);
            let open = |path: &&Path| path.state.reachable && path.state.is_open(index);
            if paths.iter().any(|path| closed(&path))
                && let Some(path) = paths.iter().find(open)
            {
                self.things[index].note_beside(path.span, path.name);
            }
        }
        self.state = joined;
    }

    pub(super) fn if_(&mut self, node: &ExprIf, tail: bool) {
        let names = self.names.mark();
        let (yes, no) = self.condition(&node.cond);
        self.state = yes;
        self.block(&node.then_branch, tail);
        self.names.reset(names);
        let taken =
            Path { state: self.state.clone(), span: node.if_token.span, name: "when this `if` is taken" };
        self.state = no;
        let (span, name) = match &node.else_branch {
            Some((token, other)) => {
                self.expr(other, tail);
                (token.span, "when this `else` is taken")
            }
            None => (node.if_token.span, "when this `if` is not taken"),
        };
        let other = Path { state: self.state.clone(), span, name };
        self.meet(vec![taken, other]);
    }

    /// A condition: the state when it holds and when not. The names it binds stay bound.
    pub(super) fn condition(&mut self, expr: &Expr) -> (State, State) {
        match expr {
            Expr::Paren(inner) => self.condition(&inner.expr),
            Expr::Group(inner) => self.condition(&inner.expr),
            Expr::Unary(node) if matches!(node.op, UnOp::Not(_)) => {
                let (yes, no) = self.condition(&node.expr);
                (no, yes)
            }
            Expr::Binary(node) if matches!(node.op, BinOp::And(_)) => {
                let (yes, mut no) = self.condition(&node.left);
                self.state = yes;
                let (yes, other) = self.condition(&node.right);
                no.join(&other);
                (yes, no)
            }
            Expr::Binary(node) if matches!(node.op, BinOp::Or(_)) => {
                let (mut yes, no) = self.condition(&node.left);
                self.state = no;
                let (other, no) = self.condition(&node.right);
                yes.join(&other);
                (yes, no)
            }
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(value), .. }) => {
                let (here, nowhere) = (self.state.clone(), self.state.unreachable());
                if value.value { (here, nowhere) } else { (nowhere, here) }
            }
            Expr::Let(node) => {
                let drained = self.drained_by(&node.expr);
                self.expr(&node.expr, false);
                let (mut yes, mut no) = (self.state.clone(), self.state.clone());
                if let Some(group) = drained {
                    self.things[group].has_closer = true;
                    if is_some_of_anything(&node.pat) {
                        no.drain(group);
                    } else if names_none(&node.pat) {
                        yes.drain(group);
                    }
                }
                self.names.bind_pattern(&node.pat);
                (yes, no)
            }
            Expr::MethodCall(call) if call.method == "is_some" || call.method == "is_none" => {
                let drained = self.drained_by(&call.receiver);
                self.expr(expr, false);
                let (mut yes, mut no) = (self.state.clone(), self.state.clone());
                if let Some(group) = drained {
                    self.things[group].has_closer = true;
                    if call.method == "is_some" { no.drain(group) } else { yes.drain(group) }
                }
                (yes, no)
            }
            other => {
                self.expr(other, false);
                (self.state.clone(), self.state.clone())
            }
        }
    }

    /// `a && b`, `a || b` and `let` as values.
    pub(super) fn lazy(&mut self, expr: &Expr, span: Span) {
        let names = self.names.mark();
        let (yes, no) = self.condition(expr);
        self.names.reset(names);
        let name = "when the right side is not evaluated";
        self.meet(vec![Path { state: yes, span, name }, Path { state: no, span, name }]);
    }

    pub(super) fn match_(&mut self, node: &ExprMatch, tail: bool) {
        let drained = self.drained_by(&node.expr);
        self.expr(&node.expr, false);
        // What the arms that were not taken leave.
        let mut next = self.state.clone();
        let mut seen_some = false;
        let mut paths = Vec::new();
        for arm in &node.arms {
            let (pattern, guard) = match &arm.pat {
                Pat::Guard(guarded) => (&*guarded.pat, Some(&*guarded.guard)),
                other => (other, None),
            };
            let names = self.names.mark();
            self.names.bind_pattern(pattern);
            self.state = next.clone();
            if let Some(group) = drained {
                let none = names_none(pattern) || (seen_some && is_catch_all(pattern));
                if none {
                    self.state.drain(group);
                    self.things[group].has_closer = true;
                }
                seen_some |= guard.is_none() && is_some_of_anything(pattern);
            }
            if let Some(guard) = guard {
                let (yes, no) = self.condition(guard);
                next.join(&no);
                self.state = yes;
            }
            self.expr(&arm.body, tail);
            self.names.reset(names);
            paths.push(Path {
                state: self.state.clone(),
                span: pattern.span(),
                name: "when this arm is taken",
            });
        }
        self.meet(paths);
    }

    /// The `else` of `let PATTERN = VALUE else { … }`.
    pub(super) fn let_else(&mut self, pattern: &Pat, value: &Expr, diverge: &Expr) {
        let after = self.state.clone();
        if let Some(group) = self.drained_by(value)
            && is_some_of_anything(pattern)
        {
            self.state.drain(group);
            self.things[group].has_closer = true;
        }
        self.expr(diverge, false);
        self.state = after;
    }

    fn target(&self, label: Option<&Label>, is_loop: bool) -> Target {
        Target {
            label: label.map(|label| label.name.ident.clone()),
            is_loop,
            things: self.things.len(),
            left: self.state.unreachable(),
        }
    }

    /// Walks what can be left by `break`; gives the paths that did.
    fn inside(&mut self, target: Target, walk: impl FnOnce(&mut Self)) -> State {
        let nowhere = target.left.clone();
        self.frame.targets.push(target);
        walk(self);
        self.frame.targets.pop().map_or(nowhere, |target| target.left)
    }

    pub(super) fn labelled(&mut self, label: &Label, block: &Block, tail: bool) {
        let target = self.target(Some(label), false);
        let left = self.inside(target, |this| this.block(block, tail));
        self.state.join(&left);
    }

    pub(super) fn loop_(&mut self, node: &ExprLoop) {
        let target = self.target(node.label.as_ref(), true);
        let left = self.inside(target, |this| this.block(&node.body, false));
        self.state = left;
    }

    pub(super) fn while_(&mut self, node: &ExprWhile) {
        let names = self.names.mark();
        let target = self.target(node.label.as_ref(), true);
        let mut no = self.state.clone();
        let left = self.inside(target, |this| {
            let (yes, ends) = this.condition(&node.cond);
            no = ends;
            this.state = yes;
            this.block(&node.body, false);
        });
        self.names.reset(names);
        let body = self.state.clone();
        self.state = no;
        self.leave_loop(left, &body, node.while_token.span, is_draining(&node.cond));
    }

    pub(super) fn for_(&mut self, node: &ExprForLoop) {
        self.expr(&node.expr, false);
        let names = self.names.mark();
        self.names.bind_pattern(&node.pat);
        let target = self.target(node.label.as_ref(), true);
        let before = self.state.clone();
        let left = self.inside(target, |this| this.block(&node.body, false));
        self.names.reset(names);
        let body = self.state.clone();
        self.state = before;
        self.leave_loop(left, &body, node.for_token.span, false);
    }

    /// The end of a loop that may not run at all: `self.state` is where it ends by itself, `left`
    /// where it was left by `break`, `body` the end of its body.
    fn leave_loop(&mut self, left: State, body: &State, span: Span, draining: bool) {
        for index in 0..self.state.len() {
            if self.state.is_open(index) && (body.is_closed(index) || left.is_closed(index)) {
                self.things[index].note_beside(span, "when this loop does not run");
            }
            if draining && left.reachable && left.is_open(index) && self.state.is_closed(index) {
                self.things[index].note_beside(span, "when this loop is left by `break`");
            }
        }
        let ends = self.state.clone();
        self.state = left;
        self.state.join(&ends);
    }

    pub(super) fn jump(&mut self, label: Option<&Ident>, is_break: bool, span: Span) {
        let found = self.frame.targets.iter().rposition(|target| match label {
            Some(label) => target.label.as_ref() == Some(label),
            None => target.is_loop,
        });
        if let Some(index) = found {
            let things = self.frame.targets[index].things;
            self.leave(things, span, if is_break { "break" } else { "continue" });
            if is_break {
                self.frame.targets[index].left.join(&self.state);
            }
        }
        self.state.reachable = false;
    }
}

fn is_catch_all(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Ident(name) => name.subpat.is_none() && name.ident != "None",
        Pat::Paren(inner) => is_catch_all(&inner.pat),
        _ => false,
    }
}

fn is_draining(condition: &Expr) -> bool {
    matches!(condition, Expr::Let(_) | Expr::MethodCall(_))
}
