//! Awaits: of tasks and groups, which end them, and of everything else.

use syn::visit_mut::VisitMut;
use syn::{Expr, ExprAwait, Ident};

use super::walk::{Lowering, tokens};
use super::{Binding, GroupAwait, Place, TaskAwait, TaskEnd, Word, statements};
use crate::paths::{SPAWN, SPAWN_BLOCKING};
use crate::text;
use crate::words::word;

impl Lowering {
    pub(super) fn await_(&mut self, node: &mut ExprAwait) {
        let place = Place { span: node.await_token.span, text: text::of(tokens(&*node)) };
        let word = match self.end_of_task(&mut node.base, &place) {
            Some(word) => word,
            None => {
                let boxed = self.calls_itself(&node.base);
                self.visit_expr_mut(&mut node.base);
                Word::Await(place, boxed)
            }
        };
        let mark = self.add(word);
        node.attrs.push(mark);
    }

    /// `t`, `t.stop()`, `t.timeout(d)`, `t.shutdown(d)`, `g.join_all()`, `g.stop()` or `spawn!(…)`, before `.await`.
    fn end_of_task(&mut self, base: &mut Expr, place: &Place) -> Option<Word> {
        match base {
            Expr::Paren(inner) => self.end_of_task(&mut inner.expr, place),
            Expr::Path(path) => {
                let task = path.path.get_ident()?.clone();
                self.task_await(task, TaskEnd::Join, place)
            }
            Expr::MethodCall(call) => {
                let Expr::Path(receiver) = &*call.receiver else { return None };
                let name = receiver.path.get_ident()?.clone();
                if call.turbofish.is_some() {
                    return None;
                }
                match (call.method.to_string().as_str(), call.args.len()) {
                    ("stop", 0) => self
                        .task_await(name.clone(), TaskEnd::Stop, place)
                        .or_else(|| self.group_await(name, true, place)),
                    ("join_all", 0) => self.group_await(name, false, place),
                    ("timeout", 1) if self.is_task(&name) => {
                        let mut limit = call.args.pop()?;
                        self.visit_expr_mut(&mut limit);
                        self.task_await(name, TaskEnd::Timeout(limit), place)
                    }
                    ("shutdown", 1) if self.is_task(&name) => {
                        let mut grace = call.args.pop()?;
                        self.visit_expr_mut(&mut grace);
                        self.task_await(name, TaskEnd::Shutdown(grace), place)
                    }
                    _ => None,
                }
            }
            Expr::Macro(node) => {
                let name = word(&node.mac.path).filter(|name| [SPAWN, SPAWN_BLOCKING].contains(name))?;
                let Some(start) = statements::start(self, &node.mac, name) else {
                    // What is wrong has been said; nothing more about it.
                    *base = syn::parse_quote!(());
                    return None;
                };
                self.level().framed = true;
                Some(Word::SpawnAwait(start, place.clone()))
            }
            _ => None,
        }
    }

    fn is_task(&self, name: &Ident) -> bool {
        matches!(self.names.find(name), Binding::Task { .. })
    }

    fn task_await(&mut self, task: Ident, how: TaskEnd, place: &Place) -> Option<Word> {
        let binding = self.names.find(&task);
        let Binding::Task { word, .. } = binding else { return None };
        let guard = self.reaches_guard(binding);
        self.mention_as(binding, !guard);
        Some(Word::TaskAwait(TaskAwait { task, word, how, guard, place: place.clone() }))
    }

    fn group_await(&mut self, group: Ident, stop: bool, place: &Place) -> Option<Word> {
        let binding = self.names.find(&group);
        if !matches!(binding, Binding::Group { .. }) {
            return None;
        }
        let guard = self.reaches_guard(binding);
        self.mention_as(binding, true);
        Some(Word::GroupAwait(GroupAwait { group, stop, guard, place: place.clone() }))
    }
}
