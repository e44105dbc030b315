//! Macros of others.
//!
//! No macro is ever given a token of ours that could name a context. Where a well-known macro
//! takes plain expressions, those with something of the language in them are evaluated before it,
//! in order, and it is given the values. Where it takes them lazily, they stay as they are: an
//! ordinary await in them still ends with its scope, because the frame cuts a body whose await
//! says nothing.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Expr, Ident, Macro, Token};

use super::walk::{Lowering, place_of};
use super::{Binding, Place, Word};
use crate::diag;
use crate::others::{Family, Listed, Select, Separator, family, is_wait, parse_list};
use crate::paths::SCOPE;
use crate::tokens::Contents;
use crate::words::{is_common, word};

/// A macro of which the language must see something.
pub(crate) enum Foreign {
    /// Expressions, evaluated before the macro, and what the macro is given.
    Hoisted(Vec<Argument>, Separator),
    /// `select!`, `join!` and their like, which wait for ordinary futures: a cancellation point. The
    /// handlers of a `select!` that need it are code of the function.
    Waits(Option<Select>, Place),
    /// `bail!` or `ensure!`, which leave the function by `return Err(…)`, where tasks are open.
    Exit,
}

pub(crate) enum Argument {
    /// Given to the macro as it is.
    Keep(TokenStream),
    /// Evaluated before; with the name the macro wants in front of it, if any.
    Hoist(Option<Ident>, Expr, Keep),
}

