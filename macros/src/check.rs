//! The rules of the language, on plain syntax.

mod cleanup;
mod unresolved;

use crate::diag::{self, Diagnostics};
use crate::lower::{Body, Word};
use crate::parse::options::Options;

/// The rules, by the names under which they can be allowed.
pub(crate) const RULES: &[&str] = &[
    "foreign_attribute",
    "hidden_await",
    "hidden_exit",
    "misplaced_word",
    "needs_cancelled_error",
    "unbound_spawn",
    "unresolved_group",
    "unresolved_task",
];

/// Checks a body against the rules that are not allowed.
pub(crate) fn check(body: &Body, options: &Options) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    unresolved::check(body, options, &mut diagnostics);
    diagnostics
}

/// Every `?` on a task of a function that returns no `Result`.
pub(crate) fn check_linked(body: &Body, function: &syn::Ident) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for word in &body.words {
        let start = match word {
            Word::Task(task) => &task.start,
            Word::Daemon(start) | Word::SpawnAwait(start, _) => start,
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
        if !RULES.iter().any(|rule| allow.rule == rule) {
            diagnostics.push(diag::unknown_rule(&allow.rule, RULES));
        } else if allow.reason.as_ref().is_none_or(|reason| reason.value().trim().is_empty()) {
            diagnostics.push(diag::allow_without_reason(&allow.rule));
        }
    }
    diagnostics
}
