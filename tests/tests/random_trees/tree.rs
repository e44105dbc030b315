//! The programs.

use proptest::collection::vec;
use proptest::prelude::*;

/// Statements, in order.
pub(crate) type Block = Vec<Step>;

/// A number of milliseconds.
pub(crate) type Time = u16;

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Sleep(Time),
    Yield,
    /// An await that is never ready.
    Forever,
    /// A local whose destructor panics.
    Trap,
    /// A value, dropped where its function ends.
    Local,
    Call(Block),
    /// A call with `?` behind it.
    Try(Block),
    /// `let task = spawn!(…)`, the statements below it, and then its end.
    Task {
        body: Block,
        linked: bool,
        end: End,
    },
    Daemon {
        body: Block,
        linked: bool,
    },
    Group {
        children: Vec<Block>,
        end: GroupEnd,
    },
    Defer {
        code: Block,
        fails: bool,
    },
    Timeout(Time, Block),
    Shield(Option<Time>, Block),
    Catch(Block),
    Join(Block, Block),
    TryJoin(Block, Block),
    Race(Block, Block),
    /// Cancelled by a source after this time.
    CancelOn(Time, Block),
    /// A root that is dropped after this time, if it has not ended.
    Root(Time, Block),
    Panic,
    Fail,
    Return,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    Await,
    Cancel,
    Stop,
    Timeout(Time),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum GroupEnd {
    Next,
    JoinAll,
    Stop,
    CancelAll,
    /// Takes one, then stops the others.
    First,
}

/// A program and how it ends.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) body: Block,
    pub(crate) end: ProgramEnd,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum ProgramEnd {
    /// By itself, or at a limit far away.
    ByItself,
    /// Its root is dropped.
    Dropped(Time),
    /// By a source of cancellation.
    Cancelled(Time),
    /// Its runtime goes away.
    WithoutRuntime(Time),
}

fn time() -> impl Strategy<Value = Time> {
    prop_oneof![Just(0), 1..12_u16, 1..60_u16]
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        3 => Just(End::Await),
        1 => Just(End::Cancel),
        1 => Just(End::Stop),
        1 => time().prop_map(End::Timeout),
    ]
}

fn group_end() -> impl Strategy<Value = GroupEnd> {
    prop_oneof![
        Just(GroupEnd::Next),
        Just(GroupEnd::JoinAll),
        Just(GroupEnd::Stop),
        Just(GroupEnd::CancelAll),
        Just(GroupEnd::First),
    ]
}

fn leaf() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => time().prop_map(Step::Sleep),
        6 => Just(Step::Yield),
        2 => Just(Step::Forever),
        1 => Just(Step::Trap),
        4 => Just(Step::Local),
        1 => Just(Step::Panic),
        2 => Just(Step::Fail),
        1 => Just(Step::Return),
    ]
}

fn block(step: impl Strategy<Value = Step>) -> impl Strategy<Value = Block> {
    vec(step, 0..5)
}

fn steps() -> impl Strategy<Value = Step> {
    leaf().prop_recursive(5, 48, 4, |inner| {
        let body = block(inner.clone()).boxed();
        let one = || body.clone();
        prop_oneof![
            2 => one().prop_map(Step::Call),
            2 => one().prop_map(Step::Try),
            6 => (one(), any::<bool>(), end()).prop_map(|(body, linked, end)| Step::Task { body, linked, end }),
            2 => (one(), any::<bool>()).prop_map(|(body, linked)| Step::Daemon { body, linked }),
            3 => (vec(one(), 0..4), group_end()).prop_map(|(children, end)| Step::Group { children, end }),
            5 => (one(), proptest::bool::weighted(0.1)).prop_map(|(code, fails)| Step::Defer { code, fails }),
            3 => (time(), one()).prop_map(|(limit, body)| Step::Timeout(limit, body)),
            2 => (proptest::option::of(time()), one()).prop_map(|(limit, body)| Step::Shield(limit, body)),
            2 => one().prop_map(Step::Catch),
            1 => (one(), one()).prop_map(|(first, second)| Step::Join(first, second)),
            1 => (one(), one()).prop_map(|(first, second)| Step::TryJoin(first, second)),
            2 => (one(), one()).prop_map(|(first, second)| Step::Race(first, second)),
            2 => (time(), one()).prop_map(|(after, body)| Step::CancelOn(after, body)),
            2 => (time(), one()).prop_map(|(after, body)| Step::Root(after, body)),
        ]
    })
}

/// All programs, small ones more often than large ones.
pub(crate) fn programs() -> impl Strategy<Value = Program> {
    let end = prop_oneof![
        4 => Just(ProgramEnd::ByItself),
        3 => time().prop_map(ProgramEnd::Dropped),
        3 => time().prop_map(ProgramEnd::Cancelled),
        1 => time().prop_map(ProgramEnd::WithoutRuntime),
    ];
    (vec(steps(), 1..7), end).prop_map(|(body, end)| Program { body, end })
}
