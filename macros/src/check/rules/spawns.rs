//! `unscoped_spawn`: what is started in ways that nobody waits for.

use syn::{Expr, ExprCall};

use super::{Rules, names_of};
use crate::diag;
use crate::text;

/// What a function starts.
enum Starts {
    Task,
    Blocking,
    Thread,
}

impl Rules<'_> {
    pub(super) fn spawns(&mut self, expr: &Expr) {
        if self.options.allows("unscoped_spawn") {
            return;
        }
        match expr {
            Expr::Call(call) => {
                let error = match started_by(call) {
                    Some(Starts::Task) => diag::unscoped_spawn(call, &function_of(call)),
                    Some(Starts::Blocking) => diag::unscoped_blocking(call),
                    Some(Starts::Thread) => diag::unscoped_thread(call),
                    None => return,
                };
                self.diagnostics.note(error);
            }
            Expr::MethodCall(call) => {
                let method = call.method.to_string();
                if !method.starts_with("spawn") {
                    return;
                }
                if let Some(name) = name_of(&call.receiver)
                    && self.sets.contains(&name)
                {
                    self.diagnostics.note(diag::unscoped_set(call, &name));
                } else if makes_handle(&call.receiver)
                    || name_of(&call.receiver).is_some_and(|name| self.handles.contains(&name))
                {
                    self.diagnostics.note(match method.as_str() {
                        "spawn_blocking" => diag::unscoped_blocking(call),
                        _ => diag::unscoped_spawn(call, &format!("Handle::{method}")),
                    });
                } else if method == "spawn" && makes_thread(&call.receiver) {
                    self.diagnostics.note(diag::unscoped_thread(call));
                }
            }
            _ => {}
        }
    }
}

fn function_of(call: &ExprCall) -> String {
    text::of(quote::ToTokens::to_token_stream(&call.func))
}

fn started_by(call: &ExprCall) -> Option<Starts> {
    let Expr::Path(function) = &*call.func else { return None };
    let names = names_of(&function.path);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names.as_slice() {
        ["tokio" | "smol" | "async_global_executor" | "async_std", "spawn" | "spawn_local"]
        | ["async_std", "task", "spawn" | "spawn_local"]
        | ["tokio", "task", "spawn" | "spawn_local"]
        | ["task", "spawn" | "spawn_local"] => Some(Starts::Task),
        [.., "task", "spawn_blocking"] | ["tokio", "spawn_blocking"] => Some(Starts::Blocking),
        ["std", "thread", "spawn"] | ["thread", "spawn"] => Some(Starts::Thread),
        _ => None,
    }
}

/// `tokio::task::spawn_blocking(…)`
pub(super) fn is_blocking(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(call) if matches!(started_by(call), Some(Starts::Blocking)))
}

/// `JoinSet::new()`
pub(super) fn makes_set(expr: &Expr) -> bool {
    calls(expr, "JoinSet", &["new", "default"])
}

/// `Handle::current()`
pub(super) fn makes_handle(expr: &Expr) -> bool {
    calls(expr, "Handle", &["current"])
}

/// `thread::Builder::new()…`
fn makes_thread(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => makes_thread(&call.receiver),
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { return false };
            let names = names_of(&function.path);
            names.ends_with(&["thread".to_owned(), "Builder".to_owned(), "new".to_owned()])
        }
        _ => false,
    }
}

fn calls(expr: &Expr, ty: &str, functions: &[&str]) -> bool {
    let Expr::Call(call) = expr else { return false };
    let Expr::Path(function) = &*call.func else { return false };
    match names_of(&function.path).as_slice() {
        [.., first, last] => first == ty && functions.contains(&last.as_str()),
        _ => false,
    }
}

fn name_of(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}
