//! Prints a body: every marked place becomes what the runtime offers for it, everything else stays
//! as the user wrote it.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Lifetime, Stmt};

use super::exits::{Loop, Scope, Scopes};
use super::site;
use crate::lower::{Body, GroupAwait, Place, TaskAwait, TaskEnd, Word, marked_word, take_mark};
use crate::paths::{Paths, hidden};

/// Prints one body, and those nested in it.
pub(super) struct Printer<'a> {
    pub(super) paths: &'a Paths,
    /// The function's name, for sites.
    pub(super) function: &'a str,
    words: Vec<Option<Word>>,
    /// The numbers of the tasks that have a handle beside their owner.
    pub(super) handles: HashSet<usize>,
    pub(super) strict: bool,
    /// Locals are declared in it without a value.
    pub(super) deferred: bool,
    /// No promise of `Send`.
    pub(super) local: bool,
    /// The type the body returns, `_` where it is to be inferred.
    pub(super) result: TokenStream,
    pub(super) scopes: Scopes,
    numbers: usize,
}

/// What a body is printed as.
pub(super) struct Printed {
    /// The statements at its beginning that make the context, then the user's block.
    pub(super) content: TokenStream,
    pub(super) framed: bool,
    pub(super) strict: bool,
}

/// What is the same for a function and all the blocks in it.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) paths: &'a Paths,
    pub(super) function: &'a str,
    pub(super) local: bool,
}

