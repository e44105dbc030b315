//! Results in the order of spawning.

use std::collections::BTreeMap;

/// The results of an ordered group that came too early: a child spawned before still runs.
pub(super) struct Early<T> {
    by_sequence: BTreeMap<u64, T>,
}

impl<T> Early<T> {
    pub(super) const fn new() -> Self {
        Self { by_sequence: BTreeMap::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.by_sequence.len()
    }

    pub(super) fn insert(&mut self, sequence: u64, value: T) {
        self.by_sequence.insert(sequence, value);
    }

    /// The results for which it is not too early any more, in order: those of children spawned before
    /// the oldest that still runs, if any does.
    pub(super) fn release(&mut self, oldest: Option<u64>) -> impl Iterator<Item = T> {
        std::iter::from_fn(move || {
            let first = self.by_sequence.first_entry()?;
            let due = oldest.is_none_or(|oldest| *first.key() < oldest);
            due.then(|| first.remove())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Early;

    #[test]
    fn a_result_is_kept_until_all_before_it_have_ended() {
        let mut early = Early::new();
        early.insert(3, 'd');
        early.insert(1, 'b');
        assert_eq!(early.release(Some(0)).next(), None);
        assert!(early.release(Some(2)).eq(['b']));
        early.insert(0, 'a');
        assert_eq!(early.len(), 2);
        assert!(early.release(None).eq(['a', 'd']));
    }
}
