//! Median and quartiles.

/// The middle of a series, and the range that holds half of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A quarter of the series is below.
    pub lower: f64,
    /// Half of the series is below.
    pub median: f64,
    /// A quarter of the series is above.
    pub upper: f64,
}

impl Spread {
    /// Of a series in any order.
    ///
    /// # Panics
    ///
    /// If the series is empty.
    #[must_use]
    pub fn of(series: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = series.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        Self { lower: at(&sorted, 0.25), median: at(&sorted, 0.5), upper: at(&sorted, 0.75) }
    }
}

/// The value at this part of the way, between its neighbours where there is none.
fn at(sorted: &[f64], part: f64) -> f64 {
    assert!(!sorted.is_empty(), "a series has at least one value");
    let place = part * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    low + (high - low) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_lie_between_neighbours() {
        let spread = Spread::of([4.0, 1.0, 3.0, 2.0]);
        assert_eq!(spread, Spread { lower: 1.75, median: 2.5, upper: 3.25 });
    }

    #[test]
    fn one_value_is_its_own_spread() {
        assert_eq!(Spread::of([7.0]), Spread { lower: 7.0, median: 7.0, upper: 7.0 });
    }
}
