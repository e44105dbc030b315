//! What is known at one point of a path, and about each task, group and lock.

use proc_macro2::Span;
use syn::Ident;
use syn::spanned::Spanned;

use crate::diag::{self, Diagnostics};
use crate::parse::options::Options;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Task,
    Group,
    /// The guard of a lock.
    Lock,
}

/// Whether something may be open and whether it may be closed.
#[derive(Clone, Copy)]
struct Open {
    open: bool,
    closed: bool,
    /// Closed because all of its children had ended, so that another one opens it again.
    drained: bool,
}

/// What is known of everything in scope at one point.
#[derive(Clone)]
pub(super) struct State {
    /// A path leads here.
    pub(super) reachable: bool,
    things: Vec<Open>,
}

impl State {
    pub(super) fn begin() -> Self {
        Self { reachable: true, things: Vec::new() }
    }

    /// Where no path leads.
    pub(super) fn unreachable(&self) -> Self {
        Self { reachable: false, things: self.things.clone() }
    }

    pub(super) fn len(&self) -> usize {
        self.things.len()
    }

    pub(super) fn declare(&mut self) {
        self.things.push(Open { open: true, closed: false, drained: false });
    }

    pub(super) fn truncate(&mut self, things: usize) {
        self.things.truncate(things);
    }

    pub(super) fn is_open(&self, index: usize) -> bool {
        self.things.get(index).is_some_and(|thing| thing.open)
    }

    pub(super) fn is_closed(&self, index: usize) -> bool {
        self.things.get(index).is_some_and(|thing| thing.closed && !thing.open)
    }

    pub(super) fn close(&mut self, index: usize) {
        if let Some(thing) = self.things.get_mut(index) {
            *thing = Open { open: false, closed: true, drained: false };
        }
    }

    /// A group has no children left.
    pub(super) fn drain(&mut self, index: usize) {
        if let Some(thing) = self.things.get_mut(index) {
            *thing = Open { open: false, closed: true, drained: true };
        }
    }

    /// A group has been given a child.
    pub(super) fn refill(&mut self, index: usize) {
        if let Some(thing) = self.things.get_mut(index) {
            thing.open |= thing.drained;
        }
    }

    /// What was closed may not have been.
    pub(super) fn open(&mut self, index: usize) {
        if let Some(thing) = self.things.get_mut(index) {
            thing.open = true;
        }
    }

    /// Two paths meet.
    pub(super) fn join(&mut self, other: &Self) {
        if !other.reachable {
            return;
        }
        if !self.reachable {
            let len = self.things.len();
            self.things.clone_from(&other.things);
            self.things.truncate(len);
            self.reachable = true;
            return;
        }
        for (thing, other) in self.things.iter_mut().zip(&other.things) {
            thing.open |= other.open;
            thing.closed |= other.closed;
            thing.drained |= other.drained;
        }
    }
}

/// A task, a group or a lock, and what became of it.
pub(super) struct Thing {
    pub(super) kind: Kind,
    pub(super) name: Ident,
    /// Where it was made.
    place: Span,
    /// The `#[cfg]` of its statement.
    pub(super) condition: Option<String>,
    /// The `#[cfg]`s of the statements that close it.
    closed_under: Vec<String>,
    /// Something, somewhere, closes it.
    pub(super) has_closer: bool,
    /// An error about it has been shown.
    pub(super) reported: bool,
    /// The first path beside one on which it was closed.
    beside: Option<(Span, &'static str)>,
    /// The exits that leave it open.
    left_open: Vec<(Span, &'static str)>,
}

impl Thing {
    pub(super) fn new(
        kind: Kind,
        name: &Ident,
        place: &impl quote::ToTokens,
        condition: Option<&str>,
    ) -> Self {
        Self {
            kind,
            name: name.clone(),
            place: place.span(),
            condition: condition.map(str::to_owned),
            closed_under: Vec::new(),
            has_closer: false,
            reported: false,
            beside: None,
            left_open: Vec::new(),
        }
    }

    /// Notes a path on which it is open beside one on which it is closed.
    pub(super) fn note_beside(&mut self, span: Span, path: &'static str) {
        self.beside.get_or_insert((span, path));
    }

    /// Notes an exit that leaves it open.
    pub(super) fn leave(&mut self, span: Span, exit: &'static str) {
        self.left_open.push((span, exit));
    }

    /// Whether it is closed under some other condition as well; notes this one.
    pub(super) fn closed_under_another(&mut self, condition: &str) -> bool {
        let another = self.closed_under.iter().any(|known| known != condition);
        self.closed_under.push(condition.to_owned());
        another
    }

    /// Shows what is wrong with it, at the end of its block; `open` if that leaves it open.
    pub(super) fn report(self, open: bool, options: &Options, diagnostics: &mut Diagnostics) {
        let (rule, words) = match self.kind {
            Kind::Task => ("unresolved_task", &diag::TASK),
            Kind::Group => ("unresolved_group", &diag::GROUP),
            Kind::Lock => return,
        };
        if self.reported || options.allows(rule) || (!open && self.left_open.is_empty()) {
            return;
        }
        if !self.has_closer {
            diagnostics.note(diag::never_closed(words, &self.name));
            return;
        }
        for (span, exit) in &self.left_open {
            diagnostics.note(diag::left_open(words, &self.name, *span, exit));
        }
        if open {
            match self.beside {
                Some((span, path)) => diagnostics.note(diag::open_beside(words, &self.name, span, path)),
                None => {
                    diagnostics.note(diag::closed_on_some_paths(words, &self.name));
                    return;
                }
            }
        }
        diagnostics.note(diag::started_here(words, &self.name, self.place));
    }
}
