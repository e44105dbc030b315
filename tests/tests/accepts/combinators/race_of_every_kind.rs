use rejoin::prelude::*;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{interval, sleep};

#[derive(Debug)]
pub enum Stop {
    Closed,
}

pub struct Job {
    pub reply: oneshot::Sender<u32>,
    pub n: u32,
}

#[scoped]
async fn work(n: &mut u32) -> Result<u32, Stop> {
    *n += 1;
    Ok(*n)
}

#[scoped]
pub async fn serve(mut jobs: mpsc::Receiver<Job>) -> Result<u32, Stop> {
    let mut ticks = interval(Duration::from_secs(1));
    let mut state = 0;
    let mut done = false;
    'serving: loop {
        race! {
            biased;
            Some(Job { reply, n }) = jobs.recv(), if !done => {
                let answer = work(&mut state).await? + n;
                if reply.send(answer).is_err() {
                    continue 'serving;
                }
            }
            _ = ticks.tick() => state += 1,
            outcome = work(&mut 7), if state > 3 => {
                done = outcome? > 8;
            }
            else => break 'serving Err(Stop::Closed),
        }
        if state > 5 {
            return Ok(state);
        }
    }
}

#[scoped]
pub async fn first_of_two(slow: bool) -> &'static str {
    race! {
        _ = sleep(Duration::from_millis(if slow { 2 } else { 0 })) => "slept",
        text = async {
            let task = spawn!(async { "task" });
            task.await
        } => text,
    }
}

#[scoped]
pub async fn operands_with_awaits(text: Option<String>) -> Option<usize> {
    async fn len(text: &str) -> usize {
        text.len()
    }
    let n = race! {
        n = len(&first_of_two(false).await.to_owned()) => n,
        n = len(text.as_deref()?) => n,
    };
    Some(n)
}

#[scoped]
pub async fn what_was_borrowed_is_free_in_the_handler(numbers: &mut Vec<u32>) {
    race! {
        n = async { numbers.len() } => numbers.push(n as u32),
        () = async { numbers.iter().for_each(drop) } => numbers.clear(),
    }
}
