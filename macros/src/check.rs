//! The rules of the language, on plain syntax.

mod cleanup;
mod flow;
mod rules;
mod senders;

use syn::{Block, ReturnType, Signature, Type};

use crate::diag::{self, Diagnostics};
use crate::lower::{Body, Branch, Contender, Operand, Word};
use crate::parse::options::Options;
use crate::words::Errors;

/// The rules, by the names under which they can be allowed.
pub(crate) const RULES: &[&str] = &[
    "blocking_call",
    "endless_loop",
    "escaping_task",
    "foreign_token",
    "forgotten_task",
    "guard_across_spawn",
    "hidden_await",
    "open_sender",
    "pointless_timeout",
    "self_limit",
    "unresolved_group",
    "unresolved_task",
    "unscoped_spawn",
];

/// The rules that cannot be allowed, because nothing sound or sensible could be printed.
const FIXED: &[&str] =
    &["foreign_attribute", "hidden_exit", "misplaced_word", "needs_cancelled_error", "unbound_spawn"];

/// A body to be checked, as the user wrote it.
pub(crate) struct Subject<'a> {
    block: &'a Block,
    options: &'a Options,
    /// `None` is a failure.
    returns_option: bool,
}

impl<'a> Subject<'a> {
    /// The body of a function.
    pub(crate) fn of_function(signature: &Signature, block: &'a Block, options: &'a Options) -> Self {
        let returns_option = match &signature.output {
            ReturnType::Type(_, ty) => is_option(ty),
            ReturnType::Default => false,
        };
        Self { block, options, returns_option }
    }

    /// The block of `scope!`, which may yield anything.
    pub(crate) fn of_block(block: &'a Block, options: &'a Options) -> Self {
        Self { block, options, returns_option: true }
    }
}

fn is_option(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Option"),
        // The `$ty` of a macro.
        Type::Group(inner) => is_option(&inner.elem),
        Type::Paren(inner) => is_option(&inner.elem),
        _ => false,
    }
}

/// Checks a body against the rules that are not allowed.
pub(crate) fn check(subject: &Subject<'_>) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    flow::check(subject, &mut diagnostics);
    rules::check(subject, &mut diagnostics);
    senders::check(subject, &mut diagnostics);
    diagnostics
}

/// Checks what can be said of clean-up once its words are known.
pub(crate) fn check_cleanup(body: &Body, diagnostics: &mut Diagnostics) {
    for word in &body.words {
        let nested = match word {
            Word::Defer(defer) => {
                cleanup::check(&defer.code, diagnostics);
                check_cleanup(&defer.code, diagnostics);
                continue;
            }
            Word::Task(task) => &task.start.operand,
            Word::Daemon(start) | Word::SpawnAwait(start, _) => &start.operand,
            Word::GroupSpawn(operand, _) => operand,
            Word::Join(join) => {
                check_branches(join.branches.iter(), diagnostics);
                continue;
            }
            Word::Race(race) => {
                let branches = race.branches.iter().filter_map(|race| match &race.contender {
                    Contender::Branch(branch) => Some(branch),
                    Contender::Watched(_) => None,
                });
                check_branches(branches, diagnostics);
                continue;
            }
            _ => continue,
        };
        if let Operand::Block(block) = nested {
            check_cleanup(&block.body, diagnostics);
        }
    }
}

fn check_branches<'a>(branches: impl Iterator<Item = &'a Branch>, diagnostics: &mut Diagnostics) {
    for branch in branches {
        if let Branch::Operand(Operand::Block(block), _) = branch {
            check_cleanup(&block.body, diagnostics);
        }
    }
}

/// Every `?` on a task of a function that returns no `Result`.
pub(crate) fn check_linked(body: &Body, function: &syn::Ident) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for word in &body.words {
        let start = match word {
            Word::Task(task) => &task.start,
            Word::Daemon(start) | Word::SpawnAwait(start, _) => start,
            Word::Group(group) => {
                if let Some((option, Errors::FailFast)) = &group.arguments.errors {
                    diagnostics.push(diag::fail_fast_needs_result(option.span(), &function.to_string()));
                }
                continue;
            }
            _ => continue,
        };
        if start.linked {
            diagnostics.push(diag::linked_needs_result(&start.place, &function.to_string()));
        }
    }
    diagnostics
}

/// Checks the list of allowed rules itself.
pub(crate) fn check_options(options: &Options) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for allow in &options.allows {
        if FIXED.iter().any(|rule| allow.rule == rule) {
            diagnostics.push(diag::fixed_rule(&allow.rule));
        } else if !RULES.iter().any(|rule| allow.rule == rule) {
            diagnostics.push(diag::unknown_rule(&allow.rule, RULES));
        } else if allow.reason.as_ref().is_none_or(|reason| reason.value().trim().is_empty()) {
            diagnostics.push(diag::allow_without_reason(&allow.rule));
        }
    }
    diagnostics
}
