//! A helper starts work and gives back the place where its result will be; who does not look there
//! leaves the work behind.

use rejoin::prelude::*;

#[scoped]
async fn begin<'a>(work: Scoped<impl Future<Output = u32> + Send + 'a>) -> Task<'a, u32> {
    spawn!(work)
}

fn main() {}
