//! `#[rejoin::main]`: exit codes, signals and what is waited for, seen from outside of the process.
#![cfg(unix)]

use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rejoin::prelude::*;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// How long each of these tests may take.
const LIMIT: Duration = Duration::from_secs(30);

/// A running program. Dropping it, as a failed assertion does, kills the process.
struct Program {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
}

/// What it leaves: its exit code, what it printed since it was last listened to, and its errors.
type Ended = (Option<i32>, Vec<String>, String);

impl Program {
    fn start(role: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_program"))
            .arg(role)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("it can be started");
        let output = child.stdout.take().expect("its output is piped");
        Self { child, output: BufReader::new(output).lines() }
    }

    fn signal(&self, signal: Signal) {
        let id = self.child.id().expect("it has not ended");
        kill(Pid::from_raw(id.cast_signed()), signal).expect("it can be signalled");
    }
}

#[scoped]
impl Program {
    async fn says(&mut self, text: &str) {
        assert_eq!(self.output.next_line().await.expect("text").as_deref(), Some(text));
    }

    async fn line(&mut self) -> String {
        self.output.next_line().await.expect("text").expect("a line")
    }

    async fn end(mut self) -> Ended {
        let mut printed = Vec::new();
        while let Some(line) = self.output.next_line().await.expect("text") {
            printed.push(line);
        }
        let mut errors = String::new();
        let mut piped = self.child.stderr.take().expect("its errors are piped");
        piped.read_to_string(&mut errors).await.expect("text");
        let status = self.child.wait().await.expect("it is a child");
        (status.code(), printed, errors)
    }
}

#[rejoin::test(limit = LIMIT)]
async fn the_exit_code_comes_from_the_result() {
    let (code, _, errors) = Program::start("returns").end().await;
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    let (code, _, errors) = Program::start("fails").end().await;
    assert_eq!(code, Some(1));
    assert!(errors.contains("broken"), "{errors}");
}

#[rejoin::test(limit = LIMIT)]
async fn a_signal_cancels_the_program_and_its_clean_up_runs() {
    for (signal, code) in [(Signal::SIGTERM, 143), (Signal::SIGINT, 130)] {
        let mut program = Program::start("waits");
        program.says("waits").await;
        program.signal(signal);
        let (ended, printed, _) = program.end().await;
        assert_eq!(ended, Some(code));
        assert_eq!(printed, ["task gone", "cleaned up", "local gone"]);
    }
}

#[rejoin::test(limit = LIMIT)]
async fn a_second_signal_ends_the_process() {
    let mut program = Program::start("stuck");
    program.says("waits").await;
    program.signal(Signal::SIGTERM);
    program.says("stuck").await;
    program.signal(Signal::SIGINT);
    let (code, printed, _) = program.end().await;
    assert_eq!((code, printed.len()), (Some(130), 0));
}

#[rejoin::test(limit = LIMIT)]
async fn with_a_grace_the_first_signal_is_a_notice_and_work_in_hand_goes_on() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let mut program = Program::start("graceful");
        program.says("waits").await;
        program.signal(signal);
        // In either order.
        let mut told = [program.line().await, program.line().await];
        told.sort();
        assert_eq!(told, ["accepts nothing more", "told"]);
        // The end of its input ends its work.
        drop(program.child.stdin.take());
        let (code, printed, errors) = program.end().await;
        assert_eq!((code, errors.as_str()), (Some(0), ""));
        assert_eq!(printed, ["work done"]);
    }
}

#[rejoin::test(limit = LIMIT)]
async fn a_program_that_ends_in_time_has_the_exit_code_of_its_result() {
    let mut program = Program::start("fails late");
    program.says("waits").await;
    program.signal(Signal::SIGTERM);
    let (code, _, errors) = program.end().await;
    assert_eq!(code, Some(1));
    assert!(errors.contains("broken"), "{errors}");
}

