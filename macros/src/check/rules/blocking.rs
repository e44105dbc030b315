//! `blocking_call`: calls that block a thread of the runtime.

use syn::Expr;

use super::{Rules, names_of};
use crate::diag;

/// Blocks, whatever it is called on.
const NAMES: &[&str] = &[
    "block_on",
    "blocking_lock",
    "blocking_lock_owned",
    "blocking_read",
    "blocking_recv",
    "blocking_recv_many",
    "blocking_send",
    "blocking_write",
];

/// Blocks, by the end of its path.
const PATHS: &[&[&str]] = &[&["thread", "sleep"], &["thread", "park"], &["thread", "park_timeout"]];

/// Where users name more of them, in `[env]` of `.cargo/config.toml`: paths, or names of methods,
/// with commas between them.
const VARIABLE: &str = "REJOIN_BLOCKING_CALLS";

/// The calls that a user has named.
pub(super) struct Calls(Vec<Vec<String>>);

impl Calls {
    pub(super) fn of_user() -> Self {
        Self::read(&std::env::var(VARIABLE).unwrap_or_default())
    }

    fn read(list: &str) -> Self {
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        Self(names.map(|name| name.split("::").map(|part| part.trim().to_owned()).collect()).collect())
    }

    fn has(&self, names: &[String]) -> bool {
        self.0.iter().any(|known| names.ends_with(known))
    }
}

impl Rules<'_> {
    pub(super) fn blocking(&mut self, expr: &Expr) {
        let (names, name) = match expr {
            Expr::Call(call) => {
                let Expr::Path(function) = &*call.func else { return };
                let names = names_of(&function.path);
                let name = names.join("::");
                (names, name)
            }
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                (vec![name.clone()], name)
            }
            _ => return,
        };
        let known = names.last().is_some_and(|last| NAMES.contains(&last.as_str()))
            || PATHS.iter().any(|path| names.len() >= path.len() && ends_with(&names, path))
            || self.blocking.has(&names);
        if known && !self.options.allows("blocking_call") {
            self.diagnostics.note(diag::blocking_call(expr, &name));
        }
    }
}

fn ends_with(names: &[String], path: &[&str]) -> bool {
    names.iter().rev().zip(path.iter().rev()).all(|(name, part)| name == part)
}

#[cfg(test)]
mod tests {
    use super::Calls;

    fn names(path: &str) -> Vec<String> {
        path.split("::").map(str::to_owned).collect()
    }

    #[test]
    fn users_name_paths_and_methods() {
        let calls = Calls::read("reqwest::blocking::get, load ,");
        assert!(calls.has(&names("reqwest::blocking::get")));
        assert!(calls.has(&names("load")));
        assert!(!calls.has(&names("reqwest::get")));
        assert!(!Calls::read("").has(&names("load")));
    }
}
