//! Trees of tasks.

use std::fmt;
use std::ops::Range;

/// How the tasks of a tree are below each other. They are numbered from 1; 0 is who starts the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// 10 000 beside each other.
    Flat,
    /// 100 with 100 below each.
    Square,
    /// Two below each, 10 000 in all.
    Binary,
    /// 1 000 below each other.
    Chain,
}

impl Shape {
    pub(crate) const ALL: [Self; 4] = [Self::Flat, Self::Square, Self::Binary, Self::Chain];

    pub(crate) const fn tasks(self) -> usize {
        match self {
            Self::Flat | Self::Binary => 10_000,
            Self::Square => 100 + 100 * 100,
            Self::Chain => 1000,
        }
    }

    /// Who is started by this one.
    pub(crate) fn children(self, task: usize) -> Range<usize> {
        let (first, children) = match (self, task) {
            (Self::Flat, 0) => (1, 10_000),
            (Self::Square, 0) => (1, 100),
            (Self::Square, 1..=100) => (1 + 100 * task, 100),
            (Self::Flat | Self::Square, _) => (0, 0),
            (Self::Binary, _) => (2 * task + 1, 2),
            (Self::Chain, _) => (task + 1, 1),
        };
        let end = self.tasks() + 1;
        first.min(end)..(first + children).min(end)
    }

    pub(crate) fn is_leaf(self, task: usize) -> bool {
        self.children(task).is_empty()
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flat => "10 000 in a row",
            Self::Square => "100 × 100",
            Self::Binary => "a binary tree of 10 000",
            Self::Chain => "a chain of 1 000",
        })
    }
}
