//! Every task is awaited or cancelled, every group drained or stopped.

use crate::diag::{self, Diagnostics};
use crate::lower::{Body, Operand, Word};
use crate::parse::options::Options;

pub(super) fn check(body: &Body, options: &Options, diagnostics: &mut Diagnostics) {
    for word in &body.words {
        match word {
            Word::Task(task) => {
                if !task.mentioned && !options.allows("unresolved_task") {
                    diagnostics.push(diag::unresolved_task(&task.name));
                }
                check_operand(&task.start.operand, options, diagnostics);
            }
            Word::Group(group) => {
                if !group.mentioned && !options.allows("unresolved_group") {
                    diagnostics.push(diag::unresolved_group(&group.name));
                }
            }
            Word::Daemon(start) | Word::SpawnAwait(start, _) => {
                check_operand(&start.operand, options, diagnostics);
            }
            Word::Defer(defer) => {
                super::cleanup::check(&defer.code, diagnostics);
                check(&defer.code, options, diagnostics);
            }
            Word::GroupSpawn(operand) => check_operand(operand, options, diagnostics),
            Word::Await(..) | Word::TaskAwait(_) | Word::GroupAwait(_) | Word::Foreign(_) => {}
        }
    }
}

fn check_operand(operand: &Operand, options: &Options, diagnostics: &mut Diagnostics) {
    if let Operand::Block(block) = operand {
        check(&block.body, options, diagnostics);
    }
}
