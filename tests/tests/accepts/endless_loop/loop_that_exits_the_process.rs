use rejoin::prelude::*;

#[scoped]
pub async fn check(mut n: u32) {
    loop {
        n += 1;
        if n > 5 {
            std::process::exit(1);
        }
    }
}
