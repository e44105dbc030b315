//! The three services that the clinic asks, and the ways in which they can disappoint it.

use std::fmt;
use std::future::pending;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use rejoin::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;
use tracing::info;

use crate::check::{AdverseEvent, Patient, PatientId};

/// How long a slow service takes: less than the clinic's patience.
const SLOW: Duration = Duration::from_secs(2);
/// How long it takes until a service fails: the others have been asked by then, and have to be stopped.
const A_MOMENT: Duration = Duration::from_millis(200);

/// What a service knows about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Service {
    Info,
    Drugs,
    Events,
}

/// How a service behaves this time.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mood {
    #[default]
    Good,
    Slow,
    Fail,
    Hang,
    Crash,
    /// Answers, but not what can be true.
    Confuse,
}

#[derive(Deserialize)]
struct Wish {
    mood: Mood,
}

pub(crate) fn router(service: Service) -> Router {
    Router::new().route("/patients/{id}", get(answer)).with_state(service)
}

/// `GET /patients/{id}?mood=…`
#[rejoin::root(cancelled = Err(StatusCode::SERVICE_UNAVAILABLE))]
async fn answer(
    State(service): State<Service>,
    Path(id): Path<PatientId>,
    Query(wish): Query<Wish>,
) -> Result<Json<Value>, StatusCode> {
    let mut over = false;
    defer!({
        if !over {
            info!("{service}: patient {id}: connection closed by the caller");
        }
    });
    info!("{service}: patient {id}: asked");
    let outcome = look_up(service, id, wish.mood).await;
    over = true;
    info!("{service}: patient {id}: {}", if outcome.is_ok() { "answered" } else { "refused" });
    outcome.map(Json)
}

#[scoped]
async fn look_up(service: Service, id: PatientId, mood: Mood) -> Result<Value, StatusCode> {
    match mood {
        Mood::Good | Mood::Confuse => {}
        Mood::Slow => sleep(SLOW).await,
        Mood::Fail => {
            sleep(A_MOMENT).await;
            return Err(StatusCode::INTERNAL_SERVER_ERROR);
        }
        Mood::Hang => pending().await,
        Mood::Crash => panic!("{service} has a bug"),
    }
    let event = |drug: &str, effect: &str| AdverseEvent { drug: drug.into(), effect: effect.into() };
    let born = if matches!(mood, Mood::Confuse) { 3000 } else { 1970 };
    Ok(match service {
        Service::Info => json!(Patient { name: format!("Patient {id}"), born }),
        Service::Drugs => json!(["ibuprofen", "ramipril"]),
        Service::Events => json!([event("ramipril", "dry cough"), event("warfarin", "bleeding")]),
    })
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Drugs => "drugs",
            Self::Events => "events",
        })
    }
}

impl fmt::Display for Mood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Good => "good",
            Self::Slow => "slow",
            Self::Fail => "fail",
            Self::Hang => "hang",
            Self::Crash => "crash",
            Self::Confuse => "confuse",
        })
    }
}
