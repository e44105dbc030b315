//! The walk that lowers a body.

use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprMethodCall, FnArg, Ident, Local, Macro, Pat, Signature, Stmt, Type};

use super::marks::mark;
use super::recursion::Itself;
use super::{
    AsyncBlock, Binding, Body, Lowered, Operand, Place, Word, collections, combine, foreign, statements,
};
use crate::diag::{self, Diagnostics};
use crate::names::Names;
use crate::parse::options::Options;
use crate::paths::{
    JOIN, JOIN_ALL, RACE, RACE_OK, SCOPE, SPAWN, SPAWN_BLOCKING, TASK_GROUP, TRY_JOIN, TRY_JOIN_ALL,
};
use crate::text;
use crate::words::{Errors, plain_async, word};

/// Lowers the body of a function.
pub(crate) fn lower_function(signature: &Signature, block: Block, options: &Options) -> Lowered {
    let mut lowering = Lowering { allowed: options.allowed(), ..Lowering::default() };
    for input in &signature.inputs {
        if let FnArg::Typed(input) = input {
            lowering.names.bind_pattern(&input.pat);
            if let Pat::Ident(name) = &*input.pat
                && is_group_type(&input.ty)
            {
                lowering.names.bind(&name.ident, Binding::GroupHandle);
            }
        }
    }
    lowering.itself = Some(Itself::of(signature));
    let body = lowering.body(block);
    Lowered { body, recursive: lowering.recursive, diagnostics: lowering.diagnostics }
}

/// Lowers a block that stands by itself: the argument of `scope!`.
pub(crate) fn lower_block(block: Block, options: &Options) -> Lowered {
    let mut lowering = Lowering { allowed: options.allowed(), ..Lowering::default() };
    let body = lowering.body(block);
    Lowered { body, recursive: false, diagnostics: lowering.diagnostics }
}

fn is_group_type(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "TaskGroup")
}

/// What is known so far of a body being lowered.
#[derive(Default)]
pub(super) struct Level {
    /// A number of its own.
    body: usize,
    words: Vec<Word>,
    pub(super) framed: bool,
    strict: bool,
    /// How many `defer!` regions are around.
    pub(super) depth: usize,
    /// How many tasks, groups and daemons are open at this depth.
    pub(super) open: usize,
}

#[derive(Default)]
pub(super) struct Lowering {
    pub(super) names: Names<Binding>,
    pub(super) diagnostics: Diagnostics,
    /// The bodies around this place, the innermost last.
    levels: Vec<Level>,
    bodies: usize,
    itself: Option<Itself>,
    recursive: bool,
    /// The rules that are allowed.
    pub(super) allowed: Vec<Ident>,
    /// The labels around this place, the innermost last.
    labels: Vec<Label>,
}

/// A label, and where it stands: in which body, at which depth, and how many entries were open there.
struct Label {
    name: Ident,
    body: usize,
    depth: usize,
    open: usize,
}

impl Lowering {
    /// Lowers a block as a body of its own, with the names around it in scope.
    pub(super) fn body(&mut self, mut block: Block) -> Body {
        self.bodies += 1;
        for attribute in crate::expand::foreign_attributes_in(&block) {
            self.diagnostics.push(diag::foreign_attribute_inside(attribute));
        }
        self.levels.push(Level { body: self.bodies, ..Level::default() });
        self.visit_block_mut(&mut block);
        let level = self.levels.pop().unwrap_or_default();
        Body { block, words: level.words, framed: level.framed, strict: level.strict }
    }

