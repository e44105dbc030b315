//! What is said of the options of groups, and of the words over collections.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Error, Ident};

use super::{at, over};

const GROUP_OPTIONS: &str = "the options are `limit = EXPR`, `ordered`, and one of `fail_fast` and `supervised`: \
                             `let group = task_group!(limit = 8, ordered);`";

pub(crate) fn unknown_group_option(option: &Ident) -> Error {
    over(option, &format!("`task_group!` has no option `{option}`"), GROUP_OPTIONS)
}

pub(crate) fn no_group_option(span: Span) -> Error {
    at(span, "this is no option of `task_group!`", GROUP_OPTIONS)
}

pub(crate) fn group_option_end(span: Span) -> Error {
    at(span, "a comma is missing between two options of `task_group!`", GROUP_OPTIONS)
}

pub(crate) fn group_options_contradict(option: &Ident, known: &Ident) -> Error {
    over(
        option,
        &format!("a group cannot be both `{known}` and `{option}`"),
        "write `fail_fast` if the first error is to leave the function, or `supervised` if each is to be reported \
         and end one child alone",
    )
}

pub(crate) fn limit_needs_value(option: &Ident) -> Error {
    over(option, "the option `limit` needs a number", "write how many may run at a time: `limit = 8`")
}

pub(crate) fn limit_of_nothing(limit: &impl ToTokens) -> Error {
    over(limit, "with a limit of 0 nothing would ever run", "write how many may run at a time: `limit = 8`")
}

pub(crate) fn fail_fast_needs_result(span: Span, function: &str) -> Error {
    at(
        span,
        &format!(
            "a `fail_fast` group needs a `Result` to return the error in, and `{function}` returns none"
        ),
        "let the function return a `Result`; or leave out `fail_fast` and take each child's own result",
    )
}

pub(crate) fn self_limit(span: Span, group: &Ident) -> Error {
    at(
        span,
        &format!(
            "a child of `{group}` waits for room in `{group}`, whose places may all be taken by children that do [self_limit]"
        ),
        &format!("leave it out: `{group}.spawn(…)` never waits, what is too much is queued"),
    )
}

// Words over collections

pub(crate) fn nothing_to_collect(mac: &syn::Macro, word: &str) -> Error {
    over(mac, &format!("`{word}!` is given no calls"), &form(word))
}

pub(crate) fn one_collection(span: Span, word: &str) -> Error {
    at(
        span,
        &format!("`{word}!` takes one collection of calls"),
        &format!("{}; for a few calls of different types there is `join!(one, two)`", form(word)),
    )
}

pub(crate) fn calls_come_first(option: &impl ToTokens, word: &str) -> Error {
    over(option, &format!("`{word}!` takes the calls first"), &form(word))
}

pub(crate) fn unknown_collection_option(option: &Ident, word: &str) -> Error {
    over(option, &format!("`{word}!` has no option `{option}`"), &form(word))
}

fn form(word: &str) -> String {
    let plain = format!("write `{word}!(calls)`, where `calls` yields scoped calls or futures");
    if word == crate::paths::RACE_OK { plain } else { format!("{plain}, or `{word}!(calls, limit = 8)`") }
}
