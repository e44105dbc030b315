//! Every task is awaited or cancelled, every group drained or stopped, on every normal path; and
//! no lock is held where a task starts or an await waits.
//!
//! A forward walk over the body in the order in which it runs. It keeps, for every task, group and
//! lock in scope, whether it may be open and whether it may be closed, and joins the two where
//! paths meet. What was closed is never open again but for a group that is spawned into after it
//! was drained, so one walk over a loop is enough to find every task that a path may leave open.
//!
//! What the walk does not understand may have used a task: it is then taken as closed. A wrong
//! error is worse than a missing one, because at run time the scope joins every task anyway.

mod branches;
mod locks;
mod macros;
mod patterns;
mod state;
#[cfg(test)]
mod tests;
mod uses;

use proc_macro2::Span;
use syn::{Attribute, Block, Expr, Ident, Local, Pat, Stmt};

use self::state::{Kind, State, Thing};
use super::Subject;
use crate::diag::Diagnostics;
use crate::names::Names;
use crate::paths::{SPAWN, SPAWN_BLOCKING, TASK_GROUP};
use crate::words::word;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut flow = Flow {
        subject,
        diagnostics,
        names: Names::default(),
        things: Vec::new(),
        state: State::begin(),
        frame: Frame { things: 0, targets: Vec::new(), returns_option: subject.returns_option },
        closed_outside: Vec::new(),
    };
    flow.block(subject.block, true);
}

/// What a name is bound to.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Bound {
    /// A task, a group or a lock, by its place in the list.
    Thing(usize),
    /// The result of `next` of the group with this place.
    Next(usize),
    #[default]
    Other,
}

struct Flow<'a> {
    subject: &'a Subject<'a>,
    diagnostics: &'a mut Diagnostics,
    names: Names<Bound>,
    /// Everything in scope; the state has an entry for each.
    things: Vec<Thing>,
    state: State,
    frame: Frame,
    /// What an `async` block that is a word's argument has closed of the body around it.
    closed_outside: Vec<usize>,
}

/// A function, or an `async` block that is a body of its own.
struct Frame {
    /// Where the things declared in it begin.
    things: usize,
    targets: Vec<Target>,
    /// `None` is a failure.
    returns_option: bool,
}

/// What a `break` or `continue` can go to.
struct Target {
    label: Option<Ident>,
    is_loop: bool,
    /// How many things are in scope outside.
    things: usize,
    /// The paths that leave it by `break`.
    left: State,
}

