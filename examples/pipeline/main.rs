//! A pipeline: laboratory results are read, checked and written, three stages at once.
//!
//! ```text
//! cargo run --example pipeline
//! printf '7,glucose,5.4\n7,sodium,140\n' | nc -N 127.0.0.1 7002
//! ```
//!
//! Each connection is one import, each import three tasks with channels between them. A stage that is
//! slower than the others holds them back; one that fails stops them, wherever they wait. There is either
//! a whole file of results in the end or none.
//!
//! - `import.rs` how the stages hang together
//! - `stages.rs` what they do

mod import;
mod stages;

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use rejoin::prelude::*;
use rejoin_examples::door::{accept, listen};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::import::import;

/// Listens on `PIPELINE_ADDR`, and writes into the folder `PIPELINE_DIR`.
#[rejoin::main]
async fn main() -> io::Result<()> {
    let listener = listen("PIPELINE_ADDR", "127.0.0.1:7002").await?;
    let folder = env::var_os("PIPELINE_DIR").map_or_else(env::temp_dir, PathBuf::from);
    println!("pipeline: listening on tcp://{}", listener.local_addr()?);

    let imports = task_group!();
    for number in 1_u32.. {
        let (line, _) = accept(&listener).await;
        imports.spawn(answer(line, folder.join(format!("results-{number}.jsonl"))));
    }
    imports.join_all().await;
    Ok(())
}

/// Imports what a client sends, and tells it what came of it.
#[scoped]
async fn answer(mut line: TcpStream, target: PathBuf) {
    let (source, mut client) = line.split();
    let answer = match import(source, &target).await {
        Ok(count) => format!("{count} results in {}", name_of(&target)),
        Err(error) => format!("nothing imported: {error}"),
    };
    println!("pipeline: {answer}");
    // A client that has not waited for the answer does not get it.
    let _ = client.write_all(format!("{answer}\n").as_bytes()).await;
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
