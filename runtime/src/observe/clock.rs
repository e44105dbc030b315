//! The clock of what is seen of tasks: it moves only when somebody looks.
//!
//! Asking the system for the time at each spawn and each poll would cost more than the rest of what is
//! noted. So tasks note what this clock shows, one load, and whoever looks moves it on. A time read
//! from it is therefore that of the last look before: exact to a quarter of a second while a
//! [watchdog](crate::observe::Watchdog) looks ten times a second, a bound otherwise.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// The unit: a word of 32 bits lasts for more than two years.
const TICK: Duration = Duration::from_millis(16);

/// About a quarter of a second, in ticks. Whoever has little room rounds a time down to it.
pub(crate) const QUARTER: u32 = 16;

/// How often a watchdog moves the clock.
pub(crate) const PERIOD: Duration = Duration::from_millis(100);

/// 0 until the first look, which shows [`QUARTER`].
static NOW: AtomicU32 = AtomicU32::new(0);
static FIRST: OnceLock<Instant> = OnceLock::new();
/// How many move the clock every [`PERIOD`], and since when it has been; 0 while it is not.
static STEADY: Mutex<(usize, u32)> = Mutex::new((0, 0));

/// What the clock shows, without asking the system.
#[inline(always)]
pub(crate) fn coarse() -> u32 {
    NOW.load(Ordering::Relaxed)
}

/// Moves the clock on; what it shows then. Never 0.
pub(crate) fn look() -> u32 {
    let first = FIRST.get_or_init(Instant::now);
    let ticks = first.elapsed().as_millis() / TICK.as_millis();
    let now = u32::try_from(ticks).unwrap_or(u32::MAX).saturating_add(QUARTER);
    NOW.fetch_max(now, Ordering::Relaxed);
    now
}

/// Says that the clock will be moved every [`PERIOD`] from now on, or not any more.
pub(crate) fn steady(begins: bool) {
    let now = look() & !(QUARTER - 1);
    let mut steady = STEADY.lock().unwrap_or_else(PoisonError::into_inner);
    match (begins, &mut *steady) {
        (true, (movers, since)) => {
            *movers += 1;
            *since = if *movers == 1 { now } else { *since };
        }
        (false, (movers, since)) => {
            *movers -= 1;
            *since = if *movers == 0 { 0 } else { *since };
        }
    }
}

/// How long ago something was, as far as it is known.
///
/// Which of the three it is says what it may be used for: [`at_least`](Self::at_least) for an alarm, which then is
/// never false; [`duration`](Self::duration) and the printed form for people.
///
/// ```
/// use rejoin::observe::Elapsed;
/// use std::time::Duration;
///
/// let age = Elapsed::AtMost(Duration::from_millis(3_200));
/// assert_eq!(age.to_string(), "< 3.2 s");
/// assert_eq!(age.duration(), Duration::from_millis(3_200));
/// // It may have been just now: no alarm.
/// assert_eq!(age.at_least(), Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Elapsed {
    /// This long, give or take a quarter of a second.
    About(Duration),
    /// This long or less: since the last look before it happened.
    AtMost(Duration),
    /// This long or more: it happened before anybody looked for the first time.
    AtLeast(Duration),
}

impl Elapsed {
    /// From a time the clock has shown to `now`.
    pub(crate) fn between(then: u32, now: u32) -> Self {
        let (_, steady) = *STEADY.lock().unwrap_or_else(PoisonError::into_inner);
        if then == 0 {
            Self::AtLeast(TICK * now.saturating_sub(QUARTER))
        } else if steady != 0 && then >= steady {
            Self::About(TICK * now.saturating_sub(then))
        } else {
            // The clock shows whole ticks.
            Self::AtMost(TICK * (now.saturating_sub(then) + 1))
        }
    }

    /// The number, whatever it is.
    ///
    /// ```
    /// # use rejoin::observe::Elapsed;
    /// # use std::time::Duration;
    /// assert_eq!(Elapsed::AtLeast(Duration::from_secs(5)).duration(), Duration::from_secs(5));
    /// ```
    #[must_use]
    pub const fn duration(self) -> Duration {
        match self {
            Self::About(duration) | Self::AtMost(duration) | Self::AtLeast(duration) => duration,
        }
    }

    /// The least it can be.
    ///
    /// ```
    /// # use rejoin::observe::Elapsed;
    /// # use std::time::Duration;
    /// assert_eq!(Elapsed::About(Duration::from_secs(5)).at_least(), Duration::from_secs(5));
    /// assert_eq!(Elapsed::AtMost(Duration::from_secs(5)).at_least(), Duration::ZERO);
    /// ```
    #[must_use]
    pub const fn at_least(self) -> Duration {
        match self {
            Self::About(duration) | Self::AtLeast(duration) => duration,
            Self::AtMost(_) => Duration::ZERO,
        }
    }
}

impl std::fmt::Display for Elapsed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match self {
            Self::About(_) => "",
            Self::AtMost(_) => "< ",
            Self::AtLeast(_) => "> ",
        };
        write!(f, "{sign}{}", Readable(self.duration()))
    }
}

/// A duration as people say it: `45 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`.
pub(crate) struct Readable(pub(crate) Duration);

impl std::fmt::Display for Readable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0 => write!(f, "{} ms", self.0.as_millis()),
            1..60 => write!(f, "{:.1} s", self.0.as_secs_f64()),
            60..3600 => write!(f, "{} min {} s", seconds / 60, seconds % 60),
            _ => write!(f, "{} h {} min", seconds / 3600, seconds % 3600 / 60),
        }
    }
}
