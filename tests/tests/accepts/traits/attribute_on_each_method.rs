use rejoin::prelude::*;

#[scoped]
pub trait Load {
    #[scoped]
    async fn load(&self) -> u32;
}

pub struct Memory;

impl Load for Memory {
    #[scoped]
    async fn load(&self) -> u32 {
        1
    }
}