/// How the value of a hoisted expression is kept until the macro runs.
#[derive(Clone, Copy)]
pub(crate) enum Keep {
    Value,
    /// `*guard`, `list[0]`, `pair.0`: must not be moved out of where it is.
    Place,
    /// What is written to.
    Target,
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
        let own = |found: &&str| *found != SCOPE && !is_common(found);
        if let Some(found) = word(&name.clone().into()).filter(own) {
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
    let is_point = is_wait(&mac.path);
    let place = Place { text: format!("{name}!(…)"), ..place_of(mac) };
    let hidden_await = contents.await_.is_some();
    let hidden_exit = contents.exit.is_some() && open;
    // Words are read where their macro's arguments are; so are jumps, which may have regions to leave.
    let takes_code = matches!(family, Family::Eager | Family::Assert(_) | Family::Matches | Family::Select);
    let hidden_code = takes_code && (contents.jumps || has_code(&contents));
    let label = contents.labels.iter().find(|label| lowering.leaves_tasks(label));
    if !hidden_await && !hidden_exit && !hidden_code && label.is_none() {
        for mentioned in &contents.names {
            lowering.mention(mentioned);
        }
        return match family {
            Family::Exit if open => Some(Word::Foreign(Foreign::Exit)),
            Family::Unknown => {
                lowering.may_hide_exit();
                None
            }
            _ => is_point.then(|| Word::Foreign(Foreign::Waits(None, place))),
        };
    }
    if let Family::Assert(first) = family
        && open
    {
        let list = parse_list(mac).map(|(list, _)| list).unwrap_or_default();
        for listed in list.iter().skip(first) {
            hidden_exits(lowering, quote::ToTokens::to_token_stream(&listed.expr), &name);
        }
    }
    let writes = name == "write" || name == "writeln";
    let parsed = match family {
        Family::Eager => {
            parse_list(mac).map(|(list, separator)| hoist(lowering, list, usize::MAX, separator, writes))
        }
        Family::Assert(first) => {
            parse_list(mac).map(|(list, separator)| hoist(lowering, list, first, separator, false))
        }
        Family::Matches => matches(lowering, mac),
        Family::Select => mac.parse_body::<Select>().ok().map(|mut select| {
            select_handlers(lowering, &mut select);
            Foreign::Waits(Some(select), place.clone())
        }),
        Family::Lazy | Family::Join | Family::Exit | Family::Unknown => None,
    };
    if let Some(foreign) = parsed {
        return Some(Word::Foreign(foreign));
    }
    for mentioned in &contents.names {
        lowering.mention(mentioned);
    }
    // Half-typed, of which nobody else tells: the macro is not going to be called.
    if matches!(family, Family::Eager | Family::Assert(_))
        && let Err(error) = mac.parse_body_with(Punctuated::<Listed, Token![,]>::parse_terminated)
        && mac.path.segments.len() == 1
    {
        lowering.diagnostics.push(error);
        return None;
    }
    let task = contents.awaited.iter().find(|name| matches!(lowering.names.find(name), Binding::Task { .. }));
    if let Some(task) = task {
        lowering.diagnostics.push(diag::hidden_task(task.span(), &name, &task.to_string()));
    } else if let Some((span, what)) = contents.exit.filter(|_| open) {
        lowering.diagnostics.push(diag::hidden_exit(span, &name, what));
    } else if let Some(label) = label {
        lowering.diagnostics.push(diag::hidden_label(label, &name));
    } else if let Some(span) = contents.await_.filter(|_| !matches!(family, Family::Lazy | Family::Join))
        && !lowering.allowed.iter().any(|rule| rule == "hidden_await")
    {
        lowering.diagnostics.push(diag::hidden_await(span, &name));
    } else if is_point {
        return Some(Word::Foreign(Foreign::Waits(None, place)));
    }
    None
}

/// Whether code of the language stands in it: a word, or a macro that waits.
fn has_code(contents: &Contents) -> bool {
    contents.waits
        || contents.macros.iter().any(|name| word(&name.clone().into()).is_some_and(|word| word != SCOPE))
}

/// The ways out, past open tasks, in what is left to the macro.
fn hidden_exits(lowering: &mut Lowering, tokens: TokenStream, name: &str) {
    let contents = Contents::of(tokens);
    let exit = contents.exit.filter(|_| lowering.level().open > 0);
    let label = contents.labels.iter().find(|label| lowering.leaves_tasks(label));
    if let Some((span, what)) = exit {
        lowering.diagnostics.push(diag::hidden_exit(span, name, what));
    }
    if let Some(label) = label {
        lowering.diagnostics.push(diag::hidden_label(label, name));
    }
}

/// Everything up to the last argument with something of the language in it is evaluated before
/// the macro, except what has no effects; nothing after `limit`.
fn hoist(
    lowering: &mut Lowering,
    list: Vec<Listed>,
    limit: usize,
    separator: Separator,
    writes: bool,
) -> Foreign {
    let tokens = |expr: &Expr| quote::ToTokens::to_token_stream(expr);
    let of_language = |listed: &Listed| {
        let contents = Contents::of(tokens(&listed.expr));
        contents.await_.is_some() || contents.exit.is_some() || contents.jumps || has_code(&contents)
    };
    let last = list.iter().take(limit).rposition(of_language);
    let mut arguments = Vec::new();
    for (index, mut listed) in list.into_iter().enumerate() {
        let evaluated = last.is_some_and(|last| index <= last) && !is_place(&listed.expr);
        if evaluated {
            lowering.visit_expr_mut(&mut listed.expr);
            let keep = if index == 0 && writes { Keep::Target } else { keep(&listed.expr) };
            arguments.push(Argument::Hoist(listed.name, listed.expr, keep));
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

fn keep(expr: &Expr) -> Keep {
    match expr {
        Expr::Paren(inner) => keep(&inner.expr),
        Expr::Group(inner) => keep(&inner.expr),
        Expr::Unary(node) if matches!(node.op, syn::UnOp::Deref(_)) => Keep::Place,
        Expr::Index(_) | Expr::Field(_) => Keep::Place,
        _ => Keep::Value,
    }
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
    hidden_exits(lowering, pattern.clone(), "matches");
    lowering.visit_expr_mut(&mut expr);
    let keep = keep(&expr);
    let arguments = vec![Argument::Hoist(None, expr, keep), Argument::Keep(pattern)];
    Some(Foreign::Hoisted(arguments, Separator::Comma))
}

fn select_handlers(lowering: &mut Lowering, select: &mut Select) {
    for branch in &mut select.branches {
        for tokens in [Some(&branch.future), branch.condition.as_ref()].into_iter().flatten() {
            for name in &Contents::of(tokens.clone()).names {
                lowering.mention(name);
            }
            hidden_exits(lowering, tokens.clone(), "select");
        }
        let names = lowering.names.mark();
        lowering.names.bind_pattern(&branch.pattern);
        lowering.visit_expr_mut(&mut branch.handler);
        lowering.names.reset(names);
    }
    if let Some(otherwise) = &mut select.otherwise {
        lowering.visit_expr_mut(otherwise);
    }
}
