//! A question to one of the services.

use std::net::SocketAddr;

use rejoin::prelude::*;
use rejoin_examples::client::{GetError, get};
use serde::de::DeserializeOwned;

/// Asks, and reads the answer's JSON.
#[scoped]
pub(crate) async fn fetch<T: DeserializeOwned + Send>(at: SocketAddr, path: &str) -> Result<T, FetchError> {
    let answer = get(at, path).await?;
    Ok(serde_json::from_slice(&answer)?)
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("{0}")]
    Get(#[from] GetError),
    #[error("its answer is not what was expected: {0}")]
    Json(#[from] serde_json::Error),
}
