//! S2, F18: the same hidden in a generic argument.
use rejoin::prelude::*;

struct AppError;

impl From<Cancelled> for AppError {
    fn from(_: Cancelled) -> Self {
        AppError
    }
}

#[rejoin::root]
async fn handler<T: AsRef<[u32]> + Send>(data: T) -> Result<usize, AppError> {
    Ok(data.as_ref().len())
}

fn main() {}
