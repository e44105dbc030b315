//! S2, F18: a handler may outlive its caller.
use rejoin::prelude::*;

struct AppError;

impl From<Cancelled> for AppError {
    fn from(_: Cancelled) -> Self {
        AppError
    }
}

#[rejoin::root]
async fn handler(data: &[u32]) -> Result<usize, AppError> {
    Ok(data.len())
}

fn main() {}
