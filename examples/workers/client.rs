//! One client and its jobs.

use futures_util::StreamExt as _;
use rejoin::{TaskGroup, prelude::*};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_util::codec::{FramedRead, LinesCodec};

use crate::primes::count_primes;

const LONGEST_LINE: usize = 80;

/// Takes jobs until the client has no more, or the program shuts down.
#[scoped(name = "client")]
pub(crate) async fn client(jobs: TaskGroup<'_, ()>, mut line: TcpStream) {
    let (reader, mut writer) = line.split();
    let mut lines = FramedRead::new(reader, LinesCodec::new_with_max_length(LONGEST_LINE));
    while let Some(Some(Ok(text))) = lines.next().until_shutdown().await {
        let answer = match text.parse() {
            Err(_) => "not a number",
            Ok(limit) if jobs.try_spawn(job(limit)).is_ok() => "taken",
            Ok(_) => "busy",
        };
        if writer.write_all(format!("{answer}\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

#[scoped(name = "job")]
async fn job(limit: u32) {
    let primes = spawn_blocking!(move |cancel| count_primes(limit, || cancel.is_requested())).await;
    println!("workers: {primes} primes below {limit}");
}
