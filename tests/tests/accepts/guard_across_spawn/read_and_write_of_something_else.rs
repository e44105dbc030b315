use rejoin::prelude::*;

pub struct File;

impl File {
    pub fn read(&self) -> Option<u32> {
        Some(1)
    }
    pub fn lock(&self, _n: u32) -> Option<u32> {
        Some(2)
    }
}

#[scoped]
pub async fn check(file: &File) -> u32 {
    let locked = file.lock(1).unwrap();
    tokio::task::yield_now().await;
    locked + file.read().map_or(0, |n| n)
}
