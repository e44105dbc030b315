use rejoin::prelude::*;

#[scoped]
pub async fn check(list: &[u32]) -> u32 {
    let mut ids = list.iter();
    loop {
        assert!(ids.next().is_some());
    }
}
