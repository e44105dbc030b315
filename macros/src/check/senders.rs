//! `open_sender`: a loop that waits for the end of a channel whose sender the function still has.

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprWhile, Ident, Item, Local, Macro, Pat, Stmt};

use super::Subject;
use super::rules::{Part, parts};
use crate::diag::{self, Diagnostics};
use crate::paths::SPAWN;
use crate::tokens::Contents;
use crate::words::word;

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
                let mut pair =
                    Pair { sender, receiver, given_away: false, lent: false, tasks: 0, found: None };
                for statement in &block.stmts[index + 1..] {
                    pair.visit_stmt(statement);
                }
                if let Some(span) = pair.found {
                    self.0.push(diag::open_sender(span, &pair.sender, &pair.receiver));
                }
            }
        }
        visit::visit_block(self, block);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        for part in parts(mac) {
            match part {
                Part::Expr(expr) => self.visit_expr(&expr),
                Part::Block(block) => self.visit_block(&block),
            }
        }
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
    /// A task has been lent the sender, or a clone of it.
    lent: bool,
    /// How many tasks are around.
    tasks: usize,
    /// A loop that never ends.
    found: Option<proc_macro2::Span>,
}

impl Pair {
    fn is(&self, expr: &Expr, name: &Ident) -> bool {
        matches!(expr, Expr::Path(path) if path.path.is_ident(name))
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
            Expr::While(node) if self.tasks == 0 && self.lent && self.is_drained_by(node) => {
                self.found = Some(node.while_token.span);
            }
            // Used where it stands.
            Expr::MethodCall(call) if self.is(&call.receiver, &self.sender) => {
                self.lent |= self.tasks > 0;
                for argument in &call.args {
                    self.visit_expr(argument);
                }
                self.given_away |= call.method != "clone" && call.method != "send" && !is_harmless(call);
            }
            Expr::MethodCall(call) if call.method == "close" && self.is(&call.receiver, &self.receiver) => {
                self.given_away = true;
            }
            Expr::Reference(node) if self.is(&node.expr, &self.sender) => self.lent |= self.tasks > 0,
            Expr::MethodCall(call) if call.method == "spawn" => {
                self.visit_expr(&call.receiver);
                self.inside_task(|this| call.args.iter().for_each(|argument| this.visit_expr(argument)));
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
            self.given_away |= Contents::of(mac.tokens.clone()).names.contains(&self.sender);
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

    fn visit_local(&mut self, local: &'ast Local) {
        visit::visit_local(self, local);
        // Another one of the same name.
        struct Names<'a>(&'a mut Pair);
        impl<'ast> Visit<'ast> for Names<'_> {
            fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
                self.0.given_away |= name.ident == self.0.sender || name.ident == self.0.receiver;
            }
        }
        Names(self).visit_pat(&local.pat);
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
        let names = Contents::of(quote::ToTokens::to_token_stream(expr)).names;
        self.given_away |= names.contains(&self.sender);
    }
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
