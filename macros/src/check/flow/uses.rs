//! What an expression does with tasks, groups and locks.

use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprCall, ExprMethodCall, Ident, Item};

use super::patterns::is_named;
use super::state::Kind;
use super::{Bound, Flow};
use crate::diag;
use crate::words::plain_async;

/// The methods of a task that end it.
const TASK_ENDS: &[&str] = &["stop", "cancel", "timeout", "shutdown"];

/// The methods of a group that end its children.
const GROUP_ENDS: &[&str] = &["join_all", "stop", "cancel_all"];

impl Flow<'_> {
    /// An expression; in the place of the body's value if `tail`.
    pub(super) fn expr(&mut self, expr: &Expr, tail: bool) {
        match expr {
            Expr::Paren(inner) => self.expr(&inner.expr, tail),
            Expr::Group(inner) => self.expr(&inner.expr, tail),
            Expr::Block(node) => match &node.label {
                Some(label) => self.labelled(label, &node.block, tail),
                None => self.block(&node.block, tail),
            },
            Expr::Unsafe(node) => self.block(&node.block, tail),
            Expr::If(node) => self.if_(node, tail),
            Expr::Match(node) => self.match_(node, tail),
            Expr::While(node) => self.while_(node),
            Expr::ForLoop(node) => self.for_(node),
            Expr::Loop(node) => self.loop_(node),
            Expr::Return(node) => {
                if let Some(value) = &node.expr {
                    self.expr(value, true);
                }
                self.leave(self.frame.things, node.return_token.span, "return");
                self.state.reachable = false;
            }
            Expr::Break(node) => {
                if let Some(value) = &node.expr {
                    self.expr(value, false);
                }
                let label = node.label.as_ref().map(|label| &label.ident);
                self.jump(label, true, node.break_token.span);
            }
            Expr::Continue(node) => {
                let label = node.label.as_ref().map(|label| &label.ident);
                self.jump(label, false, node.continue_token.span);
            }
            Expr::Binary(node) if matches!(node.op, BinOp::And(_) | BinOp::Or(_)) => {
                let span = syn::spanned::Spanned::span(&node.op);
                self.lazy(expr, span);
            }
            Expr::Let(node) => self.lazy(expr, node.let_token.span),
            Expr::Await(node) => {
                match self.task_of(&node.base) {
                    Some(task) => self.close(task),
                    None => self.expr(&node.base, false),
                }
                self.locks_at_await(node.await_token.span);
            }
            Expr::Try(node) => {
                self.expr(&node.expr, false);
                // `Err(e)?` always leaves.
                if is_call_of(&node.expr, "Err") {
                    self.state.reachable = false;
                }
            }
            Expr::Call(node) => self.call(node, tail),
            Expr::MethodCall(node) => self.method(node),
            Expr::Macro(node) => self.macro_(&node.mac, tail),
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident() {
                    self.mention(name, tail);
                } else if tail && self.frame.returns_option && is_named(&path.path, "None") {
                    self.state.reachable = false;
                }
            }
            Expr::Reference(node) => self.look_at(&node.expr),
            Expr::Field(node) => self.look_at(&node.base),
            Expr::Index(node) => {
                self.look_at(&node.expr);
                self.expr(&node.index, false);
            }
            Expr::Unary(node) => self.look_at(&node.expr),
            Expr::Assign(node) => {
                self.expr(&node.right, false);
                self.look_at(&node.left);
            }
            // A closure may run never, or elsewhere.
            Expr::Closure(_) | Expr::Const(_) => {}
            Expr::Async(node) => self.may_use(&node.block),
            other => visit::visit_expr(&mut Children(self), other),
        }
    }

    /// Something that is used where it stands and not moved.
    fn look_at(&mut self, expr: &Expr) {
        if self.thing_of(expr).is_none() {
            self.expr(expr, false);
        }
    }

    /// What a name or a name in parentheses is bound to.
    fn thing_of(&self, expr: &Expr) -> Option<usize> {
        match expr {
            Expr::Paren(inner) => self.thing_of(&inner.expr),
            Expr::Group(inner) => self.thing_of(&inner.expr),
            Expr::Path(path) => match self.names.find(path.path.get_ident()?) {
                Bound::Thing(index) => Some(index),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn task_of(&self, expr: &Expr) -> Option<usize> {
        self.thing_of(expr).filter(|index| self.things[*index].kind == Kind::Task)
    }

    /// What a `let` binds its name to: the same task, or the result of a group's `next`.
    pub(super) fn value_of(&self, expr: &Expr) -> Bound {
        match expr {
            Expr::Path(_) => self.thing_of(expr).map_or(Bound::Other, Bound::Thing),
            Expr::Await(_) => self.drained_by(expr).map_or(Bound::Other, Bound::Next),
            _ => Bound::Other,
        }
    }

    /// The group whose `next` an expression has in it, or is the result of.
    pub(super) fn drained_by(&self, expr: &Expr) -> Option<usize> {
        struct Next<'a, 'b>(&'a Flow<'b>, Option<usize>);
        impl<'ast> Visit<'ast> for Next<'_, '_> {
            fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
                if call.method == "next" && call.args.is_empty() {
                    let group = self.0.thing_of(&call.receiver);
                    self.1 = self.1.or(group.filter(|index| self.0.things[*index].kind == Kind::Group));
                }
                visit::visit_expr_method_call(self, call);
            }
            fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
            fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        }
        if let Expr::Path(path) = expr {
            return match self.names.find(path.path.get_ident()?) {
                Bound::Next(group) => Some(group),
                _ => None,
            };
        }
        let mut next = Next(self, None);
        next.visit_expr(expr);
        next.1
    }

    /// Awaited, cancelled, drained or stopped.
    pub(super) fn close(&mut self, index: usize) {
        self.state.close(index);
        self.things[index].has_closer = true;
        if index < self.frame.things {
            self.closed_outside.push(index);
        }
    }

    /// The name by itself: its value goes where it can be lost.
    fn mention(&mut self, name: &Ident, tail: bool) {
        if name == "None" && tail && self.frame.returns_option {
            self.state.reachable = false;
            return;
        }
        let Bound::Thing(index) = self.names.find(name) else { return };
        match self.things[index].kind {
            Kind::Task => {
                if !self.subject.options.allows("escaping_task") && !self.things[index].reported {
                    self.things[index].reported = true;
                    self.diagnostics.push(diag::escaping_task(name));
                }
                self.close(index);
            }
            // A copy of the handle: the children stay with the group.
            Kind::Group => {}
            Kind::Lock => self.close(index),
        }
    }

    fn call(&mut self, node: &ExprCall, tail: bool) {
        if let Expr::Path(function) = &*node.func {
            let path = &function.path;
            if let Some(argument) = node.args.first()
                && self.gives_up(path, argument)
            {
                return;
            }
            for argument in &node.args {
                self.expr(argument, false);
            }
            // A failure is a free way out, and what never returns is none at all.
            let exits = path.segments.len() > 1 && (is_named(path, "exit") || is_named(path, "abort"));
            if exits || (tail && is_named(path, "Err")) {
                self.state.reachable = false;
            }
            return;
        }
        visit::visit_expr_call(&mut Children(self), node);
    }

    /// `drop(t)`, `mem::forget(t)`, `ManuallyDrop::new(t)`, `Box::leak(Box::new(t))`.
    fn gives_up(&mut self, function: &syn::Path, argument: &Expr) -> bool {
        let drops = is_named(function, "drop");
        let forgets = is_named(function, "forget")
            || (is_named(function, "new") && function.segments.iter().any(|s| s.ident == "ManuallyDrop"));
        let leaks = is_named(function, "leak");
        if !(drops || forgets || leaks) {
            return false;
        }
        let inner = match argument {
            Expr::Call(call) if leaks && is_call_of(argument, "new") => call.args.first(),
            other => Some(other),
        };
        let Some(index) = inner.and_then(|inner| self.thing_of(inner)) else { return false };
        let thing = &mut self.things[index];
        if thing.kind == Kind::Task && !thing.reported {
            thing.reported = true;
            let rule = if drops { "unresolved_task" } else { "forgotten_task" };
            if !self.subject.options.allows(rule) {
                let error = if drops {
                    diag::dropped_task(argument, &thing.name)
                } else {
                    diag::forgotten_task(argument, &thing.name)
                };
                self.diagnostics.note(error);
            }
        }
        if thing.kind != Kind::Group {
            self.close(index);
        }
        true
    }

    fn method(&mut self, call: &ExprMethodCall) {
        let thing = self.thing_of(&call.receiver);
        if thing.is_none() {
            self.expr(&call.receiver, false);
        }
        let Some(index) = thing else {
            for argument in &call.args {
                self.expr(argument, false);
            }
            return;
        };
        let method = call.method.to_string();
        let is_group = self.things[index].kind == Kind::Group;
        let spawns = is_group && matches!(method.as_str(), "spawn" | "try_spawn");
        for argument in &call.args {
            if spawns { self.operand(argument) } else { self.expr(argument, false) }
        }
        match self.things[index].kind {
            Kind::Task if TASK_ENDS.contains(&method.as_str()) => self.close(index),
            Kind::Group if GROUP_ENDS.contains(&method.as_str()) => self.close(index),
            // Drained before, perhaps, but not any more.
            Kind::Group if spawns => self.state.refill(index),
            _ => {}
        }
    }

    /// What a word or a group starts.
    pub(super) fn operand(&mut self, expr: &Expr) {
        if let Expr::Async(block) = expr
            && plain_async(expr.clone()).is_ok()
        {
            self.nested(&block.block);
        } else {
            self.expr(expr, false);
        }
    }

    /// An ordinary `async` block: it may use what it names.
    fn may_use(&mut self, block: &Block) {
        self.may_use_tokens(quote::ToTokens::to_token_stream(block));
    }
}

/// Whether an expression is `NAME(…)`, by the last part of the path.
fn is_call_of(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Call(call) => matches!(&*call.func, Expr::Path(path) if is_named(&path.path, name)),
        Expr::Paren(inner) => is_call_of(&inner.expr, name),
        _ => false,
    }
}

/// Walks the parts of an expression that has no rules of its own, in order.
struct Children<'a, 'b>(&'a mut Flow<'b>);

impl<'ast> Visit<'ast> for Children<'_, '_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.0.expr(expr, false);
    }

    fn visit_block(&mut self, block: &'ast Block) {
        self.0.block(block, false);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
