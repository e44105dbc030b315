//! The table that comes out.

use std::fmt;

use crate::spread::Spread;

/// What we want to reach.
#[derive(Clone, Copy, Debug)]
pub enum Bar {
    /// At most so many times the peer's.
    Ratio(f64),
    /// At most so many nanoseconds more than the peer's.
    More(f64),
    /// Shown, not judged.
    Shown,
}

/// What the numbers of a row count.
#[derive(Clone, Copy, Debug)]
pub enum Unit {
    /// Time.
    Nanoseconds,
    /// Memory.
    Bytes,
    /// Anything else.
    Pieces,
}

/// Ours against one peer.
#[derive(Clone, Debug)]
pub struct Row {
    /// The workload's number.
    pub id: &'static str,
    /// The workload.
    pub workload: String,
    /// Whom we compare with.
    pub peer: &'static str,
    /// What `ours` and `theirs` count.
    pub unit: Unit,
    /// Median.
    pub ours: f64,
    /// Median.
    pub theirs: f64,
    /// Ours to theirs, of each round.
    pub ratio: Spread,
    /// Ours less theirs, of each round.
    pub difference: Spread,
    /// What we want to reach.
    pub bar: Bar,
}

impl Row {
    /// A row for what is the same each time it is measured.
    #[must_use]
    pub fn exact(
        id: &'static str,
        workload: impl Into<String>,
        unit: Unit,
        ours: f64,
        (peer, theirs): (&'static str, f64),
        bar: Bar,
    ) -> Self {
        let (ratio, difference) = (Spread::of([ours / theirs]), Spread::of([ours - theirs]));
        Self { id, workload: workload.into(), peer, unit, ours, theirs, ratio, difference, bar }
    }

    /// Whether the bar is reached; `None` where there is none.
    #[must_use]
    pub fn reached(&self) -> Option<bool> {
        match self.bar {
            Bar::Ratio(bar) => Some(self.ratio.median <= bar),
            Bar::More(bar) => Some(self.difference.median <= bar),
            Bar::Shown => None,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, workload, peer, unit, ours, theirs, .. } = self;
        let (ours, theirs) = (amount(*ours, *unit), amount(*theirs, *unit));
        write!(f, "| {id} | {workload} | {ours} | {peer}: {theirs} | ")?;
        match self.bar {
            Bar::More(bar) => {
                let Spread { lower, median, upper } = self.difference;
                write!(f, "{median:+.1} ns ({lower:+.1} to {upper:+.1}) | ≤ +{bar} ns | ")?;
            }
            Bar::Ratio(_) | Bar::Shown => {
                let Spread { lower, median, upper } = self.ratio;
                write!(f, "{median:.2} ({lower:.2} to {upper:.2}) | ")?;
                match self.bar {
                    Bar::Ratio(bar) => write!(f, "≤ {bar:.2} | ")?,
                    _ => f.write_str("| ")?,
                }
            }
        }
        match self.reached() {
            Some(true) => f.write_str("reached |"),
            Some(false) => f.write_str("**missed** |"),
            None => f.write_str("|"),
        }
    }
}

/// With three digits and a unit for people.
fn amount(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Nanoseconds if value < 1e3 => format!("{} ns", three_digits(value)),
        Unit::Nanoseconds if value < 1e6 => format!("{} µs", three_digits(value / 1e3)),
        Unit::Nanoseconds => format!("{} ms", three_digits(value / 1e6)),
        Unit::Bytes => format!("{value:.0} B"),
        Unit::Pieces => format!("{value:.1}"),
    }
}

fn three_digits(value: f64) -> String {
    let digits = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}")
}

/// Prints the rows as one Markdown table, and how many bars were reached. Returns how many were
/// missed.
pub fn print(rows: &[Row]) -> usize {
    println!("| id | workload | ours | peer | ours / peer | bar | verdict |");
    println!("|---|---|---:|---:|---:|---:|---|");
    for row in rows {
        println!("{row}");
    }
    let verdicts = || rows.iter().filter_map(Row::reached);
    let reached = verdicts().filter(|reached| *reached).count();
    println!("\n{reached} of {} bars reached.", verdicts().count());
    verdicts().count() - reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_what_was_reached() {
        let row = Row::exact("B0", "nothing", Unit::Nanoseconds, 500.0, ("them", 1000.0), Bar::Ratio(0.5));
        assert_eq!(
            row.to_string(),
            "| B0 | nothing | 500 ns | them: 1.00 µs | 0.50 (0.50 to 0.50) | ≤ 0.50 | reached |"
        );
        let row = Row::exact("B0", "nothing", Unit::Nanoseconds, 12.5, ("them", 10.0), Bar::More(2.0));
        assert_eq!(
            row.to_string(),
            "| B0 | nothing | 12.5 ns | them: 10.0 ns | +2.5 ns (+2.5 to +2.5) | ≤ +2 ns | **missed** |"
        );
    }
}
