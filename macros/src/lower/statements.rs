//! The words that are statements.

use syn::{Attribute, Expr, Local, Macro, Pat};

use super::walk::{Lowering, place_of};
use super::{Blocking, Defer, Group, Operand, Start, Task, Word};
use crate::diag;
use crate::paths::{DAEMON, DEFER, SPAWN, SPAWN_BLOCKING, TASK_GROUP};
use crate::words::{
    BlockingArguments, DeferArguments, GroupArguments, blocking_arguments, start_arguments, word,
};

/// `let t = spawn!(…);`, `let t = spawn_blocking!(…);` or `let g = task_group!();`; `false` for any other `let`.
pub(super) fn binding(lowering: &mut Lowering, local: &mut Local) -> bool {
    let Some(init) = &local.init else { return false };
    let Expr::Macro(node) = &*init.expr else { return false };
    let name = match word(&node.mac.path) {
        Some(name @ (SPAWN | SPAWN_BLOCKING | TASK_GROUP)) => name,
        _ => return false,
    };
    let mac = node.mac.clone();
    let (pattern, declared) = match &local.pat {
        Pat::Type(typed) => (&*typed.pat, Some((*typed.ty).clone())),
        other => (other, None),
    };
    let Pat::Ident(simple) = pattern else {
        lowering.diagnostics.push(unbound(name, &mac));
        return true;
    };
    if simple.by_ref.is_some() || simple.subpat.is_some() || init.diverge.is_some() {
        lowering.diagnostics.push(unbound(name, &mac));
        return true;
    }
    let ident = simple.ident.clone();
    let mark = if name != TASK_GROUP {
        let Some(start) = start(lowering, &mac, name) else { return true };
        let task = Task {
            name: ident.clone(),
            mutable: simple.mutability.is_some(),
            declared,
            start,
            handle: false,
            captured: false,
            mentioned: false,
        };
        lowering.add(Word::Task(task))
    } else {
        let mut arguments = match GroupArguments::of(&mac) {
            Ok(arguments) => arguments,
            Err(error) => {
                lowering.diagnostics.push(error);
                return true;
            }
        };
        if let Some(limit) = &mut arguments.limit {
            syn::visit_mut::VisitMut::visit_expr_mut(lowering, limit);
        }
        let group = Group {
            name: ident.clone(),
            pattern: local.pat.clone(),
            arguments,
            word: mac.path.clone(),
            place: place_of(&mac),
            mentioned: false,
        };
        lowering.add(Word::Group(group))
    };
    lowering.bind_word(&ident, name == TASK_GROUP);
    opened(lowering);
    local.attrs.push(mark);
    true
}

/// `daemon!(…);` or `defer!(…);`; `false` for any other macro.
pub(super) fn lower(lowering: &mut Lowering, mac: &mut Macro, attributes: &mut Vec<Attribute>) -> bool {
    match word(&mac.path) {
        Some(DAEMON) => {
            let Some(start) = start(lowering, mac, DAEMON) else { return true };
            let mark = lowering.add(Word::Daemon(start));
            attributes.push(mark);
            opened(lowering);
            true
        }
        Some(DEFER) => {
            let Some(defer) = defer(lowering, mac) else { return true };
            let mark = lowering.add(Word::Defer(defer));
            attributes.push(mark);
            // The statements below are an `async` block of their own, and leaving that is seen.
            let level = lowering.level();
            level.depth += 1;
            level.open = 0;
            true
        }
        _ => false,
    }
}

fn opened(lowering: &mut Lowering) {
    let level = lowering.level();
    level.framed = true;
    level.open += 1;
}

/// For a word that is bound to no name.
pub(super) fn unbound(word: &str, mac: &Macro) -> syn::Error {
    match word {
        SPAWN => diag::unbound_spawn(mac),
        SPAWN_BLOCKING => diag::unbound_blocking(mac),
        _ => diag::unbound_group(mac),
    }
}

/// The arguments of `spawn!`, `spawn_blocking!` or `daemon!`.
pub(super) fn start(lowering: &mut Lowering, mac: &Macro, word: &str) -> Option<Start> {
    if word == SPAWN_BLOCKING {
        return blocking(lowering, mac);
    }
    match start_arguments(mac, word) {
        Ok(arguments) => {
            let place = place_of(mac);
            let mut name = arguments.name;
            if let Some(name) = &mut name {
                syn::visit_mut::VisitMut::visit_expr_mut(lowering, name);
            }
            let operand = lowering.operand(arguments.operand);
            Some(Start { operand, linked: arguments.linked, name, word: mac.path.clone(), place })
        }
        Err(error) => {
            lowering.diagnostics.push(error);
            None
        }
    }
}

fn blocking(lowering: &mut Lowering, mac: &Macro) -> Option<Start> {
    let BlockingArguments { abandon, mut name, mut work, flag } = match blocking_arguments(mac) {
        Ok(arguments) => arguments,
        Err(error) => {
            lowering.diagnostics.push(error);
            return None;
        }
    };
    if let Some(name) = &mut name {
        syn::visit_mut::VisitMut::visit_expr_mut(lowering, name);
    }
    syn::visit_mut::VisitMut::visit_expr_mut(lowering, &mut work);
    let place = place_of(mac);
    let operand = Operand::Blocking(Blocking { work, abandon, flag, place: place.clone() });
    Some(Start { operand, linked: false, name, word: mac.path.clone(), place })
}

fn defer(lowering: &mut Lowering, mac: &Macro) -> Option<Defer> {
    let place = place_of(mac);
    let arguments = match DeferArguments::of(mac) {
        Ok(arguments) => arguments,
        Err(error) => {
            lowering.diagnostics.push(error);
            return None;
        }
    };
    let mut limit = arguments.limit;
    if let Some(limit) = &mut limit {
        syn::visit_mut::VisitMut::visit_expr_mut(lowering, limit);
    }
    let code = lowering.body(arguments.block);
    Some(Defer { limit, word: mac.path.clone(), code, place })
}
