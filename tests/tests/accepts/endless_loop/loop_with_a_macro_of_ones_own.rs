use rejoin::prelude::*;

macro_rules! done {
    ($n:expr) => {
        if $n > 5 {
            return $n;
        }
    };
}

#[scoped]
pub async fn check(mut n: u32) -> u32 {
    loop {
        n += 1;
        done!(n);
    }
}
