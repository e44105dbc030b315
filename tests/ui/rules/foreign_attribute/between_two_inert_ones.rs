use rejoin::prelude::*;

#[scoped]
#[inline]
#[tokio::test]
#[must_use]
async fn check() -> u32 {
    1
}

fn main() {}
