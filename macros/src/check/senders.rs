//! `open_sender`: a loop that waits for the end of a channel whose sender the function still has, or a
//! task that does, where the function waits for that task.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprWhile, Ident, Item, Local, Macro, Pat, Stmt};

use super::Subject;
use super::rules::{Part, parts, visit_parts};
use crate::diag::{self, Diagnostics};
use crate::paths::SPAWN;
use crate::tokens::Contents;
use crate::words::{StartArguments, word};

/// Functions that make a sender and a receiver.
const CHANNELS: &[&str] = &["channel", "unbounded_channel", "bounded", "unbounded"];

/// Methods that wait for the next message.
const RECEIVES: &[&str] = &["recv", "recv_async", "next"];

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    if !subject.options.allows("open_sender") {
        Blocks(diagnostics).visit_block(subject.block);
    }
}

/// Looks for channels in every block.
struct Blocks<'a>(&'a mut Diagnostics);

impl<'ast> Visit<'ast> for Blocks<'_> {
    fn visit_block(&mut self, block: &'ast Block) {
        for (index, statement) in block.stmts.iter().enumerate() {
            if let Stmt::Local(local) = statement
                && let Some((sender, receiver)) = channel(local)
            {
                let mut pair = Pair::new(sender, receiver);
                for statement in &block.stmts[index + 1..] {
                    pair.visit_stmt(statement);
                }
                match pair.found {
                    Some(Found::Loop(span)) => {
                        self.0.note(diag::open_sender(span, &pair.sender, &pair.receiver));
                    }
                    Some(Found::Join(span, name)) => {
                        self.0.note(diag::open_sender_at_join(span, &name, &pair.sender, &pair.receiver));
                    }
                    None => {}
                }
            }
        }
        visit::visit_block(self, block);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        visit_parts(self, mac);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// `let (tx, mut rx) = ….channel(…);`
fn channel(local: &Local) -> Option<(Ident, Ident)> {
    let pattern = match &local.pat {
        Pat::Type(typed) => &*typed.pat,
        other => other,
    };
    let Pat::Tuple(tuple) = pattern else { return None };
    let mut names = tuple.elems.iter().map(|element| match element {
        Pat::Ident(name) => Some(name.ident.clone()),
        _ => None,
    });
    let (sender, receiver) = (names.next()??, names.next()??);
    let Expr::Call(call) = &*local.init.as_ref()?.expr else { return None };
    let Expr::Path(function) = &*call.func else { return None };
    let last = function.path.segments.last()?;
    let is_channel = names.next().is_none() && CHANNELS.iter().any(|name| last.ident == name);
    is_channel.then_some((sender, receiver))
}

/// What becomes of a sender and its receiver, in the order of the text.
struct Pair {
    sender: Ident,
    receiver: Ident,
    /// The sender may be gone, or the receiver been closed.
    given_away: bool,
    /// The sender was lent to a task or a call, or a clone of it was made.
    lent: bool,
    /// How many tasks are around.
    tasks: usize,
    /// The block that is walked has other things of these names.
    hidden: Hidden,
    /// The task or group that ends with the channel.
    drained_by: Option<Ident>,
    found: Option<Found>,
}

#[derive(Clone, Copy, Default)]
struct Hidden {
    sender: bool,
    receiver: bool,
}

/// What never ends.
enum Found {
    Loop(Span),
    /// An await of a task or group that has the loop in it.
    Join(Span, Ident),
}

impl Pair {
    fn new(sender: Ident, receiver: Ident) -> Self {
        let hidden = Hidden::default();
        Self {
            sender,
            receiver,
            given_away: false,
            lent: false,
            tasks: 0,
            hidden,
            drained_by: None,
            found: None,
        }
    }

    fn is(&self, expr: &Expr, name: &Ident) -> bool {
        let hidden =
            (self.hidden.sender && *name == self.sender) || (self.hidden.receiver && *name == self.receiver);
        !hidden && is_named(expr, name)
    }

    /// Whether what a task runs is, or has in it, a loop to the end of the channel.
    fn is_drained_in(&self, operand: &Expr) -> bool {
        struct Drains<'a> {
            pair: &'a Pair,
            drains: bool,
            closes: bool,
        }
        impl<'ast> Visit<'ast> for Drains<'_> {
            fn visit_expr_while(&mut self, node: &'ast ExprWhile) {
                self.drains |= self.pair.is_drained_by(node);
                visit::visit_expr_while(self, node);
            }
            fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
                self.closes |= call.method == "close";
                visit::visit_expr_method_call(self, call);
            }
            fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
            fn visit_item(&mut self, _: &'ast Item) {}
        }
        let Expr::Async(node) = operand else { return false };
        let mut found = Drains { pair: self, drains: false, closes: false };
        found.visit_block(&node.block);
        found.drains && !found.closes && !leaves(&node.block)
    }

    /// `t.await`, `g.join_all().await`
    fn is_join(&self, base: &Expr, of: &Ident) -> bool {
        match base {
            Expr::MethodCall(call) => call.method == "join_all" && is_named(&call.receiver, of),
            other => is_named(other, of),
        }
    }

    /// `while let Some(…) = rx.recv().await`, with no other way out.
    fn is_drained_by(&self, node: &ExprWhile) -> bool {
        let Expr::Let(condition) = &*node.cond else { return false };
        let Expr::Await(wait) = &*condition.expr else { return false };
        let Expr::MethodCall(call) = &*wait.base else { return false };
        let receives = RECEIVES.iter().any(|method| call.method == method);
        let is_anything = matches!(&*condition.pat, Pat::TupleStruct(some)
            if matches!(some.elems.first(), Some(Pat::Ident(_) | Pat::Wild(_) | Pat::Tuple(_))));
        receives && is_anything && self.is(&call.receiver, &self.receiver) && !leaves(&node.body)
    }
}