    pub(super) fn level(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::default());
        }
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    /// Stores a word and returns the mark for it.
    pub(super) fn add(&mut self, word: Word) -> syn::Attribute {
        let words = &mut self.level().words;
        words.push(word);
        mark(words.len() - 1)
    }

    /// Binds the name of a task or group whose word was just stored.
    pub(super) fn bind_word(&mut self, name: &Ident, group: bool) {
        let level = self.level();
        let (body, word, level) = (level.body, level.words.len() - 1, level.depth);
        let binding =
            if group { Binding::Group { body, word, level } } else { Binding::Task { body, word, level } };
        self.names.bind(name, binding);
    }

    /// A macro that may hide an exit stands here.
    pub(super) fn may_hide_exit(&mut self) {
        let level = self.level();
        level.strict |= level.open > 0;
    }

    /// Whether a jump to this label, from here, would leave tasks behind that are open. Where it would
    /// leave another body, or what stands below a `defer!`, rustc says so.
    pub(super) fn leaves_tasks(&mut self, label: &Ident) -> bool {
        let Level { body, depth, open, .. } = *self.level();
        let target = self.labels.iter().rev().find(|known| known.name == *label);
        target.is_some_and(|target| target.body == body && target.depth == depth && target.open < open)
    }

    /// A name is used for more than to await its task where it can be reached.
    pub(super) fn mention(&mut self, name: &Ident) {
        self.mention_as(self.names.find(name), true);
    }

    pub(super) fn mention_as(&mut self, binding: Binding, as_handle: bool) {
        let (Binding::Task { body, word, level } | Binding::Group { body, word, level }) = binding else {
            return;
        };
        let here = self.level();
        let captured = here.body != body || here.depth != level;
        let Some(level) = self.levels.iter_mut().find(|level| level.body == body) else { return };
        match level.words.get_mut(word) {
            Some(Word::Task(task)) => {
                task.mentioned = true;
                task.handle |= as_handle;
                task.captured |= as_handle && captured;
            }
            Some(Word::Group(group)) => group.mentioned = true,
            _ => {}
        }
    }

    /// Whether the guard of a task or group can be moved at this place: it is in the same body,
    /// and no `defer!` region, which is an `async` block of its own, begins between.
    pub(super) fn reaches_guard(&mut self, binding: Binding) -> bool {
        let (Binding::Task { body, level, .. } | Binding::Group { body, level, .. }) = binding else {
            return false;
        };
        let here = self.level();
        here.body == body && here.depth == level
    }

    /// `async { … }` as a scoped body.
    pub(super) fn async_block(&mut self, block: syn::ExprAsync) -> AsyncBlock {
        let place = Place { span: block.async_token.span, text: "async { … }".to_owned() };
        AsyncBlock { moves: block.capture.is_some(), body: self.body(block.block), place }
    }

    /// Whether something awaited or started is a call of the function it stands in.
    pub(super) fn calls_itself(&mut self, expr: &Expr) -> bool {
        let found = self.itself.as_ref().is_some_and(|itself| itself.is_called_by(expr));
        self.recursive |= found;
        found
    }

    /// What a word or a group starts.
    pub(super) fn operand(&mut self, expr: Expr) -> Operand {
        self.calls_itself(&expr);
        match plain_async(expr) {
            Ok(block) => Operand::Block(Box::new(self.async_block(block))),
            Err(mut call) => {
                self.visit_expr_mut(&mut call);
                Operand::Call(call)
            }
        }
    }

    /// Whether the error of a child of this group is that of the function this stands in.
    fn is_fail_fast(&mut self, binding: Binding) -> bool {
        let Binding::Group { body, word, .. } = binding else { return false };
        let here = self.level();
        let Some(Word::Group(group)) = here.words.get(word).filter(|_| here.body == body) else {
            return false;
        };
        // Where the type is written out it says which error it is.
        group.arguments.errors() == Some(Errors::FailFast) && !matches!(group.pattern, Pat::Type(_))
    }

    /// `g.spawn(async { … })` on the name of a group.
    fn group_spawn(&mut self, call: &mut ExprMethodCall) -> bool {
        let Expr::Path(receiver) = &*call.receiver else { return false };
        let Some(name) = receiver.path.get_ident().cloned() else { return false };
        let binding = self.names.find(&name);
        if !matches!(binding, Binding::Group { .. } | Binding::GroupHandle)
            || !matches!(call.method.to_string().as_str(), "spawn" | "try_spawn")
            || call.args.len() != 1
        {
            return false;
        }
        if !matches!(call.args.first(), Some(Expr::Async(_))) {
            if let Some(argument) = call.args.first() {
                self.calls_itself(argument);
            }
            return false;
        }
        self.mention_as(binding, true);
        let Some(argument) = call.args.pop() else { return false };
        let operand = self.operand(argument);
        let linked = self.is_fail_fast(binding);
        let mark = self.add(Word::GroupSpawn(operand, linked));
        call.attrs.push(mark);
        true
    }

    /// A macro in the place of an expression.
    fn expression_macro(&mut self, mac: &mut Macro, attributes: &mut Vec<syn::Attribute>) {
        match word(&mac.path) {
            Some(name @ (SPAWN | SPAWN_BLOCKING | TASK_GROUP)) => {
                self.diagnostics.push(statements::unbound(name, mac));
            }
            // Expands by itself; what it mentions are handles.
            Some(SCOPE) => {
                foreign::mention_all(self, mac);
                if !self.allowed.is_empty() {
                    let (allowed, tokens) = (&self.allowed, &mac.tokens);
                    mac.tokens = quote::quote!(@allow(#(#allowed),*) #tokens);
                }
            }
            Some(name @ (JOIN | TRY_JOIN | RACE)) => {
                if let Some(word) = combine::lower(self, mac, name) {
                    let mark = self.add(word);
                    attributes.push(mark);
                }
            }
            Some(name @ (JOIN_ALL | TRY_JOIN_ALL | RACE_OK)) => {
                if let Some(word) = collections::lower(self, mac, name) {
                    let mark = self.add(word);
                    attributes.push(mark);
                }
            }
            Some(name) => self.diagnostics.push(diag::word_as_expression(mac, name)),
            None => {
                if let Some(word) = foreign::lower(self, mac) {
                    let mark = self.add(word);
                    attributes.push(mark);
                }
            }
        }
    }

    /// A closure, an ordinary `async` block or a nested item: left alone.
    fn leave_alone(&mut self, node: &impl quote::ToTokens, place: &str) {
        foreign::leave_alone(self, tokens(node), place);
    }
}

pub(super) fn tokens(node: &impl quote::ToTokens) -> proc_macro2::TokenStream {
    node.to_token_stream()
}

impl VisitMut for Lowering {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let names = self.names.mark();
        let (depth, open) = (self.level().depth, self.level().open);
        for statement in &mut block.stmts {
            self.visit_stmt_mut(statement);
        }
        self.names.reset(names);
        let level = self.level();
        (level.depth, level.open) = (depth, open);
    }

    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        match statement {
            Stmt::Local(local) => self.visit_local_mut(local),
            Stmt::Item(_) => {}
            Stmt::Expr(Expr::Macro(node), _) => {
                if !statements::lower(self, &mut node.mac, &mut node.attrs) {
                    self.expression_macro(&mut node.mac, &mut node.attrs);
                }
            }
            Stmt::Expr(expr, _) => self.visit_expr_mut(expr),
            Stmt::Macro(node) => {
                if !statements::lower(self, &mut node.mac, &mut node.attrs) {
                    self.expression_macro(&mut node.mac, &mut node.attrs);
                }
            }
        }
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        if statements::binding(self, local) {
            return;
        }
        if let Some(init) = &mut local.init {
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, diverge)) = &mut init.diverge {
                self.visit_expr_mut(diverge);
            }
        }
        self.names.bind_pattern(&local.pat);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let labels = self.labels.len();
        if let Some(name) = label_of(expr) {
            let Level { body, depth, open, .. } = *self.level();
            self.labels.push(Label { name, body, depth, open });
        }
        match expr {
            Expr::Await(node) => self.await_(node),
            Expr::Macro(node) => self.expression_macro(&mut node.mac, &mut node.attrs),
            Expr::Closure(node) => self.leave_alone(&*node, "a closure"),
            Expr::Async(node) => self.leave_alone(&*node, "an `async` block of its own"),
            Expr::Const(_) => {}
            Expr::MethodCall(call) => {
                if !self.group_spawn(call) {
                    visit_mut::visit_expr_method_call_mut(self, call);
                }
            }
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident() {
                    self.mention(name);
                }
            }
            // The names a condition binds are in scope in the block behind it.
            Expr::If(node) => {
                let names = self.names.mark();
                self.visit_expr_mut(&mut node.cond);
                self.visit_block_mut(&mut node.then_branch);
                self.names.reset(names);
                if let Some((_, other)) = &mut node.else_branch {
                    self.visit_expr_mut(other);
                }
            }
            Expr::While(node) => {
                let names = self.names.mark();
                self.visit_expr_mut(&mut node.cond);
                self.visit_block_mut(&mut node.body);
                self.names.reset(names);
            }
            Expr::Let(node) => {
                self.visit_expr_mut(&mut node.expr);
                self.names.bind_pattern(&node.pat);
            }
            Expr::ForLoop(node) => {
                self.visit_expr_mut(&mut node.expr);
                let names = self.names.mark();
                self.names.bind_pattern(&node.pat);
                self.visit_block_mut(&mut node.body);
                self.names.reset(names);
            }
            Expr::Match(node) => {
                self.visit_expr_mut(&mut node.expr);
                for arm in &mut node.arms {
                    let names = self.names.mark();
                    self.names.bind_pattern(&arm.pat);
                    self.visit_pat_mut(&mut arm.pat);
                    self.visit_expr_mut(&mut arm.body);
                    self.names.reset(names);
                }
            }
            other => visit_mut::visit_expr_mut(self, other),
        }
        self.labels.truncate(labels);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_type_mut(&mut self, _: &mut Type) {}
}

fn label_of(expr: &Expr) -> Option<Ident> {
    let label = match expr {
        Expr::Loop(node) => &node.label,
        Expr::While(node) => &node.label,
        Expr::ForLoop(node) => &node.label,
        Expr::Block(node) => &node.label,
        _ => return None,
    };
    label.as_ref().map(|label| label.name.ident.clone())
}

/// Where `node` stands, and its text.
pub(super) fn place_of(node: &(impl quote::ToTokens + Spanned)) -> Place {
    Place { span: node.span(), text: text::of(tokens(node)) }
}