impl Flow<'_> {
    /// A block; in the place of the body's value if `tail`.
    fn block(&mut self, block: &Block, tail: bool) {
        let (names, things) = (self.names.mark(), self.things.len());
        let last = block.stmts.len().saturating_sub(1);
        for (index, statement) in block.stmts.iter().enumerate() {
            self.statement(statement, tail && index == last);
        }
        self.end_of_scope(things);
        self.names.reset(names);
    }

    fn statement(&mut self, statement: &Stmt, tail: bool) {
        let attributes: &[Attribute] = match statement {
            Stmt::Local(local) => &local.attrs,
            Stmt::Macro(mac) => &mac.attrs,
            Stmt::Expr(expr, _) => attributes_of(expr),
            Stmt::Item(_) => return,
        };
        let condition = condition_of(attributes);
        let before = condition.as_ref().map(|_| self.state.clone());
        match statement {
            Stmt::Local(local) => self.local(local, condition.as_deref()),
            Stmt::Macro(node) => self.macro_(&node.mac, tail),
            Stmt::Expr(expr, None) => self.expr(expr, tail),
            // `Err(e);` is no value.
            Stmt::Expr(expr, Some(_)) => self.expr(expr, false),
            Stmt::Item(_) => {}
        }
        if let (Some(condition), Some(before)) = (condition, before) {
            self.may_not_exist(&condition, before);
        }
    }

    fn local(&mut self, local: &Local, condition: Option<&str>) {
        let pattern = match &local.pat {
            Pat::Type(typed) => &*typed.pat,
            other => other,
        };
        let Some(init) = &local.init else {
            self.names.bind_pattern(&local.pat);
            return;
        };
        if let (Expr::Macro(node), Pat::Ident(name)) = (&*init.expr, pattern)
            && is_plain(name)
            && init.diverge.is_none()
        {
            let kind = match word(&node.mac.path) {
                Some(SPAWN | SPAWN_BLOCKING) => Some(Kind::Task),
                Some(TASK_GROUP) => Some(Kind::Group),
                _ => None,
            };
            if let Some(kind) = kind {
                self.macro_(&node.mac, false);
                self.declare(kind, &name.ident, &node.mac, condition);
                return;
            }
        }
        let bound = match pattern {
            Pat::Ident(_) => self.value_of(&init.expr),
            _ => Bound::Other,
        };
        // Another name for it, or `let _ = t;`, which does nothing.
        let moves = !matches!(bound, Bound::Thing(_)) && !matches!(pattern, Pat::Wild(_));
        if moves || !matches!(*init.expr, Expr::Path(_)) {
            self.expr(&init.expr, false);
        }
        if let Some((_, diverge)) = &init.diverge {
            self.let_else(&local.pat, &init.expr, diverge);
        }
        match pattern {
            Pat::Ident(name) if locks::is_lock(&init.expr) => {
                self.declare(Kind::Lock, &name.ident, &init.expr, condition);
            }
            Pat::Ident(name) => self.names.bind(&name.ident, bound),
            _ => self.names.bind_pattern(&local.pat),
        }
    }

    /// A new task, group or lock.
    fn declare(&mut self, kind: Kind, name: &Ident, place: &impl quote::ToTokens, condition: Option<&str>) {
        self.things.push(Thing::new(kind, name, place, condition));
        self.state.declare();
        self.names.bind(name, Bound::Thing(self.things.len() - 1));
    }

    /// `async { … }` as the argument of a word: a body of its own, in which the names around it
    /// can be used.
    fn nested(&mut self, block: &Block) {
        // What it yields is not written anywhere, so it may be an `Option`.
        let frame = Frame { things: self.things.len(), targets: Vec::new(), returns_option: true };
        let outer = std::mem::replace(&mut self.frame, frame);
        let before = self.state.clone();
        let closed = std::mem::take(&mut self.closed_outside);
        self.state.reachable = true;
        self.block(block, true);
        let inner = std::mem::replace(&mut self.closed_outside, closed);
        self.frame = outer;
        self.state = before;
        for thing in inner {
            self.close(thing);
        }
    }

    /// A path that leaves everything from `things` on, other than by failing.
    fn leave(&mut self, things: usize, span: Span, how: &'static str) {
        if !self.state.reachable {
            return;
        }
        for index in things..self.things.len() {
            if self.state.is_open(index) {
                self.things[index].leave(span, how);
            }
        }
    }

    /// The end of the block that declared everything from `things` on.
    fn end_of_scope(&mut self, things: usize) {
        for (offset, thing) in self.things.drain(things..).enumerate() {
            let open = self.state.reachable && self.state.is_open(things + offset);
            thing.report(open, self.subject.options, self.diagnostics);
        }
        self.state.truncate(things);
    }

    /// What a statement under `#[cfg]` did has happened or not.
    fn may_not_exist(&mut self, condition: &str, before: State) {
        for index in 0..before.len() {
            if self.state.is_open(index) || !before.is_open(index) {
                continue;
            }
            // Closed by this statement: for good if the task itself exists under the same
            // condition, or if there are others that close it under theirs.
            let thing = &mut self.things[index];
            let same = thing.condition.as_deref() == Some(condition);
            if !same && !thing.closed_under_another(condition) {
                self.state.open(index);
            }
        }
        self.state.reachable |= before.reachable;
    }
}

/// `name` or `mut name`: the form in which a word can be bound.
fn is_plain(name: &syn::PatIdent) -> bool {
    name.by_ref.is_none() && name.subpat.is_none()
}

fn attributes_of(expr: &Expr) -> &[Attribute] {
    match expr {
        Expr::Await(node) => &node.attrs,
        Expr::Block(node) => &node.attrs,
        Expr::Call(node) => &node.attrs,
        Expr::ForLoop(node) => &node.attrs,
        Expr::If(node) => &node.attrs,
        Expr::Loop(node) => &node.attrs,
        Expr::Macro(node) => &node.attrs,
        Expr::Match(node) => &node.attrs,
        Expr::MethodCall(node) => &node.attrs,
        Expr::Return(node) => &node.attrs,
        Expr::Try(node) => &node.attrs,
        Expr::While(node) => &node.attrs,
        // An attribute in front of a chain stands, for syn, on the first operand of it.
        _ => &[],
    }
}

/// The text of `#[cfg(…)]`, if there is one.
fn condition_of(attributes: &[Attribute]) -> Option<String> {
    let attribute = attributes.iter().find(|attribute| attribute.path().is_ident("cfg"))?;
    let list = attribute.meta.require_list().ok()?;
    Some(list.tokens.to_string())
}