#[rejoin::test(limit = LIMIT)]
async fn who_outlives_the_grace_is_printed_and_the_exit_code_is_70() {
    let mut program = Program::start("too slow");
    program.says("waits").await;
    program.signal(Signal::SIGTERM);
    let (code, printed, errors) = program.end().await;
    assert_eq!(code, Some(70));
    assert_eq!(printed, ["accepts nothing more", "cleaned up"]);
    let lines: Vec<&str> = errors.lines().collect();
    let [body, worker] = lines.as_slice() else { panic!("{errors}") };
    assert!(body.contains("waited at `worker.await` in `graceful`"), "{body}");
    assert!(worker.starts_with("rejoin: outlived the grace: `worker`, started at"), "{worker}");
    assert!(worker.contains("waited at `pending::<()>().await` in `graceful`"), "{worker}");
}

#[rejoin::test(limit = LIMIT)]
async fn with_a_grace_a_second_signal_cancels_at_once() {
    let mut program = Program::start("graceful");
    program.says("waits").await;
    program.signal(Signal::SIGTERM);
    let _told = [program.line().await, program.line().await];
    program.signal(Signal::SIGINT);
    let (code, printed, _) = program.end().await;
    assert_eq!((code, printed.len()), (Some(130), 0));
}

#[rejoin::test(limit = LIMIT)]
async fn who_does_not_even_unwind_is_named_and_the_next_signal_ends_the_process() {
    let mut program = Program::start("hangs");
    program.says("waits").await;
    program.signal(Signal::SIGTERM);
    program.says("stuck").await;
    let mut errors = BufReader::new(program.child.stderr.take().expect("its errors are piped")).lines();
    let body = errors.next_line().await.expect("text").expect("a line");
    assert!(body.starts_with("rejoin: outlived the grace: started at"), "{body}");
    let task = errors.next_line().await.expect("text").expect("a line");
    assert!(task.starts_with("rejoin: outlived the grace: `idler`"), "{task}");
    program.signal(Signal::SIGTERM);
    assert_eq!(program.child.wait().await.expect("it is a child").code(), Some(143));
}

#[rejoin::test(limit = LIMIT)]
async fn a_program_that_shuts_itself_down_names_who_outlives_it_too() {
    let (code, printed, errors) = Program::start("stops itself").end().await;
    assert_eq!(code, Some(70));
    assert_eq!(printed, ["goes on"]);
    assert!(errors.contains("was still alive after its grace of 50ms: started at"), "{errors}");
    assert!(errors.contains("`idler`, started at"), "{errors}");
    assert!(errors.contains("while it waited at `task.await` in `stops_itself`"), "{errors}");
}

#[rejoin::test(limit = LIMIT)]
async fn dropped_roots_are_waited_for_at_the_end() {
    let (code, printed, _) = Program::start("drops a root").end().await;
    assert_eq!(code, Some(0));
    assert_eq!(printed, ["returns", "root cleaned up"]);
}

#[rejoin::test(limit = LIMIT)]
async fn the_clean_up_option_limits_every_clean_up() {
    let mut program = Program::start("short clean-up");
    program.says("waits").await;
    program.signal(Signal::SIGTERM);
    let (code, _, errors) = program.end().await;
    assert_eq!(code, Some(143));
    assert!(errors.contains("was dropped after 20ms"), "{errors}");
}

#[rejoin::test(limit = LIMIT)]
async fn flavor_and_worker_threads_say_what_runtime_it_is() {
    let (_, printed, _) = Program::start("current thread").end().await;
    assert_eq!(printed, ["CurrentThread"]);
    let (_, printed, _) = Program::start("three threads").end().await;
    assert_eq!(printed, ["MultiThread 3"]);
}

#[rejoin::test(limit = LIMIT)]
async fn user_signal_1_prints_every_task_and_the_program_goes_on() {
    let mut program = Program::start("waits");
    program.says("waits").await;
    let mut errors = BufReader::new(program.child.stderr.take().expect("its errors are piped")).lines();
    program.signal(Signal::SIGUSR1);
    let summary = errors.next_line().await.expect("text");
    let summary = summary.expect("a summary");
    assert!(summary.starts_with("1 root, 1 task: "), "{summary}");
    let mut printed = String::new();
    while !printed.contains("spawn!(async") {
        printed += &errors.next_line().await.expect("text").expect("the task");
    }
    assert!(printed.contains(" at `task.await` in `program`"), "{printed}");
    program.signal(Signal::SIGTERM);
    assert_eq!(program.child.wait().await.expect("it is a child").code(), Some(128 + 15));
}
