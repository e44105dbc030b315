//! A lock that is held where a task starts, or across an await.

use proc_macro2::Span;
use syn::{Expr, Macro};

use super::Flow;
use super::state::Kind;
use crate::diag;

/// `….lock().unwrap()`, `….read().unwrap()`, `….write().unwrap()`, or with `expect`: the shape of
/// the locks of std.
pub(super) fn is_lock(expr: &Expr) -> bool {
    let Expr::MethodCall(unwrap) = expr else { return false };
    let Expr::MethodCall(lock) = &*unwrap.receiver else { return false };
    let unwraps = match (unwrap.method.to_string().as_str(), unwrap.args.first()) {
        ("unwrap", None) | ("expect", Some(_)) => true,
        // What a lock falls back to is the lock: anything else is some other `read` or `write`.
        ("unwrap_or_else", Some(fallback)) => {
            quote::ToTokens::to_token_stream(fallback).to_string().contains("into_inner")
        }
        _ => false,
    };
    let locks = matches!(lock.method.to_string().as_str(), "lock" | "read" | "write");
    unwraps && locks && lock.args.is_empty()
}

impl Flow<'_> {
    /// A task, a daemon or a group begins here.
    pub(super) fn locks_at_start(&mut self, mac: &Macro) {
        let word = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let span = syn::spanned::Spanned::span(&mac.path);
        self.locks(span, &format!("at this `{word}!`"));
    }

    /// The body waits here.
    pub(super) fn locks_at_await(&mut self, span: Span) {
        self.locks(span, "across this `.await`");
    }

    fn locks(&mut self, span: Span, at: &str) {
        if !self.state.reachable || self.subject.options.allows("guard_across_spawn") {
            return;
        }
        for index in self.frame.things..self.things.len() {
            let thing = &mut self.things[index];
            if thing.kind == Kind::Lock && self.state.is_open(index) && !thing.reported {
                thing.reported = true;
                self.diagnostics.push(diag::guard_across_spawn(&thing.name, span, at));
            }
        }
    }
}
