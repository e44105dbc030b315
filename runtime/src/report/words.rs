//! The kinds of events in one word each, for labels and fields.

use super::EventKind;

impl EventKind {
    /// Each at the place of its number.
    #[cfg(feature = "metrics")]
    pub(crate) const ALL: [Self; 12] = [
        Self::LostPanic,
        Self::LostError,
        Self::TaskFailed,
        Self::TaskPanicked,
        Self::Restarted,
        Self::CleanupFailed,
        Self::CleanupOverran,
        Self::LongWait,
        Self::GraceExceeded,
        Self::Lingering,
        Self::Blocking,
        Self::TaskLeft,
    ];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::LostPanic => "lost_panic",
            Self::LostError => "lost_error",
            Self::TaskFailed => "task_failed",
            Self::TaskPanicked => "task_panicked",
            Self::Restarted => "restarted",
            Self::CleanupFailed => "cleanup_failed",
            Self::CleanupOverran => "cleanup_overran",
            Self::LongWait => "long_wait",
            Self::GraceExceeded => "grace_exceeded",
            Self::Lingering => "lingering",
            Self::Blocking => "blocking",
            Self::TaskLeft => "task_left",
        }
    }
}

#[cfg(feature = "metrics")]
const _: () = {
    let mut number = 0;
    while number < EventKind::ALL.len() {
        assert!(EventKind::ALL[number] as usize == number);
        number += 1;
    }
    // The last one declared.
    assert!(EventKind::TaskLeft as usize + 1 == number);
};
