//! What can be said in `task_group!(…)`.

/// How a group treats its children, beside what happens to their errors.
#[derive(Clone, Copy, Debug, Default)]
pub struct GroupOptions {
    pub(super) limit: Option<usize>,
    pub(super) ordered: bool,
}

impl GroupOptions {
    /// Those of `task_group!()`.
    #[must_use]
    pub const fn new() -> Self {
        Self { limit: None, ordered: false }
    }

    /// `limit = EXPR`
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub const fn limit(mut self, limit: usize) -> Self {
        assert!(limit != 0, "with a limit of 0 no child would ever run");
        self.limit = Some(limit);
        self
    }

    /// `ordered`
    #[must_use]
    pub const fn ordered(mut self) -> Self {
        self.ordered = true;
        self
    }
}