/// Prints `body`, which returns `result`, after `prologue`.
pub(super) fn print(
    around: Around<'_>,
    body: Body,
    prologue: &TokenStream,
    result: Option<&TokenStream>,
) -> Printed {
    let Body { mut block, words, framed, strict } = body;
    let Around { paths, function, local } = around;
    let mut printer = Printer {
        paths,
        function,
        local,
        deferred: declares_without_value(&block),
        words: words.into_iter().map(Some).collect(),
        handles: HashSet::new(),
        strict,
        result: result.cloned().unwrap_or_else(|| quote!(_)),
        scopes: Scopes::default(),
        numbers: 0,
    };
    printer.body_block(&mut block);
    let p = paths.private();
    let (enter, cx) = (hidden("__enter"), hidden("__cx"));
    // Gives the body its expected type.
    let never = super::signature::never(paths).to_string();
    let expected = result.filter(|result| result.to_string() != never).map(|_| {
        let ty = printer.returned();
        quote!(if false { return #p::never::<#ty>() })
    });
    // The label keeps lints about superfluous braces away from the user's block.
    let label = Lifetime::new("'__body", Span::mixed_site());
    let value = if strict {
        let (name, result, exit) = (hidden("__value"), &printer.result, printer.exit_type());
        quote! { let #name: #result = #label: #block; #exit::of(#name) }
    } else {
        quote! { #label: #block }
    };
    let content = quote! {
        #prologue
        #expected
        let #enter = #enter.begin();
        let #cx = (&#enter).open();
        #value
    };
    Printed { content, framed, strict }
}

impl Printer<'_> {
    pub(super) fn private(&self) -> &TokenStream {
        self.paths.private()
    }

    pub(super) fn cx(&self) -> Ident {
        hidden("__cx")
    }

    /// A static description of a place.
    pub(super) fn site(&self, place: &Place) -> TokenStream {
        site::print(self.paths, self.function, place)
    }

    pub(super) fn word(&mut self, attributes: &mut Vec<syn::Attribute>) -> Option<Word> {
        let number = take_mark(attributes)?;
        self.words.get_mut(number)?.take()
    }

    /// The word an attribute marks.
    pub(super) fn peek(&self, attribute: &syn::Attribute) -> Option<&Word> {
        self.words.get(marked_word(attribute)?)?.as_ref()
    }

    /// A number that nothing else printed in this body has.
    pub(super) fn number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    /// A local of our own, used once.
    pub(super) fn local(&mut self, name: &str) -> Ident {
        format_ident!("__{}_{}", name, self.number(), span = Span::mixed_site())
    }

    fn exit_type(&self) -> TokenStream {
        let p = self.private();
        quote!(#p::TasksAreOpenMoveThisOutOfTheMacro)
    }

    /// The type of what `return` takes in the printed body.
    pub(super) fn returned(&self) -> TokenStream {
        let result = &self.result;
        if self.strict {
            let exit = self.exit_type();
            quote!(#exit<#result>)
        } else {
            result.clone()
        }
    }

    /// A value of the function's result type, as what `return` takes in the printed body.
    pub(super) fn wrap(&self, value: TokenStream) -> TokenStream {
        if self.strict {
            let (exit, result) = (self.exit_type(), &self.result);
            quote!(#exit::<#result>::of(#value))
        } else {
            value
        }
    }

    /// `__cx.method(arguments)`, so spanned that an error underlines the whole of `first…last`.
    pub(super) fn call(&self, method: &str, arguments: TokenStream, first: Span, last: Span) -> TokenStream {
        let first = Span::mixed_site().located_at(first);
        let cx = Ident::new("__cx", first);
        let method = Ident::new(method, first);
        let mut group = Group::new(Delimiter::Parenthesis, arguments);
        group.set_span(Span::mixed_site().located_at(last));
        quote_spanned!(first=> #cx.#method #group)
    }

    fn await_(&mut self, expr: &mut Expr) {
        let Expr::Await(node) = expr else { return };
        let (dot, token) = (node.dot_token, node.await_token);
        let first = first_span(&node.base);
        let call = match self.word(&mut node.attrs) {
            Some(Word::Await(place, boxed)) => {
                self.visit_expr_mut(&mut node.base);
                let (base, site) = (&node.base, self.site(&place));
                let first = first_span(base);
                let call = if boxed { self.boxed(base, &site) } else { quote!(#base) };
                self.call("at", quote!(#call, #site), first, token.span)
            }
            Some(Word::TaskAwait(await_)) => self.task_await(await_, token.span),
            Some(Word::GroupAwait(await_)) => self.group_await(&await_, token.span),
            Some(Word::SpawnAwait(start, place)) => {
                *expr = Expr::Verbatim(self.spawn_await(start, &place));
                return;
            }
            _ => return visit_mut::visit_expr_await_mut(self, node),
        };
        let attributes = &node.attrs;
        // In parentheses that are the user's, so that lints underline what the user wrote.
        let mut call = Group::new(Delimiter::Parenthesis, call);
        call.set_span(first);
        *expr = Expr::Verbatim(quote!(#(#attributes)* #call #dot #token));
    }

    /// A call of the function it stands in, behind an allocation.
    fn boxed(&self, call: &Expr, site: &TokenStream) -> TokenStream {
        let p = self.private();
        let boxed = hidden(if self.local { "boxed_local" } else { "boxed" });
        quote!(#p::#boxed(#call, #site))
    }

    fn task_await(&mut self, await_: TaskAwait, last: Span) -> TokenStream {
        let site = self.site(&await_.place);
        let limit = match await_.how {
            TaskEnd::Timeout(ref limit) | TaskEnd::Shutdown(ref limit) => {
                let mut limit = limit.clone();
                self.visit_expr_mut(&mut limit);
                Some(limit)
            }
            TaskEnd::Join | TaskEnd::Stop => None,
        };
        let first = await_.task.span();
        let task = self.owner(&await_.task, await_.word, await_.guard);
        match (await_.how, await_.guard) {
            (TaskEnd::Join, true) => self.call("join", quote!(#task, #site), first, last),
            (TaskEnd::Stop, true) => self.call("stop", quote!(#task, #site), first, last),
            (TaskEnd::Timeout(_), true) => self.call("timeout", quote!(#task, #limit, #site), first, last),
            (TaskEnd::Shutdown(_), true) => self.call("shutdown", quote!(#task, #limit, #site), first, last),
            (TaskEnd::Shutdown(_), false) => {
                self.call("at", quote!(#task.shutdown(#limit), #site), first, last)
            }
            (TaskEnd::Join, false) => self.call("at", quote!(#task, #site), first, last),
            (TaskEnd::Stop, false) => self.call("at", quote!(#task.stop(), #site), first, last),
            (TaskEnd::Timeout(_), false) => {
                self.call("at", quote!(#task.timeout(#limit), #site), first, last)
            }
        }
    }

    /// A task, by value: its guard, or its handle where the guard is out of reach.
    pub(super) fn owner(&self, name: &Ident, word: usize, reaches_guard: bool) -> TokenStream {
        match reaches_guard {
            // What has been given up by its handle cannot be awaited by its owner.
            true if self.handles.contains(&word) => {
                let owner = guard(name);
                let borrow = quote_spanned!(name.span()=> &);
                quote!({ let _ = #borrow #name; #owner })
            }
            true => guard(name).into_token_stream(),
            false => name.to_token_stream(),
        }
    }

    fn group_await(&self, await_: &GroupAwait, last: Span) -> TokenStream {
        let site = self.site(&await_.place);
        let (name, first) = (&await_.group, await_.group.span());
        let group = if await_.guard { guard(name) } else { name.clone() };
        match (await_.stop, await_.guard) {
            (true, true) => self.call("stop_all", quote!(#group, #site), first, last),
            (false, true) => self.call("join_all", quote!(#group, #site), first, last),
            (true, false) => self.call("at", quote!(#group.stop(), #site), first, last),
            (false, false) => self.call("at", quote!(#group.join_all(), #site), first, last),
        }
    }

    /// `E?`, where leaving is more than `return`.
    fn try_(&mut self, expr: &mut Expr) {
        let Expr::Try(node) = expr else { return };
        self.visit_expr_mut(&mut node.expr);
        if !self.scopes.is_exit_rewritten(self.strict) {
            return;
        }
        let value = hidden("__value");
        // Stands where the operand stands, for errors about its type.
        let residual = Ident::new("__residual", Span::mixed_site().located_at(first_span(&node.expr)));
        let question = quote_spanned!(Span::mixed_site().located_at(node.question_token.span)=> ?);
        let result = &self.result;
        // The conversion is left to a real `?`, so that its errors are rustc's own.
        let early = quote!((move || -> #result { match #residual #question {} })());
        let early = self.wrap(early);
        let leave = self.scopes.print_return(&early);
        let p = self.private();
        let operand = &node.expr;
        let branch = quote_spanned!(Span::mixed_site().located_at(node.question_token.span)=> #p::branch);
        // In parentheses, because it may begin a statement, and go on behind it.
        *expr = Expr::Verbatim(quote! {
            (match #branch(#operand) {
                #p::ControlFlow::Continue(#value) => #value,
                #p::ControlFlow::Break(#residual) => #leave,
            })
        });
    }

    fn return_(&mut self, expr: &mut Expr) {
        let Expr::Return(node) = expr else { return };
        if let Some(value) = &mut node.expr {
            self.visit_expr_mut(value);
        }
        if !self.scopes.is_exit_rewritten(self.strict) {
            return;
        }
        let value = node.expr.as_ref().map_or_else(|| quote!(()), ToTokens::to_token_stream);
        let value = self.wrap(value);
        let leave = self.scopes.print_return(&value);
        *expr = Expr::Verbatim(leave);
    }

    fn jump(&mut self, expr: &mut Expr) {
        let (label, value, breaks) = match expr {
            Expr::Break(node) => {
                if let Some(value) = &mut node.expr {
                    self.visit_expr_mut(value);
                }
                (node.label.clone(), node.expr.as_ref().map(ToTokens::to_token_stream), true)
            }
            Expr::Continue(node) => (node.label.clone(), None, false),
            _ => return,
        };
        if let Some(printed) = self.scopes.print_jump(breaks, label.as_ref(), value.as_ref()) {
            *expr = Expr::Verbatim(printed);
        }
    }

    /// A macro that is more to the language than a macro.
    fn macro_(&mut self, attributes: &mut Vec<syn::Attribute>, mac: &syn::Macro) -> Option<TokenStream> {
        match self.word(attributes)? {
            Word::Foreign(foreign) => Some(self.foreign(foreign, mac)),
            Word::Join(join) => Some(self.join(join)),
            Word::Race(race) => Some(self.race(race)),
            Word::Collection(collection) => Some(self.collection(collection)),
            _ => None,
        }
    }

    fn inside(&mut self, scope: Scope, visit: impl FnOnce(&mut Self)) {
        self.scopes.push(scope);
        visit(self);
        self.scopes.pop();
    }

    fn inside_loop(&mut self, label: &mut Option<syn::Label>, visit: impl FnOnce(&mut Self)) {
        let around = Loop::new(label.as_ref(), self.number());
        self.scopes.push(Scope::Loop(around));
        visit(self);
        if let Some(Scope::Loop(around)) = self.scopes.pop()
            && let Some(missing) = around.missing_label()
        {
            *label = Some(missing);
        }
    }
}

/// Whether a `let x;` stands in a block.
fn declares_without_value(block: &Block) -> bool {
    struct Locals(bool);
    impl<'ast> Visit<'ast> for Locals {
        fn visit_local(&mut self, local: &'ast syn::Local) {
            self.0 |= local.init.is_none();
            syn::visit::visit_local(self, local);
        }
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut locals = Locals(false);
    locals.visit_block(block);
    locals.0
}

/// The hidden owner of a task or group: of the same name, in our hygiene, so that errors about it
/// speak of what the user wrote.
pub(super) fn guard(name: &Ident) -> Ident {
    let mut guard = name.clone();
    guard.set_span(Span::mixed_site().located_at(name.span()));
    guard
}

pub(super) fn first_span(tokens: &impl ToTokens) -> Span {
    tokens.to_token_stream().into_iter().next().map_or_else(Span::mixed_site, |first| first.span())
}

pub(super) fn last_span(tokens: &impl ToTokens) -> Span {
    tokens.to_token_stream().into_iter().last().map_or_else(Span::mixed_site, |last| last.span())
}

impl VisitMut for Printer<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.block(block);
    }

    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        match statement {
            Stmt::Item(_) => {}
            Stmt::Macro(node) => {
                if let Some(printed) = self.macro_(&mut node.attrs, &node.mac) {
                    let attributes = &node.attrs;
                    let semicolon = node.semi_token;
                    let printed = quote!(#(#attributes)* #printed);
                    *statement = Stmt::Expr(Expr::Verbatim(printed), semicolon);
                }
            }
            other => visit_mut::visit_stmt_mut(self, other),
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Await(_) => self.await_(expr),
            Expr::Try(_) => self.try_(expr),
            Expr::Return(_) => self.return_(expr),
            Expr::Break(_) | Expr::Continue(_) => self.jump(expr),
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            Expr::Macro(node) => {
                if let Some(printed) = self.macro_(&mut node.attrs, &node.mac) {
                    let attributes = &node.attrs;
                    // What it is printed as may begin a statement, and go on behind it.
                    *expr = Expr::Verbatim(quote!(#(#attributes)* (#printed)));
                }
            }
            Expr::MethodCall(node) => {
                if let Some(Word::GroupSpawn(operand, linked)) = self.word(&mut node.attrs) {
                    let operand = if linked { self.linked_operand(operand) } else { self.operand(operand) };
                    node.args.push(Expr::Verbatim(operand));
                } else {
                    visit_mut::visit_expr_method_call_mut(self, node);
                }
            }
            Expr::Loop(node) => {
                self.inside_loop(&mut node.label, |this| this.visit_block_mut(&mut node.body));
            }
            Expr::While(node) => self.inside_loop(&mut node.label, |this| {
                this.visit_expr_mut(&mut node.cond);
                this.visit_block_mut(&mut node.body);
            }),
            Expr::ForLoop(node) => {
                self.visit_expr_mut(&mut node.expr);
                self.inside_loop(&mut node.label, |this| this.visit_block_mut(&mut node.body));
            }
            Expr::Block(node) => match &node.label {
                Some(label) => {
                    let scope = Scope::Block(label.name.clone());
                    self.inside(scope, |this| this.visit_block_mut(&mut node.block));
                }
                None => self.visit_block_mut(&mut node.block),
            },
            Expr::TryBlock(node) => {
                self.inside(Scope::Try, |this| this.visit_block_mut(&mut node.block));
            }
            other => visit_mut::visit_expr_mut(self, other),
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}
