//! How the stages hang together.

use std::io;
use std::path::Path;

use rejoin::prelude::*;
use tokio::fs;
use tokio::io::AsyncRead;
use tokio::sync::mpsc;
use tokio_util::codec::LinesCodecError;

use crate::stages::{check, read, write};

/// How many results may lie between two stages before the first of them has to wait.
const BETWEEN: usize = 64;

/// Imports all results of `source` into the file `target`, and says how many.
#[scoped(name = "import")]
pub(crate) async fn import(
    source: impl AsyncRead + Unpin + Send,
    target: &Path,
) -> Result<usize, ImportError> {
    let partial = target.with_extension("partial");
    let mut complete = false;
    defer!({
        if !complete {
            fs::remove_file(&partial).await?;
        }
        Ok(())
    });
    let file = fs::File::create(&partial).await?;

    // Each sender is given away, to the stage that sends: a channel ends with the stage that fills it.
    let (line_sender, lines) = mpsc::channel(BETWEEN);
    let (result_sender, results) = mpsc::channel(BETWEEN);
    let reading = spawn!(read(source, line_sender)?);
    let checking = spawn!(check(lines, result_sender)?);
    let writing = spawn!(write(results, file)?);

    // That the last stage has seen the end of its channel does not mean that all went well: the end of a
    // stage that failed looks the same. What counts is that all three have succeeded.
    reading.await;
    checking.await;
    let count = writing.await;
    scope!(fs::rename(&partial, target)).shield().await?;
    complete = true;
    Ok(count)
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    #[error("line {number}: {problem}")]
    Line { number: usize, problem: &'static str },
    #[error("{0}")]
    Unreadable(#[from] LinesCodecError),
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    #[error("{0}")]
    Io(#[from] io::Error),
}
