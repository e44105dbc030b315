//! Macros of others.
//!
//! No macro is ever given a token of ours that could name a context. Where a well-known macro
//! takes plain expressions, those with something of the language in them are evaluated before it,
//! in order, and it is given the values. Where it takes them lazily, they stay as they are: an
//! ordinary await in them still ends with its scope, because the frame cuts a body whose await
//! says nothing.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Expr, Ident, Macro, Pat, Token};

use super::Word;
use super::names::Binding;
use super::tokens::Contents;
use super::walk::Lowering;
use super::words::word;
use crate::diag;

/// A macro of which the language must see something.
pub(crate) enum Foreign {
    /// Expressions, evaluated before the macro, and what the macro is given.
    Hoisted(Vec<Argument>, Separator),
    /// `tokio::select!`: its handlers are code of the function.
    Select(Select),
    /// `bail!` or `ensure!`, which leave the function by `return Err(…)`, where tasks are open.
    Exit,
}

/// What stands between the arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    Comma,
    /// `vec![value; count]`
    Semicolon,
}

pub(crate) enum Argument {
    /// Given to the macro as it is.
    Keep(TokenStream),
    /// Evaluated before; with the name the macro wants in front of it, if any.
    Hoist(Option<Ident>, Expr),
}

pub(crate) struct Select {
    pub(crate) biased: bool,
    pub(crate) branches: Vec<SelectBranch>,
    pub(crate) otherwise: Option<Expr>,
}

pub(crate) struct SelectBranch {
    pub(crate) pattern: Pat,
    pub(crate) future: TokenStream,
    pub(crate) condition: Option<TokenStream>,
    pub(crate) handler: Expr,
}

/// How a macro treats its arguments.
enum Family {
    /// Evaluates all, in order.
    Eager,
    /// Evaluates the first ones, and the rest only to fail.
    Assert(usize),
    /// Evaluates the first and then takes a pattern.
    Matches,
    /// Evaluates its arguments, if at all, where they stand.
    Lazy,
    Select,
    /// Takes futures.
    Join,
    Exit,
    Unknown,
}

fn family(mac: &Macro) -> Family {
    let Some(last) = mac.path.segments.last() else { return Family::Unknown };
    match last.ident.to_string().as_str() {
        "print" | "println" | "eprint" | "eprintln" | "format" | "write" | "writeln" | "panic" | "todo"
        | "unimplemented" | "unreachable" | "vec" | "dbg" => Family::Eager,
        "assert" | "debug_assert" => Family::Assert(1),
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => Family::Assert(2),
        "matches" => Family::Matches,
        "trace" | "debug" | "info" | "warn" | "error" | "log" | "event" | "span" | "trace_span"
        | "debug_span" | "info_span" | "warn_span" | "error_span" | "json" | "format_args" | "concat"
        | "stringify" | "line" | "file" | "column" | "module_path" | "env" | "option_env" | "include_str"
        | "include_bytes" | "cfg" | "addr_of" | "addr_of_mut" => Family::Lazy,
        "select" => Family::Select,
        "join" | "try_join" | "pin" => Family::Join,
        "bail" | "ensure" => Family::Exit,
        _ => Family::Unknown,
    }
}

/// Marks every task named in a macro's tokens as used.
pub(super) fn mention_all(lowering: &mut Lowering, mac: &Macro) {
    for name in &Contents::of(mac.tokens.clone()).names {
        lowering.mention(name);
    }
}

/// A closure, an ordinary `async` block: nothing in it is rewritten.
pub(super) fn leave_alone(lowering: &mut Lowering, tokens: TokenStream, place: &str) {
    let contents = Contents::of(tokens);
    for name in &contents.names {
        lowering.mention(name);
    }
    for name in &contents.macros {
        if let Some(found) = word(&name.clone().into()).filter(|found| *found != crate::paths::SCOPE) {
            lowering.diagnostics.push(diag::misplaced_word(name, found, place));
        }
    }
}

