//! A questionnaire: long, slow to weigh, and worth nothing once its sender has left.

use std::io;
use std::time::Duration;

use axum::body::Body;
use futures_util::{StreamExt as _, TryStreamExt as _};
use rejoin::prelude::*;
use serde::Serialize;
use tokio::time::sleep;
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};
use tokio_util::io::StreamReader;
use tracing::info;

use crate::check::{CheckError, Patient, PatientId, Upstreams, Wishes, ask_info};

const LONGEST_LINE: usize = 100;
/// How long it takes to weigh one answer.
const WEIGHING: Duration = Duration::from_millis(20);

#[derive(Serialize)]
pub(crate) struct Assessment {
    patient: Patient,
    answers: u32,
    score: u32,
}

/// Weighs the answers, a number on each line, while they arrive.
///
/// The patient is asked for first; nothing of the body is read until then. That the client leaves in the
/// meantime is seen all the same, see `rejoin_examples::server`.
#[scoped(name = "questionnaire")]
pub(crate) async fn assess(
    at: &Upstreams,
    id: PatientId,
    wishes: Wishes,
    body: Body,
) -> Result<Assessment, QuestionnaireError> {
    defer!({
        if let Some(reason) = rejoin::current().reason() {
            info!("questionnaire of patient {id} given up: {reason}");
        }
    });
    info!("questionnaire of patient {id} begun");
    let patient = ask_info(at, id, wishes).await?;
    let body = StreamReader::new(body.into_data_stream().map_err(io::Error::other));
    let mut lines = FramedRead::new(body, LinesCodec::new_with_max_length(LONGEST_LINE));
    let (mut answers, mut score) = (0, 0);
    while let Some(line) = lines.next().await {
        let line = line?;
        let answer = line.trim().parse::<u8>().map_err(|_| QuestionnaireError::Answer(line))?;
        sleep(WEIGHING).await;
        answers += 1;
        score += u32::from(answer);
    }
    info!("questionnaire of patient {id} assessed");
    Ok(Assessment { patient, answers, score })
}

/// Why there is no assessment.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QuestionnaireError {
    #[error("{0:?} is not an answer")]
    Answer(String),
    #[error("the answers cannot be read: {0}")]
    Body(#[from] LinesCodecError),
    #[error("{0}")]
    Patient(#[from] CheckError),
    #[error("{0}")]
    Cancelled(#[from] Cancelled),
}
