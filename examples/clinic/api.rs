//! The routes of the clinic, and what its errors are in HTTP.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use rejoin::{Reason, prelude::*};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;
use tracing::info;

use crate::batch::{Entry, Wanted, check_all};
use crate::check::{BUDGET, CheckError, PatientId, Report, Upstreams, Wishes, check};
use crate::heartbeat::Health;
use crate::letters::LetterBox;
use crate::questionnaire::{Assessment, QuestionnaireError, assess};
use crate::reports::Reports;
use crate::vitals::vitals;

/// What every request can use.
#[derive(Clone)]
pub(crate) struct Clinic {
    pub(crate) upstreams: Upstreams,
    pub(crate) reports: Reports,
    pub(crate) letters: LetterBox,
    pub(crate) health: watch::Receiver<Health>,
}

pub(crate) fn router(clinic: Clinic) -> Router {
    Router::new()
        .route("/patients/{id}/check", post(run_check).get(last_report))
        .route("/patients/{id}/letter", post(post_letter))
        .route("/patients/{id}/questionnaire", post(take_questionnaire))
        .route("/patients/{id}/vitals", get(watch_vitals))
        .route("/checks", post(run_batch))
        .route("/health", get(read_health))
        .with_state(clinic)
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
    defer!({
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

/// `POST /checks?within=SECONDS`, with a list of patients: `[{ "id": 1 }, { "id": 2, "drugs": "hang" }]`
#[rejoin::root]
async fn run_batch(
    State(clinic): State<Clinic>,
    Query(limit): Query<Limit>,
    Json(wanted): Json<Vec<Wanted>>,
) -> Result<Json<Vec<Entry>>, CheckError> {
    Ok(Json(check_all(&clinic.upstreams, &wanted, Duration::from_secs(limit.within)).await))
}

#[derive(Deserialize)]
struct Limit {
    #[serde(default = "half_a_minute")]
    within: u64,
}

const fn half_a_minute() -> u64 {
    30
}

/// `POST /patients/{id}/questionnaire`, with a number on each line.
#[rejoin::root]
async fn take_questionnaire(
    State(clinic): State<Clinic>,
    Path(id): Path<PatientId>,
    Query(wishes): Query<Wishes>,
    body: Body,
) -> Result<Json<Assessment>, QuestionnaireError> {
    Ok(Json(assess(&clinic.upstreams, id, wishes, body).await?))
}

/// `POST /patients/{id}/letter`
async fn post_letter(State(clinic): State<Clinic>, Path(id): Path<PatientId>) -> Response {
    if clinic.letters.post(id) {
        return StatusCode::ACCEPTED.into_response();
    }
    let in_a_second = [(header::RETRY_AFTER, HeaderValue::from(1))];
    (StatusCode::SERVICE_UNAVAILABLE, in_a_second, "too many letters").into_response()
}

/// `GET /patients/{id}/vitals`
///
/// The work belongs to the body of the response, not to this handler, which is over when the body begins.
async fn watch_vitals(Path(id): Path<PatientId>) -> Body {
    Body::from_stream(rejoin::stream(1, move |lines| vitals(id, lines)).named("vitals"))
}

/// `GET /health`
async fn read_health(State(clinic): State<Clinic>) -> Json<Health> {
    Json(*clinic.health.borrow())
}

impl IntoResponse for QuestionnaireError {
    fn into_response(self) -> Response {
        match self {
            Self::Patient(error) => error.into_response(),
            Self::Cancelled(cancelled) => CheckError::Cancelled(cancelled).into_response(),
            Self::Answer(_) | Self::Body(_) => (StatusCode::BAD_REQUEST, self.to_string()).into_response(),
        }
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
