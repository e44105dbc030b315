//! Work that needs a thread of its own.

/// How many primes there are below `limit`; fewer if it was told to stop.
pub(crate) fn count_primes(limit: u32, is_stopped: impl Fn() -> bool) -> usize {
    let mut count = 0;
    for number in 2..limit {
        // A thread cannot be cut. So it asks, now and then: often enough for whoever waits for it.
        if number % 4096 == 0 && is_stopped() {
            break;
        }
        if (2..).take_while(|divisor| divisor * divisor <= number).all(|divisor| number % divisor != 0) {
            count += 1;
        }
    }
    count
}
