use rejoin::prelude::*;

pub struct Pool;

impl Pool {
    pub fn spawn(&self, n: u32) -> u32 {
        n
    }
}

pub fn spawn(n: u32) -> u32 {
    n
}

#[scoped]
pub async fn check(pool: &Pool) -> u32 {
    pool.spawn(1) + spawn(2) + self::spawn(3)
}
