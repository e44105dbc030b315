//! A check: three questions at once, within three seconds, and the first error wins.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use rejoin::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::fetch::{FetchError, fetch};
use crate::upstream::{Mood, Service};

/// How long all three may take together.
pub(crate) const BUDGET: Duration = Duration::from_secs(3);

/// One year or the other, for an example.
const THIS_YEAR: u16 = 2026;

/// Where the three services are.
#[derive(Clone, Copy)]
pub(crate) struct Upstreams {
    pub(crate) info: SocketAddr,
    pub(crate) drugs: SocketAddr,
    pub(crate) events: SocketAddr,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct PatientId(u32);

/// How each service is asked to behave: `?info=slow&drugs=hang&events=fail`, or `crash`, or `confuse`.
#[derive(Clone, Copy, Deserialize)]
pub(crate) struct Wishes {
    #[serde(default)]
    info: Mood,
    #[serde(default)]
    drugs: Mood,
    #[serde(default)]
    events: Mood,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Patient {
    pub(crate) name: String,
    pub(crate) born: u16,
}

impl Patient {
    fn age(&self) -> u16 {
        THIS_YEAR.checked_sub(self.born).expect("nobody is born in the future")
    }
}

/// What is known to have happened with a drug.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct AdverseEvent {
    pub(crate) drug: String,
    pub(crate) effect: String,
}

#[derive(Clone, Serialize)]
pub(crate) struct Report {
    id: PatientId,
    patient: Patient,
    age: u16,
    drugs: Vec<String>,
    /// The known adverse events of the drugs this patient takes.
    warnings: Vec<AdverseEvent>,
}

/// The three fetches are tasks of this function: it does not return before they have ended. The `?`
/// makes the error of one the error of the function, at once; the others are then cancelled, as they
/// are when the time is up or the request is dropped.
#[scoped(timeout = BUDGET, name = "check")]
pub(crate) async fn check(at: &Upstreams, id: PatientId, wishes: Wishes) -> Result<Report, CheckError> {
    let patient = spawn!(async {
        let patient = ask_info(at, id, wishes).await?;
        let age = patient.age();
        Ok((patient, age))
    }?);
    let drugs = spawn!(ask::<Vec<String>>(Service::Drugs, at.drugs, id, wishes.drugs)?);
    let events = spawn!(ask::<Vec<AdverseEvent>>(Service::Events, at.events, id, wishes.events)?);

    let ((patient, age), drugs, events) = (patient.await, drugs.await, events.await);
    let warnings = events.into_iter().filter(|event| drugs.contains(&event.drug)).collect();
    Ok(Report { id, patient, age, drugs, warnings })
}

#[scoped]
pub(crate) async fn ask_info(at: &Upstreams, id: PatientId, wishes: Wishes) -> Result<Patient, CheckError> {
    ask(Service::Info, at.info, id, wishes.info).await
}

#[scoped]
async fn ask<T: DeserializeOwned + Send>(
    service: Service,
    at: SocketAddr,
    id: PatientId,
    mood: Mood,
) -> Result<T, CheckError> {
    let path = format!("/patients/{id}?mood={mood}");
    fetch(at, &path).await.map_err(|error| CheckError::Upstream { service, error })
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckError {
    #[error("{service}: {error}")]
    Upstream { service: Service, error: FetchError },
    #[error("{0}")]
    Cancelled(#[from] Cancelled),
}

impl fmt::Display for PatientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
