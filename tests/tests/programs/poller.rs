//! A poller waits for a job that runs elsewhere: each question has a time limit, failures are asked
//! again after a while that doubles, and all of it has a deadline.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use rejoin::{Reason, prelude::*};
use tokio::time::{Instant, sleep};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Status {
    Running,
    Done(u32),
}

/// What the service does with one question.
#[derive(Clone, Copy)]
enum Answer {
    Is(Status),
    Busy,
    Hangs,
    Refuses,
}

struct Service {
    answers: Mutex<Vec<Answer>>,
    asked_at: Mutex<Vec<Instant>>,
}

#[derive(Debug)]
enum AskError {
    Busy,
    Refused,
}

impl Service {
    fn new(answers: &[Answer]) -> Self {
        let answers = Mutex::new(answers.iter().rev().copied().collect());
        Self { answers, asked_at: Mutex::default() }
    }

    async fn ask(&self) -> Result<Status, AskError> {
        self.asked_at.lock().unwrap().push(Instant::now());
        let answer = self.answers.lock().unwrap().pop().unwrap_or(Answer::Hangs);
        match answer {
            Answer::Is(status) => Ok(status),
            Answer::Busy => Err(AskError::Busy),
            Answer::Refuses => Err(AskError::Refused),
            Answer::Hangs => std::future::pending().await,
        }
    }
}

#[derive(Debug)]
enum PollError {
    Refused,
    GaveUp { tries: u32 },
    Cancelled(Cancelled),
}

impl From<Cancelled> for PollError {
    fn from(cancelled: Cancelled) -> Self {
        Self::Cancelled(cancelled)
    }
}

impl fmt::Display for PollError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("the service refused"),
            Self::GaveUp { tries } => write!(f, "no answer to {tries} questions"),
            Self::Cancelled(cancelled) => cancelled.fmt(f),
        }
    }
}

/// One answer, asked for up to five times.
#[scoped]
async fn ask(service: &Service) -> Result<Status, PollError> {
    let mut pause = Duration::from_millis(100);
    for _ in 0..5 {
        match scope!(service.ask()).timeout(Duration::from_secs(1)).await {
            Ok(Ok(status)) => return Ok(status),
            Ok(Err(AskError::Refused)) => return Err(PollError::Refused),
            Ok(Err(AskError::Busy)) | Err(_) => sleep(pause).await,
        }
        pause *= 2;
    }
    Err(PollError::GaveUp { tries: 5 })
}

#[scoped(timeout = within)]
async fn wait_for_job(service: &Service, within: Duration) -> Result<u32, PollError> {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        if let Status::Done(result) = ask(service).await? {
            return Ok(result);
        }
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const RUNNING: Answer = Answer::Is(Status::Running);

#[rejoin::test(paused)]
async fn asks_until_it_is_done() {
    let service = Service::new(&[RUNNING, Answer::Busy, Answer::Hangs, RUNNING, Answer::Is(Status::Done(7))]);
    let begin = Instant::now();
    assert_eq!(wait_for_job(&service, MINUTE).await.unwrap(), 7);
    let asked: Vec<u128> =
        service.asked_at.lock().unwrap().iter().map(|at| (*at - begin).as_millis()).collect();
    assert_eq!(asked, [0, 5000, 5100, 6300, 10_000]);
}

#[rejoin::test(paused)]
async fn gives_up_on_a_service_that_refuses_or_never_answers() {
    let refused = wait_for_job(&Service::new(&[RUNNING, Answer::Refuses]), MINUTE).await.unwrap_err();
    assert_eq!(refused.to_string(), "the service refused");
    let gave_up = wait_for_job(&Service::new(&[]), MINUTE).await.unwrap_err();
    assert_eq!(gave_up.to_string(), "no answer to 5 questions");
}

#[rejoin::test(paused)]
async fn the_deadline_holds_in_the_middle_of_a_retry() {
    let begin = Instant::now();
    let late = wait_for_job(&Service::new(&[]), Duration::from_millis(2500)).await;
    let Err(PollError::Cancelled(cancelled)) = late else { panic!("{late:?}") };
    assert_eq!(cancelled.reason(), &Reason::Deadline);
    assert_eq!(begin.elapsed(), Duration::from_millis(2500));
}