/// What the language has to do about a macro, if anything.
pub(super) fn lower(lowering: &mut Lowering, mac: &Macro) -> Option<Word> {
    let contents = Contents::of(mac.tokens.clone());
    let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let family = family(mac);
    let open = lowering.level().open > 0;
    let hidden_await = contents.await_.is_some();
    let hidden_exit = contents.exit.is_some() && open;
    if !hidden_await && !hidden_exit {
        for mentioned in &contents.names {
            lowering.mention(mentioned);
        }
        return match family {
            Family::Exit if open => Some(Word::Foreign(Foreign::Exit)),
            Family::Unknown => {
                lowering.may_hide_exit();
                None
            }
            _ => None,
        };
    }
    let parsed = match family {
        Family::Eager => {
            parse_list(mac).map(|(list, separator)| hoist(lowering, list, usize::MAX, separator))
        }
        Family::Assert(first) => {
            parse_list(mac).map(|(list, separator)| hoist(lowering, list, first, separator))
        }
        Family::Matches => matches(lowering, mac),
        Family::Select => mac.parse_body::<Select>().ok().map(|select| select_handlers(lowering, select)),
        Family::Lazy | Family::Join | Family::Exit | Family::Unknown => None,
    };
    if let Some(foreign) = parsed {
        return Some(Word::Foreign(foreign));
    }
    for mentioned in &contents.names {
        lowering.mention(mentioned);
    }
    let task = contents.awaited.iter().find(|name| matches!(lowering.names.find(name), Binding::Task { .. }));
    if let Some(task) = task {
        lowering.diagnostics.push(diag::hidden_task(task.span(), &name, &task.to_string()));
    } else if let Some((span, what)) = contents.exit.filter(|_| open) {
        lowering.diagnostics.push(diag::hidden_exit(span, &name, what));
    } else if let Some(span) = contents.await_.filter(|_| !matches!(family, Family::Lazy | Family::Join)) {
        lowering.diagnostics.push(diag::hidden_await(span, &name));
    }
    None
}

/// One argument of a list: `EXPR` or `name = EXPR`.
struct Listed {
    name: Option<Ident>,
    expr: Expr,
}

impl Parse for Listed {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut name = None;
        if input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
            name = Some(input.parse()?);
            input.parse::<Token![=]>()?;
        }
        Ok(Self { name, expr: input.parse()? })
    }
}

fn parse_list(mac: &Macro) -> Option<(Vec<Listed>, Separator)> {
    let tokens = mac.tokens.clone();
    if let Ok(list) = Punctuated::<Listed, Token![,]>::parse_terminated.parse2(tokens.clone()) {
        return Some((list.into_iter().collect(), Separator::Comma));
    }
    let repeat = |input: ParseStream<'_>| {
        let value = input.parse()?;
        input.parse::<Token![;]>()?;
        let count = input.parse()?;
        Ok(vec![Listed { name: None, expr: value }, Listed { name: None, expr: count }])
    };
    repeat.parse2(tokens).ok().map(|list| (list, Separator::Semicolon))
}

