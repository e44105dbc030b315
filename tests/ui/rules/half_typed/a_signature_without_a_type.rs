use rejoin::prelude::*;

#[scoped]
async fn check(ids: ) -> usize {
    1
}

fn main() {}
