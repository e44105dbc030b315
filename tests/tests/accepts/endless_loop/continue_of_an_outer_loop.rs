use rejoin::prelude::*;

#[scoped]
pub async fn check(list: &[u32]) -> u32 {
    let mut sum = 0;
    'outer: for id in list {
        loop {
            sum += id;
            continue 'outer;
        }
    }
    sum
}
