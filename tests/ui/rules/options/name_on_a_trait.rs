use rejoin::prelude::*;

#[scoped(name = "service")]
trait Service {
    async fn check(&self);
}

fn main() {}
