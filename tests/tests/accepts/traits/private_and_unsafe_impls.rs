use rejoin::prelude::*;

trait Private {
    fn n(&self) -> u32;
}

impl Private for u32 {
    fn n(&self) -> u32 {
        *self
    }
}

#[scoped]
pub async fn check() -> u32 {
    1_u32.n()
}
