use rejoin::prelude::*;
use std::time::Duration;

#[scoped(allow(blocking_call, reason = "a microsecond is shorter than a trip through the timer"))]
pub async fn check() {
    std::thread::sleep(Duration::from_micros(1));
}
