//! Words and the macros of others.

use proc_macro2::TokenStream;
use syn::spanned::Spanned;
use syn::{Expr, Macro};

use super::branches::Path;
use super::patterns::is_some_of_anything;
use super::state::Kind;
use super::{Bound, Flow};
use crate::others::{Family, Select, family, never_returns, parse_list};
use crate::paths::{
    DAEMON, DEFER, JOIN, JOIN_ALL, RACE, RACE_OK, SPAWN, SPAWN_BLOCKING, TASK_GROUP, TRY_JOIN, TRY_JOIN_ALL,
};
use crate::tokens::Contents;
use crate::words::{
    CollectionArguments, DeferArguments, GroupArguments, StartArguments, join_operands, word,
};

impl Flow<'_> {
    pub(super) fn macro_(&mut self, mac: &Macro, tail: bool) {
        match word(&mac.path) {
            Some(SPAWN | DAEMON) => {
                self.locks_at_start(mac);
                match mac.parse_body::<StartArguments>() {
                    Ok(arguments) => self.operand(&arguments.operand),
                    Err(_) => self.may_use_tokens(mac.tokens.clone()),
                }
            }
            // A closure, which may run never, or elsewhere; it cannot borrow a handle.
            Some(SPAWN_BLOCKING) => self.locks_at_start(mac),
            Some(TASK_GROUP) => {
                self.locks_at_start(mac);
                match GroupArguments::of(mac) {
                    Ok(arguments) => {
                        arguments.limit.iter().for_each(|limit| self.expr(limit, false));
                    }
                    Err(_) => self.may_use_tokens(mac.tokens.clone()),
                }
            }
            Some(DEFER) => match DeferArguments::of(mac) {
                Ok(arguments) => self.nested(&arguments.block),
                Err(_) => self.may_use_tokens(mac.tokens.clone()),
            },
            Some(JOIN | TRY_JOIN) => match join_operands(mac) {
                Ok(operands) => {
                    for operand in &operands {
                        match self.task_of(operand) {
                            Some(task) => self.close(task),
                            None => self.operand(operand),
                        }
                    }
                    self.locks_at_await(mac.path.span());
                }
                Err(_) => self.may_use_tokens(mac.tokens.clone()),
            },
            Some(name @ (JOIN_ALL | TRY_JOIN_ALL | RACE_OK)) => {
                match CollectionArguments::of(mac, name) {
                    Ok(arguments) => arguments.into_parts().for_each(|part| self.expr(&part, false)),
                    Err(_) => self.may_use_tokens(mac.tokens.clone()),
                }
                self.locks_at_await(mac.path.span());
            }
            Some(RACE) => match mac.parse_body::<Select>() {
                Ok(select) => {
                    self.locks_at_await(mac.path.span());
                    self.select(&select, tail, true);
                }
                Err(_) => self.may_use_tokens(mac.tokens.clone()),
            },
            // `scope!`, which expands by itself.
            Some(_) => self.may_use_tokens(mac.tokens.clone()),
            None => self.foreign(mac, tail),
        }
    }

    fn foreign(&mut self, mac: &Macro, tail: bool) {
        match family(mac) {
            Family::Eager => {
                self.list(mac, keeps_values(mac));
                if never_returns(mac) {
                    self.state.reachable = false;
                }
            }
            Family::Assert(_) | Family::Lazy => self.list(mac, false),
            Family::Exit => {
                self.list(mac, false);
                if is_called(mac, "bail") {
                    self.state.reachable = false;
                }
            }
            Family::Join => match parse_list(mac) {
                Some((list, _)) => {
                    for listed in list {
                        match self.task_of(&listed.expr) {
                            Some(task) => self.close(task),
                            None => self.expr(&listed.expr, false),
                        }
                    }
                }
                None => self.may_use_tokens(mac.tokens.clone()),
            },
            Family::Select => match mac.parse_body::<Select>() {
                Ok(select) => self.select(&select, tail, false),
                Err(_) => self.may_use_tokens(mac.tokens.clone()),
            },
            Family::Matches | Family::Unknown => self.may_use_tokens(mac.tokens.clone()),
        }
    }

    /// A list of expressions, which are moved if `moves`, and otherwise only looked at.
    fn list(&mut self, mac: &Macro, moves: bool) {
        let Some((list, _)) = parse_list(mac) else {
            self.may_use_tokens(mac.tokens.clone());
            return;
        };
        for listed in list {
            if moves || !matches!(listed.expr, Expr::Path(_)) {
                self.expr(&listed.expr, false);
            }
        }
    }

    /// One branch runs. A task is awaited only in the branch that takes it, unless `race`: then those
    /// that lose are stopped.
    fn select(&mut self, select: &Select, tail: bool, race: bool) {
        let mut taken = Vec::new();
        let mut drained = Vec::new();
        for branch in &select.branches {
            let future = syn::parse2::<Expr>(branch.future.clone());
            if let Some(condition) = &branch.condition {
                self.may_use_tokens(condition.clone());
            }
            let task = future.as_ref().ok().and_then(|future| self.task_of(future));
            let group = future.as_ref().ok().and_then(|future| self.drained_by(future));
            match (&future, task) {
                (Ok(_), Some(task)) if race => self.close(task),
                (Ok(future), None) if race => self.operand(future),
                (Ok(future), None) => self.expr(future, false),
                (Err(_), _) => self.may_use_tokens(branch.future.clone()),
                (Ok(_), Some(_)) => {}
            }
            drained.extend(group.filter(|_| is_some_of_anything(&branch.pattern)));
            taken.push((task, group));
        }
        let before = self.state.clone();
        let mut paths = Vec::new();
        for (branch, (task, group)) in select.branches.iter().zip(taken) {
            self.state = before.clone();
            if let Some(task) = task {
                self.close(task);
            }
            let names = self.names.mark();
            self.names.bind_pattern(&branch.pattern);
            if let (Some(group), syn::Pat::Ident(name)) = (group, &branch.pattern) {
                self.names.bind(&name.ident, Bound::Next(group));
            }
            self.expr(&branch.handler, tail);
            self.names.reset(names);
            paths.push(Path {
                state: self.state.clone(),
                span: branch.pattern.span(),
                name: "when this branch is taken",
            });
        }
        if let Some(otherwise) = &select.otherwise {
            self.state = before;
            for group in drained {
                self.close(group);
            }
            self.expr(otherwise, tail);
            paths.push(Path {
                state: self.state.clone(),
                span: otherwise.span(),
                name: "when this `else` is taken",
            });
        }
        self.meet(paths);
    }

    /// Tokens nobody has read: they may have used every task they name.
    pub(super) fn may_use_tokens(&mut self, tokens: TokenStream) {
        for name in &Contents::of(tokens).names {
            if let Bound::Thing(index) = self.names.find(name)
                && self.things[index].kind != Kind::Lock
            {
                self.close(index);
            }
        }
    }
}

fn is_called(mac: &Macro, name: &str) -> bool {
    mac.path.segments.last().is_some_and(|last| last.ident == name)
}

/// Macros that take their arguments by value.
fn keeps_values(mac: &Macro) -> bool {
    is_called(mac, "vec") || is_called(mac, "dbg")
}
