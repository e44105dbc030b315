//! Finds the words of the language in a body and resolves which local each mention refers to.
//!
//! The result is the user's syntax tree, in which every place the language means is marked by an
//! attribute with the number of a [`Word`]; the words hold what `check` and `expand` need. Closures,
//! ordinary `async` blocks, nested items and the tokens of macros are left as they are.

mod awaits;
mod collections;
mod combine;
mod foreign;
mod marks;
mod recursion;
mod statements;
mod walk;

use syn::{Block, Expr, Ident, Pat, Path, Type};

use crate::diag::Diagnostics;
use crate::words::GroupArguments;
pub(crate) use collections::Collection;
pub(crate) use combine::{Branch, Contender, Join, Race, RaceBranch};
pub(crate) use foreign::{Argument, Foreign, Keep};
pub(crate) use marks::{marked_word, take_mark};
pub(crate) use walk::{lower_block, lower_function};

/// What a name is bound to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Binding {
    /// A task: which body it is in, the number of its word, and the `async` level it is at.
    Task { body: usize, word: usize, level: usize },
    /// A group, likewise.
    Group { body: usize, word: usize, level: usize },
    /// A group that came as a parameter.
    GroupHandle,
    #[default]
    Other,
}

/// The body of a function or of a word's `async` block.
pub(crate) struct Body {
    pub(crate) block: Block,
    pub(crate) words: Vec<Word>,
    /// It starts tasks, daemons or groups, so it needs a frame.
    pub(crate) framed: bool,
    /// A macro that may hide an exit stands where tasks are open.
    pub(crate) strict: bool,
}

/// What is marked.
pub(crate) enum Word {
    /// `let t = spawn!(…);`
    Task(Task),
    /// `let g = task_group!();`
    Group(Group),
    /// `daemon!(…);`
    Daemon(Start),
    /// `defer!(…);`
    Defer(Defer),
    /// `EXPR.await`; `true` if EXPR calls the function it stands in, and so has to be boxed.
    Await(Place, bool),
    /// `t.await` and its like.
    TaskAwait(TaskAwait),
    /// `g.join_all().await`, `g.stop().await`
    GroupAwait(GroupAwait),
    /// `spawn!(…).await`
    SpawnAwait(Start, Place),
    /// `g.spawn(async { … })`; `true` if the block's error is that of the function.
    GroupSpawn(Operand, bool),
    /// `join!(…)` or `try_join!(…)`
    Join(Join),
    /// `race! { … }`
    Race(Race),
    /// `join_all!(…)`, `try_join_all!(…)` or `race_ok!(…)`
    Collection(Collection),
    /// A macro of somebody else's, of which the language must see something.
    Foreign(Foreign),
}

pub(crate) struct Task {
    pub(crate) name: Ident,
    pub(crate) mutable: bool,
    pub(crate) declared: Option<Type>,
    pub(crate) start: Start,
    /// The name is used for more than to await the task where it can be reached.
    pub(crate) handle: bool,
    /// The handle is used in an `async` block of its own, which may have taken it along: what it is
    /// by then, nobody can say.
    pub(crate) captured: bool,
    /// The name is used at all.
    pub(crate) mentioned: bool,
}

pub(crate) struct Group {
    pub(crate) name: Ident,
    pub(crate) pattern: Pat,
    pub(crate) arguments: GroupArguments,
    pub(crate) word: Path,
    pub(crate) place: Place,
    pub(crate) mentioned: bool,
}

/// A child to start.
pub(crate) struct Start {
    pub(crate) operand: Operand,
    /// `EXPR?`: its error is the function's.
    pub(crate) linked: bool,
    pub(crate) name: Option<Expr>,
    /// The word as the user named it.
    pub(crate) word: Path,
    pub(crate) place: Place,
}

pub(crate) enum Operand {
    Call(Expr),
    Blocking(Blocking),
    Block(Box<AsyncBlock>),
}

/// The work of `spawn_blocking!`, which is the user's own closure.
pub(crate) struct Blocking {
    pub(crate) work: Expr,
    pub(crate) abandon: bool,
    /// The closure takes the flag.
    pub(crate) flag: bool,
    pub(crate) place: Place,
}

/// An `async` block that is a scoped body.
pub(crate) struct AsyncBlock {
    pub(crate) moves: bool,
    pub(crate) body: Body,
    pub(crate) place: Place,
}

pub(crate) struct Defer {
    pub(crate) limit: Option<Expr>,
    pub(crate) word: Path,
    pub(crate) code: Body,
    pub(crate) place: Place,
}

pub(crate) struct TaskAwait {
    pub(crate) task: Ident,
    /// The number of the word that started it.
    pub(crate) word: usize,
    pub(crate) how: TaskEnd,
    /// The task's guard can be moved here, which ends the task's borrows; otherwise its handle.
    pub(crate) guard: bool,
    pub(crate) place: Place,
}

pub(crate) enum TaskEnd {
    Join,
    Stop,
    Timeout(Expr),
    Shutdown(Expr),
}

pub(crate) struct GroupAwait {
    pub(crate) group: Ident,
    pub(crate) stop: bool,
    pub(crate) guard: bool,
    pub(crate) place: Place,
}

/// A place in the source and the text that stands there.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) span: proc_macro2::Span,
    pub(crate) text: String,
}

/// What lowering found out.
pub(crate) struct Lowered {
    pub(crate) body: Body,
    /// The body names its own function.
    pub(crate) recursive: bool,
    pub(crate) diagnostics: Diagnostics,
}
