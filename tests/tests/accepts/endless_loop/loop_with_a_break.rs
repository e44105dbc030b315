use rejoin::prelude::*;

#[scoped]
pub async fn check(mut n: u32) -> u32 {
    loop {
        n += 1;
        if n > 5 {
            break n;
        }
    }
}