impl<'ast> Visit<'ast> for Pair {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        if self.given_away || self.found.is_some() {
            return;
        }
        match expr {
            // A loop that needs the sender itself is meant to go on until it is cancelled.
            Expr::While(node)
                if self.tasks == 0
                    && self.lent
                    && self.is_drained_by(node)
                    && !names_in(&node.body).contains(&self.sender) =>
            {
                self.found = Some(Found::Loop(node.while_token.span));
            }
            Expr::Await(node) if self.tasks == 0 => match &self.drained_by {
                Some(name) if self.is_join(&node.base, name) => {
                    self.found = Some(Found::Join(node.await_token.span, name.clone()));
                }
                _ => visit::visit_expr(self, expr),
            },
            // Used where it stands.
            Expr::MethodCall(call) if self.is(&call.receiver, &self.sender) => {
                self.lent |= self.tasks > 0 || call.method == "clone";
                for argument in &call.args {
                    self.visit_expr(argument);
                }
                self.given_away |= call.method != "clone" && call.method != "send" && !is_harmless(call);
            }
            Expr::MethodCall(call) if call.method == "close" && self.is(&call.receiver, &self.receiver) => {
                self.given_away = true;
            }
            Expr::Reference(node) if self.is(&node.expr, &self.sender) => self.lent = true,
            Expr::MethodCall(call) if call.method == "spawn" => {
                self.visit_expr(&call.receiver);
                let drains = call.args.iter().any(|argument| self.is_drained_in(argument));
                self.inside_task(|this| call.args.iter().for_each(|argument| this.visit_expr(argument)));
                if let (true, Expr::Path(group)) = (drains && self.tasks == 0, &*call.receiver) {
                    self.drained_by = group.path.get_ident().cloned().or(self.drained_by.take());
                }
            }
            Expr::Path(_) if self.is(expr, &self.sender) => self.given_away = true,
            // Moved, or used elsewhere.
            Expr::Async(node) if node.capture.is_some() => self.may_give_away(expr),
            Expr::Closure(_) => self.may_give_away(expr),
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let parts = parts(mac);
        if parts.is_empty() {
            let names = Contents::of(mac.tokens.clone()).names;
            self.given_away |= !self.hidden.sender && names.contains(&self.sender);
        }
        for part in parts {
            match part {
                Part::Expr(expr) if word(&mac.path) == Some(SPAWN) => {
                    self.inside_task(|this| this.visit_expr(&expr));
                }
                Part::Expr(expr) => self.visit_expr(&expr),
                Part::Block(block) => self.visit_block(&block),
            }
        }
    }

    fn visit_block(&mut self, block: &'ast Block) {
        let hidden = self.hidden;
        visit::visit_block(self, block);
        self.hidden = hidden;
    }

    fn visit_local(&mut self, local: &'ast Local) {
        visit::visit_local(self, local);
        // Another one of the same name.
        struct Names<'a>(&'a mut Pair);
        impl<'ast> Visit<'ast> for Names<'_> {
            fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
                self.0.hidden.sender |= name.ident == self.0.sender;
                self.0.hidden.receiver |= name.ident == self.0.receiver;
                self.0.drained_by.take_if(|task| *task == name.ident);
            }
        }
        Names(self).visit_pat(&local.pat);
        if let Some(task) = spawned(local)
            && self.tasks == 0
            && self.is_drained_in(&task.1)
        {
            self.drained_by = Some(task.0);
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

impl Pair {
    fn inside_task(&mut self, visit: impl FnOnce(&mut Self)) {
        self.tasks += 1;
        visit(self);
        self.tasks -= 1;
    }

    fn may_give_away(&mut self, expr: &Expr) {
        let names = names_in(expr);
        self.given_away |= !self.hidden.sender && names.contains(&self.sender);
    }
}

fn names_in(code: &impl quote::ToTokens) -> Vec<Ident> {
    Contents::of(code.to_token_stream()).names
}

fn is_named(expr: &Expr, name: &Ident) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident(name))
}

/// `let task = spawn!(operand);`
fn spawned(local: &Local) -> Option<(Ident, Expr)> {
    let pattern = match &local.pat {
        Pat::Type(typed) => &*typed.pat,
        other => other,
    };
    let (Pat::Ident(name), Expr::Macro(node)) = (pattern, &*local.init.as_ref()?.expr) else { return None };
    let is_spawn = word(&node.mac.path) == Some(SPAWN);
    let arguments = is_spawn.then(|| node.mac.parse_body::<StartArguments>().ok())??;
    Some((name.ident.clone(), arguments.operand))
}

/// Methods that leave a sender open.
fn is_harmless(call: &syn::ExprMethodCall) -> bool {
    ["try_send", "send_async", "send_timeout", "reserve", "try_reserve", "capacity", "is_closed", "downgrade"]
        .iter()
        .any(|method| call.method == method)
}

/// Whether a block has a way out of it other than its end.
fn leaves(block: &Block) -> bool {
    struct Exits(bool);
    impl<'ast> Visit<'ast> for Exits {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Break(_) | Expr::Return(_) | Expr::Try(_) => self.0 = true,
                Expr::Closure(_) | Expr::Async(_) => {}
                other => visit::visit_expr(self, other),
            }
        }
        // May have anything in it.
        fn visit_macro(&mut self, mac: &'ast Macro) {
            self.0 |= parts(mac).is_empty() && !mac.tokens.is_empty();
            self.0 |= Contents::of(mac.tokens.clone()).exit.is_some();
        }
    }
    let mut exits = Exits(false);
    exits.visit_block(block);
    exits.0
}
