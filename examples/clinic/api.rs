//! The routes of the clinic, and what its errors are in HTTP.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use rejoin::Reason;
use serde_json::json;
use tracing::info;

use crate::check::{BUDGET, CheckError, PatientId, Report, Upstreams, Wishes, check};
use crate::reports::Reports;

/// What every request can use.
#[derive(Clone)]
pub(crate) struct Clinic {
    pub(crate) upstreams: Upstreams,
    pub(crate) reports: Reports,
}

pub(crate) fn router(clinic: Clinic) -> Router {
    Router::new().route("/patients/{id}/check", post(run_check).get(last_report)).with_state(clinic)
}

/// `POST /patients/{id}/check`
///
/// `_body` is not used, but read: until a request has been read to its end, hyper cannot see that the
/// client has gone away, and would let the handler go on.
#[rejoin::root]
async fn run_check(
    State(clinic): State<Clinic>,
    Path(id): Path<PatientId>,
    Query(wishes): Query<Wishes>,
    _body: Bytes,
) -> Result<Json<Report>, CheckError> {
    // Errors are values and come back from `check`. Only a cancelled request never gets there: its
    // client has left, or the program is being stopped.
    let mut over = false;
    rejoin::defer!({
        if !over {
            info!("check of patient {id} stopped");
        }
    });
    info!("check of patient {id} started");
    let outcome = check(&clinic.upstreams, id, wishes).await;
    over = true;
    match &outcome {
        Ok(_) => info!("check of patient {id} done"),
        Err(error) => info!("check of patient {id} failed: {error}"),
    }
    let report = outcome?;
    clinic.reports.keep(id, report.clone());
    Ok(Json(report))
}

/// `GET /patients/{id}/check`: the report of the last check, as long as it is kept.
///
/// It waits for nothing, so there is nothing to stop and it is no root.
async fn last_report(State(clinic): State<Clinic>, Path(id): Path<PatientId>) -> Response {
    match clinic.reports.find(id) {
        Some(report) => Json(report).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl IntoResponse for CheckError {
    fn into_response(self) -> Response {
        // The whole story, with places in the code, is in the log; a client is told what concerns it.
        let (status, error) = match &self {
            Self::Upstream { service, .. } => (StatusCode::BAD_GATEWAY, format!("{service} failed")),
            Self::Cancelled(cancelled) if cancelled.reason() == &Reason::Deadline => {
                (StatusCode::GATEWAY_TIMEOUT, format!("no answer within {BUDGET:?}"))
            }
            Self::Cancelled(_) => (StatusCode::SERVICE_UNAVAILABLE, "the clinic closes".into()),
        };
        (status, Json(json!({ "error": error }))).into_response()
    }
}
