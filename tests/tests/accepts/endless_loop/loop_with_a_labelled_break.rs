use rejoin::prelude::*;

#[scoped]
pub async fn check(list: &[u32]) -> u32 {
    'outer: loop {
        for id in list {
            if *id == 0 {
                break 'outer 1;
            }
        }
    }
}
