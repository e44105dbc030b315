//! What the stages do.
//!
//! A stage that cannot send any more has nothing to report: it was the next one that failed, and it says
//! why.

use futures_util::StreamExt as _;
use rejoin::prelude::*;
use serde::Serialize;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncWriteExt, BufWriter};
use tokio::sync::mpsc::{Receiver, Sender};
use tokio_util::codec::{FramedRead, LinesCodec};

use crate::import::ImportError;

const LONGEST_LINE: usize = 200;

pub(crate) struct Line {
    number: usize,
    text: String,
}

#[derive(Serialize)]
pub(crate) struct LabResult {
    patient: u32,
    test: String,
    value: f64,
}

/// The first stage: lines of text.
#[scoped]
pub(crate) async fn read(
    source: impl AsyncRead + Unpin + Send,
    lines: Sender<Line>,
) -> Result<(), ImportError> {
    let codec = LinesCodec::new_with_max_length(LONGEST_LINE);
    let mut source = FramedRead::new(source, codec).enumerate();
    while let Some((index, text)) = source.next().await {
        let line = Line { number: index + 1, text: text? };
        if lines.send(line).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// The second stage: `patient,test,value`.
#[scoped]
pub(crate) async fn check(mut lines: Receiver<Line>, results: Sender<LabResult>) -> Result<(), ImportError> {
    while let Some(Line { number, text }) = lines.recv().await {
        let result = parse(&text).map_err(|problem| ImportError::Line { number, problem })?;
        if results.send(result).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// The third stage: a line of JSON for each.
#[scoped]
pub(crate) async fn write(mut results: Receiver<LabResult>, file: File) -> Result<usize, ImportError> {
    let mut file = BufWriter::new(file);
    let mut count = 0;
    while let Some(result) = results.recv().await {
        let mut line = serde_json::to_vec(&result)?;
        line.push(b'\n');
        file.write_all(&line).await?;
        count += 1;
    }
    file.flush().await?;
    Ok(count)
}

fn parse(text: &str) -> Result<LabResult, &'static str> {
    let [patient, test, value] = text.split(',').collect::<Vec<_>>()[..] else {
        return Err("not three fields");
    };
    Ok(LabResult {
        patient: patient.trim().parse().map_err(|_| "the patient is not a number")?,
        test: test.trim().to_owned(),
        value: value.trim().parse().map_err(|_| "the value is not a number")?,
    })
}
