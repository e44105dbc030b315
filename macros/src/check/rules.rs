//! The rules that look at one expression at a time, in one walk over a body: the arguments of words
//! and of well-known macros included, nested items left out.

mod blocking;
mod endless;
mod limits;
mod self_limit;
mod spawns;
mod tokens;

use std::collections::HashSet;

use syn::visit::{self, Visit};
use syn::{Block, Expr, Item, Local, Macro, Pat};

use super::Subject;
use crate::diag::Diagnostics;
use crate::others::{Family, Select, family, parse_list};
use crate::parse::options::Options;
use crate::paths::{DAEMON, DEFER, JOIN, JOIN_ALL, RACE, RACE_OK, SPAWN, TASK_GROUP, TRY_JOIN, TRY_JOIN_ALL};
use crate::words::{
    CollectionArguments, DeferArguments, GroupArguments, StartArguments, join_operands, word,
};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut rules = Rules {
        options: subject.options,
        diagnostics,
        blocking: blocking::Calls::of_user(),
        sets: HashSet::new(),
        limited: HashSet::new(),
        handles: HashSet::new(),
        closures: 0,
    };
    rules.visit_block(subject.block);
}

struct Rules<'a> {
    options: &'a Options,
    diagnostics: &'a mut Diagnostics,
    blocking: blocking::Calls,
    /// Locals that are a `JoinSet` made here.
    sets: HashSet<String>,
    /// Locals that are a group with a limit.
    limited: HashSet<String>,
    /// Locals that are a handle of the runtime.
    handles: HashSet<String>,
    /// How many closures are around.
    closures: usize,
}

impl<'ast> Visit<'ast> for Rules<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Closure(_) => {
                self.closures += 1;
                visit::visit_expr(self, expr);
                self.closures -= 1;
                return;
            }
            Expr::Const(_) => return,
            // Awaited at once, it cannot be lost.
            Expr::Await(node) if spawns::is_blocking(&node.base) => {
                visit::visit_expr(self, &node.base);
                return;
            }
            _ => {}
        }
        self.spawns(expr);
        self.limits(expr);
        self.self_limit(expr);
        if self.closures == 0 {
            self.blocking(expr);
            self.endless(expr);
        }
        visit::visit_expr(self, expr);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init) {
            let name = name.ident.to_string();
            if self_limit::makes_limited(&init.expr) {
                self.limited.insert(name);
            } else if spawns::makes_set(&init.expr) {
                self.sets.insert(name);
            } else if spawns::makes_handle(&init.expr) {
                self.handles.insert(name);
            }
        }
        visit::visit_local(self, local);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.tokens(mac);
        visit_parts(self, mac);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// Code of the body that stands in a macro.
pub(super) enum Part {
    Expr(Expr),
    Block(Block),
}

/// The code in a word, or in a macro that is known to take expressions.
pub(super) fn parts(mac: &Macro) -> Vec<Part> {
    match word(&mac.path) {
        Some(SPAWN | DAEMON) => {
            let arguments = mac.parse_body::<StartArguments>();
            return arguments.into_iter().map(|arguments| Part::Expr(arguments.operand)).collect();
        }
        Some(DEFER) => {
            return DeferArguments::of(mac)
                .into_iter()
                .map(|arguments| Part::Block(arguments.block))
                .collect();
        }
        Some(JOIN | TRY_JOIN) => {
            return join_operands(mac).unwrap_or_default().into_iter().map(Part::Expr).collect();
        }
        Some(RACE) => return parts_of_select(mac),
        Some(name @ (JOIN_ALL | TRY_JOIN_ALL | RACE_OK)) => {
            let arguments = CollectionArguments::of(mac, name);
            return arguments.into_iter().flat_map(CollectionArguments::into_parts).map(Part::Expr).collect();
        }
        Some(TASK_GROUP) => {
            let limit = GroupArguments::of(mac).ok().and_then(|arguments| arguments.limit);
            return limit.into_iter().map(Part::Expr).collect();
        }
        // `scope!` checks its block itself.
        Some(_) => return Vec::new(),
        None => {}
    }
    match family(mac) {
        Family::Select => parts_of_select(mac),
        Family::Matches | Family::Unknown => Vec::new(),
        _ => {
            let list = parse_list(mac).map(|(list, _)| list).unwrap_or_default();
            list.into_iter().map(|listed| Part::Expr(listed.expr)).collect()
        }
    }
}

fn parts_of_select(mac: &Macro) -> Vec<Part> {
    let Ok(select) = mac.parse_body::<Select>() else { return Vec::new() };
    let mut parts = Vec::new();
    for branch in select.branches {
        parts.extend(syn::parse2(branch.future).into_iter().map(Part::Expr));
        parts.push(Part::Expr(branch.handler));
    }
    parts.extend(select.otherwise.map(Part::Expr));
    parts
}

/// Visits the code in a macro.
pub(super) fn visit_parts(visitor: &mut impl for<'ast> Visit<'ast>, mac: &Macro) {
    for part in parts(mac) {
        match part {
            Part::Expr(expr) => visitor.visit_expr(&expr),
            Part::Block(block) => visitor.visit_block(&block),
        }
    }
}

/// The names a path is made of.
fn names_of(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}
