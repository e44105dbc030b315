use rejoin::prelude::*;

#[scoped]
pub async fn check(mut n: u32) -> u32 {
    while n < 5 {
        n += 1;
    }
    n
}
