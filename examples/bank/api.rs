//! The routes of the bank, and what its errors are in HTTP.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use rejoin::Reason;
use serde_json::{Value, json};
use sqlx::SqlitePool;
use tracing::error;

use crate::transfer::{BUDGET, Transfer, TransferError, balance, transfer};

pub(crate) fn router(accounts: SqlitePool) -> Router {
    Router::new()
        .route("/accounts/{owner}", get(read_account))
        .route("/transfers", post(make_transfer))
        .with_state(accounts)
}

/// `POST /transfers`
///
/// A root: the client that goes away, and with it this handler, cancels what stands here.
#[rejoin::root]
async fn make_transfer(
    State(accounts): State<SqlitePool>,
    Json(wanted): Json<Transfer>,
) -> Result<Json<Value>, TransferError> {
    let left = transfer(&accounts, &wanted).await?;
    Ok(Json(json!({ "left": left })))
}

/// `GET /accounts/{owner}`
#[rejoin::root]
async fn read_account(
    State(accounts): State<SqlitePool>,
    Path(owner): Path<String>,
) -> Result<Json<Value>, TransferError> {
    let mut connection = accounts.acquire().await?;
    let cents = balance(&mut connection, &owner).await?;
    Ok(Json(json!({ "cents": cents })))
}

impl IntoResponse for TransferError {
    fn into_response(self) -> Response {
        let (status, error) = match &self {
            Self::NotAnAmount(_) => (StatusCode::UNPROCESSABLE_ENTITY, self.to_string()),
            Self::NoAccount(_) => (StatusCode::NOT_FOUND, self.to_string()),
            Self::NoCover(_) => (StatusCode::CONFLICT, self.to_string()),
            Self::Database(cause) => {
                error!("the database failed: {cause}");
                (StatusCode::INTERNAL_SERVER_ERROR, "the bank has a problem".into())
            }
            Self::Cancelled(cancelled) if cancelled.reason() == &Reason::Deadline => {
                (StatusCode::GATEWAY_TIMEOUT, format!("not done within {BUDGET:?}"))
            }
            Self::Cancelled(_) => (StatusCode::SERVICE_UNAVAILABLE, "the bank closes".into()),
        };
        (status, Json(json!({ "error": error }))).into_response()
    }
}
