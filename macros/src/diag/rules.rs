//! The messages of the rules that can be allowed, with the rule's name at the end.

use proc_macro2::Span;
use quote::ToTokens;
use syn::Error;

use super::{at, over};

// Obligations

/// How messages speak of something that must be ended.
pub(crate) struct Obligation {
    noun: &'static str,
    ended: &'static str,
    rule: &'static str,
    /// What to write, with `{}` for the name.
    help: &'static str,
    begun: &'static str,
}

pub(crate) const TASK: Obligation = Obligation {
    noun: "task",
    ended: "neither awaited nor cancelled",
    rule: "unresolved_task",
    help: "await it (`{}.await`), or stop it (`{}.cancel()`)",
    begun: "is spawned here",
};

pub(crate) const GROUP: Obligation = Obligation {
    noun: "group",
    ended: "neither drained nor stopped",
    rule: "unresolved_group",
    help: "await its children (`{}.join_all().await`), or stop them (`{}.stop().await`)",
    begun: "is declared here",
};

impl Obligation {
    fn message(&self, name: &syn::Ident, path: &str) -> String {
        format!("{} `{name}` is {}{path} [{}]", self.noun, self.ended, self.rule)
    }

    fn help(&self, name: &syn::Ident, place: &str) -> String {
        format!("{}{place}", self.help.replace("{}", &name.to_string()))
    }
}

/// No path ends it.
pub(crate) fn never_closed(of: &Obligation, name: &syn::Ident) -> Error {
    over(name, &of.message(name, ""), &of.help(name, " before the end of its block"))
}

/// An exit leaves it open.
pub(crate) fn left_open(of: &Obligation, name: &syn::Ident, span: Span, exit: &str) -> Error {
    let path = format!(" when this `{exit}` is taken");
    at(span, &of.message(name, &path), &of.help(name, ", before leaving"))
}

/// The end of its block is reached on a path that leaves it open, beside one that does not.
pub(crate) fn open_beside(of: &Obligation, name: &syn::Ident, span: Span, path: &str) -> Error {
    at(span, &of.message(name, &format!(" {path}")), &of.help(name, " on this path too"))
}

pub(crate) fn closed_on_some_paths(of: &Obligation, name: &syn::Ident) -> Error {
    let path = " on some path to the end of its block";
    over(name, &of.message(name, path), &of.help(name, " on every path"))
}

/// The second place of the same mistake.
pub(crate) fn started_here(of: &Obligation, name: &syn::Ident, place: Span) -> Error {
    Error::new(place, format!("`{name}` {}", of.begun))
}

pub(crate) fn escaping_task(name: &syn::Ident) -> Error {
    over(
        name,
        &format!("task `{name}` is given away here, where it could be lost [escaping_task]"),
        &format!(
            "give away what it yields (`{name}.await`); for many tasks use `task_group!`; a combinator belongs on \
             the call: `spawn!(call.timeout(limit))`"
        ),
    )
}

pub(crate) fn dropped_task(place: &impl ToTokens, name: &syn::Ident) -> Error {
    over(
        place,
        &format!("dropping the handle of task `{name}` neither awaits nor cancels it [unresolved_task]"),
        &format!("write `{name}.cancel()`, or `{name}.await`"),
    )
}

pub(crate) fn forgotten_task(place: &impl ToTokens, name: &syn::Ident) -> Error {
    over(
        place,
        &format!("task `{name}` is forgotten, but its function waits for it all the same [forgotten_task]"),
        &format!(
            "write `{name}.cancel()`, or `{name}.await`; work that outlives a function belongs into a group or a \
             scope that was handed to it"
        ),
    )
}

// Other rules

pub(crate) fn guard_across_spawn(name: &syn::Ident, span: Span, held: &str) -> Error {
    at(
        span,
        &format!("the lock guard `{name}` is still held {held} [guard_across_spawn]"),
        &format!(
            "end it before, with `drop({name})` or a block of its own; what waits here may need the lock"
        ),
    )
}

pub(crate) fn unscoped_spawn(call: &impl ToTokens, function: &str) -> Error {
    over(
        call,
        &format!("what `{function}` starts outlives this function, and nobody waits for it [unscoped_spawn]"),
        "write `let task = spawn!(…);`, or `daemon!(…);` for work that serves the statements below it",
    )
}

pub(crate) fn unscoped_blocking(call: &impl ToTokens) -> Error {
    over(
        call,
        "a blocking closure that is not awaited where it is started can be lost [unscoped_spawn]",
        "write `let task = spawn_blocking!(|cancel| …);`, or `spawn_blocking!(|cancel| …).await`",
    )
}

pub(crate) fn unscoped_thread(call: &impl ToTokens) -> Error {
    over(
        call,
        "a thread outlives this function, and nobody waits for it [unscoped_spawn]",
        "write `let task = spawn_blocking!(|cancel| …);`, or `spawn_blocking!(|cancel| …).await`",
    )
}

pub(crate) fn unscoped_set(call: &impl ToTokens, name: &str) -> Error {
    over(
        call,
        &format!("the tasks of the `JoinSet` `{name}` are no children of this scope [unscoped_spawn]"),
        "write `let group = task_group!();` and `group.spawn(…)`",
    )
}

pub(crate) fn blocking_call(call: &impl ToTokens, function: &str) -> Error {
    over(
        call,
        &format!("`{function}` blocks the thread, where cancellation cannot reach it [blocking_call]"),
        "use the async form of it and `.await`, or run it in `spawn_blocking!(|| …).await`",
    )
}

pub(crate) fn endless_loop(span: Span) -> Error {
    at(
        span,
        "this loop never ends and never waits, so nothing can stop it [endless_loop]",
        "put an `.await`, a `break` or a `return` into it; `tokio::task::yield_now().await` is a cancellation point",
    )
}

pub(crate) fn pointless_timeout(limit: &impl ToTokens, method: &str) -> Error {
    over(
        limit,
        &format!(
            "`{method}` limits a block that never awaits, so it can never take effect [pointless_timeout]"
        ),
        "leave the limit out, or put it on the call that waits",
    )
}

pub(crate) fn open_sender(span: Span, sender: &syn::Ident, receiver: &syn::Ident) -> Error {
    at(
        span,
        &format!(
            "this loop never ends: `{sender}` is still open in this function, so `{receiver}` never closes \
             [open_sender]"
        ),
        &format!(
            "give `{sender}` away: move it into the task that sends, or `drop({sender})` before the loop if \
             only clones of it send"
        ),
    )
}

/// A task or group that drains the channel is awaited while the sender is open.
pub(crate) fn open_sender_at_join(
    span: Span,
    task: &syn::Ident,
    sender: &syn::Ident,
    receiver: &syn::Ident,
) -> Error {
    at(
        span,
        &format!(
            "`{task}` never ends: it waits until `{receiver}` closes, and `{sender}` is still open here \
             [open_sender]"
        ),
        &format!("close it before you wait, with `drop({sender})`, or stop the task instead"),
    )
}

pub(crate) fn foreign_token(branch: &impl ToTokens) -> Error {
    over(
        branch,
        "a scoped body needs no branch that waits for a token: every await in it is one already [foreign_token]",
        "remove the branch; put what it does into a `defer!`, and `.cancel_on(&token)` on the call that the \
         token is to stop",
    )
}
