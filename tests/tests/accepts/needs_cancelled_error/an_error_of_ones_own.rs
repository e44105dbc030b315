use rejoin::prelude::*;
use std::time::Duration;

#[derive(Debug)]
pub struct AppError;

impl From<Cancelled> for AppError {
    fn from(_: Cancelled) -> Self {
        AppError
    }
}

#[scoped(timeout = Duration::from_secs(1))]
pub async fn check() -> Result<u32, AppError> {
    Ok(1)
}
