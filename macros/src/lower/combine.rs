//! `join!`, `try_join!` and `race!`: several things in one task.

use syn::visit_mut::VisitMut;
use syn::{Expr, Ident, Macro, Pat, Path};

use super::walk::{Lowering, place_of};
use super::{Binding, Operand, Place, Word};
use crate::diag;
use crate::others::Select;
use crate::paths::{RACE, TRY_JOIN};
use crate::words::join_operands;

/// `join!(…)` or `try_join!(…)`
pub(crate) struct Join {
    pub(crate) branches: Vec<Branch>,
    /// `try_join!`
    pub(crate) fails: bool,
    pub(crate) word: Path,
    pub(crate) place: Place,
}

/// `race! { … }`
pub(crate) struct Race {
    pub(crate) biased: bool,
    pub(crate) branches: Vec<RaceBranch>,
    pub(crate) otherwise: Option<Expr>,
    pub(crate) word: Path,
    pub(crate) place: Place,
}

pub(crate) struct RaceBranch {
    pub(crate) pattern: Pat,
    pub(crate) contender: Contender,
    pub(crate) condition: Option<Expr>,
    pub(crate) handler: Expr,
}

/// What is waited for.
pub(crate) enum Branch {
    Operand(Operand, Place),
    /// `t`: the task is taken, by its guard if that is in reach, otherwise by its handle.
    Task {
        task: Ident,
        word: usize,
        guard: bool,
    },
}

/// What takes part in a `race!`.
pub(crate) enum Contender {
    Branch(Branch),
    /// `&t`
    Watched(Ident),
}

pub(super) fn lower(lowering: &mut Lowering, mac: &Macro, name: &str) -> Option<Word> {
    if name == RACE { race(lowering, mac) } else { join(lowering, mac, name) }
}

fn join(lowering: &mut Lowering, mac: &Macro, name: &str) -> Option<Word> {
    let operands = match join_operands(mac) {
        Ok(operands) if operands.is_empty() => {
            lowering.diagnostics.push(diag::nothing_to_join(mac, name));
            return None;
        }
        Ok(operands) => operands,
        Err(error) => {
            lowering.diagnostics.push(error);
            return None;
        }
    };
    let branches = operands.into_iter().map(|operand| branch(lowering, operand)).collect();
    let place = Place { text: format!("{name}!(…)"), ..place_of(mac) };
    Some(Word::Join(Join { branches, fails: name == TRY_JOIN, word: mac.path.clone(), place }))
}

fn race(lowering: &mut Lowering, mac: &Macro) -> Option<Word> {
    let select = match mac.parse_body::<Select>() {
        Ok(select) if select.branches.is_empty() => {
            lowering.diagnostics.push(diag::nothing_to_race(mac));
            return None;
        }
        Ok(select) => select,
        Err(error) => {
            lowering.diagnostics.push(error);
            return None;
        }
    };
    let mut branches = Vec::new();
    for parsed in select.branches {
        let condition = parsed.condition.map(syn::parse2::<Expr>).transpose();
        let (operand, condition) = match (syn::parse2::<Expr>(parsed.future), condition) {
            (Ok(operand), Ok(condition)) => (operand, condition),
            (Err(error), _) | (_, Err(error)) => {
                lowering.diagnostics.push(error);
                return None;
            }
        };
        let condition = condition.map(|mut condition| {
            lowering.visit_expr_mut(&mut condition);
            condition
        });
        let contender = contender(lowering, operand);
        let names = lowering.names.mark();
        lowering.names.bind_pattern(&parsed.pattern);
        let mut handler = parsed.handler;
        lowering.visit_expr_mut(&mut handler);
        lowering.names.reset(names);
        branches.push(RaceBranch { pattern: parsed.pattern, contender, condition, handler });
    }
    let otherwise = select.otherwise.map(|mut otherwise| {
        lowering.visit_expr_mut(&mut otherwise);
        otherwise
    });
    let place = Place { text: "race! { … }".to_owned(), ..place_of(mac) };
    Some(Word::Race(Race { biased: select.biased, branches, otherwise, word: mac.path.clone(), place }))
}

fn contender(lowering: &mut Lowering, operand: Expr) -> Contender {
    if let Expr::Reference(reference) = &operand
        && reference.mutability.is_none()
        && let Some((task, binding)) = task_of(lowering, &reference.expr)
    {
        lowering.mention_as(binding, true);
        return Contender::Watched(task);
    }
    Contender::Branch(branch(lowering, operand))
}

fn branch(lowering: &mut Lowering, operand: Expr) -> Branch {
    if let Some((task, binding)) = task_of(lowering, &operand)
        && let Binding::Task { word, .. } = binding
    {
        let guard = lowering.reaches_guard(binding);
        lowering.mention_as(binding, !guard);
        return Branch::Task { task, word, guard };
    }
    let place = place_of(&operand);
    Branch::Operand(lowering.operand(operand), place)
}

/// `t`, if that is a task.
fn task_of(lowering: &Lowering, expr: &Expr) -> Option<(Ident, Binding)> {
    match expr {
        Expr::Paren(inner) => task_of(lowering, &inner.expr),
        Expr::Group(inner) => task_of(lowering, &inner.expr),
        Expr::Path(path) => {
            let name = path.path.get_ident()?;
            let binding = lowering.names.find(name);
            matches!(binding, Binding::Task { .. }).then(|| (name.clone(), binding))
        }
        _ => None,
    }
}
