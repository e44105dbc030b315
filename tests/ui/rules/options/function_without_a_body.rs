use rejoin::prelude::*;

trait Service {
    #[scoped]
    async fn check(&self);
}

struct Real;

#[scoped]
impl Real {
    async fn check(&self);
}

fn main() {}