/// Everything up to the last argument with something of the language in it is evaluated before
/// the macro, except what has no effects; nothing after `limit`.
fn hoist(lowering: &mut Lowering, list: Vec<Listed>, limit: usize, separator: Separator) -> Foreign {
    let tokens = |expr: &Expr| quote::ToTokens::to_token_stream(expr);
    let of_language = |listed: &Listed| {
        let contents = Contents::of(tokens(&listed.expr));
        contents.await_.is_some() || contents.exit.is_some()
    };
    let last = list.iter().take(limit).rposition(of_language);
    let mut arguments = Vec::new();
    for (index, mut listed) in list.into_iter().enumerate() {
        let evaluated = last.is_some_and(|last| index <= last) && !is_place(&listed.expr);
        if evaluated {
            lowering.visit_expr_mut(&mut listed.expr);
            arguments.push(Argument::Hoist(listed.name, listed.expr));
        } else {
            for name in &Contents::of(tokens(&listed.expr)).names {
                lowering.mention(name);
            }
            let (name, expr) = (listed.name.map(|name| quote::quote!(#name =)), listed.expr);
            arguments.push(Argument::Keep(quote::quote!(#name #expr)));
        }
    }
    Foreign::Hoisted(arguments, separator)
}

/// A literal, or something that is read where it stands and must not be moved.
fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Reference(reference) => is_place(&reference.expr),
        Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Deref(_)) && is_place(&unary.expr),
        Expr::Paren(inner) => is_place(&inner.expr),
        Expr::Group(inner) => is_place(&inner.expr),
        _ => false,
    }
}

/// `matches!(EXPR, PATTERN)`
fn matches(lowering: &mut Lowering, mac: &Macro) -> Option<Foreign> {
    let split = |input: ParseStream<'_>| {
        let expr: Expr = input.parse()?;
        let comma: Token![,] = input.parse()?;
        let pattern: TokenStream = input.parse()?;
        Ok((expr, comma, pattern))
    };
    let (mut expr, _, pattern) = split.parse2(mac.tokens.clone()).ok()?;
    let rest = Contents::of(pattern.clone());
    if rest.await_.is_some() {
        return None;
    }
    lowering.visit_expr_mut(&mut expr);
    let arguments = vec![Argument::Hoist(None, expr), Argument::Keep(pattern)];
    Some(Foreign::Hoisted(arguments, Separator::Comma))
}

impl Parse for Select {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut select = Self { biased: false, branches: Vec::new(), otherwise: None };
        let ahead = input.fork();
        if ahead.parse::<Ident>().is_ok_and(|word| word == "biased") && ahead.peek(Token![;]) {
            input.parse::<Ident>()?;
            input.parse::<Token![;]>()?;
            select.biased = true;
        }
        while !input.is_empty() {
            if input.peek(Token![else]) {
                input.parse::<Token![else]>()?;
                input.parse::<Token![=>]>()?;
                select.otherwise = Some(handler(input)?);
                continue;
            }
            let pattern = Pat::parse_multi_with_leading_vert(input)?;
            input.parse::<Token![=]>()?;
            let future = until(input, |input| input.peek(Token![,]) || input.peek(Token![=>]))?;
            let mut condition = None;
            if input.parse::<Option<Token![,]>>()?.is_some() {
                input.parse::<Token![if]>()?;
                condition = Some(until(input, |input| input.peek(Token![=>]))?);
            }
            input.parse::<Token![=>]>()?;
            select.branches.push(SelectBranch { pattern, future, condition, handler: handler(input)? });
        }
        Ok(select)
    }
}

fn handler(input: ParseStream<'_>) -> syn::Result<Expr> {
    let block = input.peek(syn::token::Brace);
    let expr = if block {
        let block: syn::Block = input.parse()?;
        Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block })
    } else {
        input.parse()?
    };
    let comma = input.parse::<Option<Token![,]>>()?;
    if comma.is_none() && !block && !input.is_empty() {
        return Err(input.error("expected a comma"));
    }
    Ok(expr)
}

fn until(input: ParseStream<'_>, end: impl Fn(ParseStream<'_>) -> bool) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !end(input) {
        tokens.extend([input.parse::<proc_macro2::TokenTree>()?]);
    }
    Ok(tokens)
}

fn select_handlers(lowering: &mut Lowering, mut select: Select) -> Foreign {
    for branch in &mut select.branches {
        for tokens in [Some(&branch.future), branch.condition.as_ref()].into_iter().flatten() {
            for name in &Contents::of(tokens.clone()).names {
                lowering.mention(name);
            }
        }
        let names = lowering.names.mark();
        lowering.names.bind_pattern(&branch.pattern);
        lowering.visit_expr_mut(&mut branch.handler);
        lowering.names.reset(names);
    }
    if let Some(otherwise) = &mut select.otherwise {
        lowering.visit_expr_mut(otherwise);
    }
    Foreign::Select(select)
}
