//! Runs a program with the words of the language themselves.

use std::future::pending;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin::{Canceller, Reason};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, timeout};

use crate::tree::{Block, End, GroupEnd, Program, ProgramEnd, Step, Time};
use crate::world::{Body, Event, Failure, Id, Kind, Trap, Value, World};

type Outcome = Result<Value, Failure>;

/// Where a statement stands.
#[derive(Clone, Copy)]
struct Place {
    /// The body it is in.
    here: Id,
    /// The nearest boundary, which waits for roots that were dropped in it; 0 for the program's root.
    scope: Id,
    /// Something will stop an await that is never ready.
    endless: bool,
}

impl Place {
    fn inside(self, body: &Body) -> Self {
        Self { here: body.id, ..self }
    }

    fn bounded_by(self, boundary: &Body) -> Self {
        Self { here: boundary.id, scope: boundary.id, ..self }
    }
}

fn time(time: Time) -> Duration {
    Duration::from_millis(time.into())
}

impl World {
    fn saw(&self, outcome: &Outcome) {
        if let Err(failure) = outcome {
            self.add(Event::Saw(failure.0.id));
        }
    }
}

/// The rest of a body.
fn block<'a>(steps: &'a [Step], at: Place, world: &'a World) -> BoxScoped<'a, Outcome> {
    statement(steps, at, world).boxed()
}

/// A function of its own.
#[scoped]
async fn body(steps: &[Step], at: Place, kind: Kind, world: &World) -> Outcome {
    let body = world.begin(at.here, kind);
    let outcome = block(steps, at.inside(&body), world).await;
    world.saw(&outcome);
    outcome
}

/// A function whose error is the one of the function that starts it.
#[scoped]
async fn linked(steps: &[Step], at: Place, world: &World) -> Outcome {
    let outcome = body(steps, at, Kind::Task, world).await;
    if let Err(failure) = &outcome {
        world.add(Event::Fails(failure.0.id));
    }
    outcome
}

/// What a boundary is put around.
#[scoped]
async fn ending(steps: &[Step], at: Place, world: &World) -> Outcome {
    let outcome = block(steps, at, world).await;
    world.add(Event::Ends(at.here));
    outcome
}

#[scoped]
async fn statement(steps: &[Step], at: Place, world: &World) -> Outcome {
    let Some((first, rest)) = steps.split_first() else { return Ok(world.value()) };
    let outcome = match first {
        Step::Sleep(limit) => {
            sleep(time(*limit)).await;
            block(rest, at, world).await
        }
        Step::Yield => {
            yield_now().await;
            block(rest, at, world).await
        }
        Step::Forever => {
            if at.endless {
                pending::<()>().await;
            }
            block(rest, at, world).await
        }
        Step::Trap => {
            let trap = Trap(world.clone());
            // Not left to the end of the block, where the result would leak (rust-lang/rust#47949).
            let outcome = block(rest, at, world).await;
            drop(trap);
            outcome
        }
        Step::Local => {
            let _local = world.value();
            block(rest, at, world).await
        }
        Step::Call(steps) => {
            drop(body(steps, at, Kind::Call, world).await);
            block(rest, at, world).await
        }
        Step::Try(steps) => {
            body(steps, at, Kind::Call, world).await?;
            block(rest, at, world).await
        }
        Step::Task { body, linked: false, end } => with_task(body, *end, rest, at, world).await,
        Step::Task { body, linked: true, end } => with_linked(body, *end, rest, at, world).await,
        Step::Daemon { body, linked } => with_daemon(body, *linked, rest, at, world).await,
        Step::Group { children, end } => with_group(children, *end, rest, at, world).await,
        Step::Defer { code, fails } => with_defer(code, *fails, rest, at, world).await,
        Step::Timeout(limit, steps) => {
            with_timeout(*limit, steps, at, world).await;
            block(rest, at, world).await
        }
        Step::Shield(limit, steps) => {
            with_shield(*limit, steps, at, world).await;
            block(rest, at, world).await
        }
        Step::Catch(steps) => {
            match body(steps, at, Kind::Call, world).catch_panic().await {
                Ok(outcome) => drop(outcome),
                Err(panicked) => world.caught(panicked.message()),
            }
            block(rest, at, world).await
        }
        Step::Join(first, second) => {
            let all = world.begin(at.here, Kind::Call);
            let inside = at.inside(&all);
            let first = body(first, inside, Kind::Call, world);
            drop(join!(first, body(second, inside, Kind::Call, world)));
            world.add(Event::Returned(all.id));
            drop(all);
            block(rest, at, world).await
        }
        Step::TryJoin(first, second) => {
            let all = world.begin(at.here, Kind::Call);
            let inside = at.inside(&all);
            let first = body(first, inside, Kind::Call, world);
            drop(try_join!(first, body(second, inside, Kind::Call, world)));
            world.add(Event::Returned(all.id));
            drop(all);
            block(rest, at, world).await
        }
        Step::Race(first, second) => {
            let all = world.begin(at.here, Kind::Boundary);
            let inside = at.bounded_by(&all);
            race! {
                outcome = body(first, inside, Kind::Call, world) => drop(outcome),
                outcome = body(second, inside, Kind::Call, world) => drop(outcome),
            }
            world.add(Event::Returned(all.id));
            drop(all);
            block(rest, at, world).await
        }
        Step::CancelOn(after, steps) => {
            with_canceller(*after, steps, at, world).await;
            block(rest, at, world).await
        }
        Step::Root(after, steps) => {
            let root = rejoin::run(own_root(steps.clone(), at, world.clone()));
            drop(timeout(time(*after), root).await);
            block(rest, at, world).await
        }
        Step::Panic => world.panic(),
        Step::Fail => Err(Failure(world.value())),
        Step::Return => Ok(world.value()),
    };
    world.saw(&outcome);
    outcome
}

#[scoped]
async fn with_task(steps: &[Step], end: End, rest: &[Step], at: Place, world: &World) -> Outcome {
    let task = spawn!(body(steps, at, Kind::Task, world));
    let below = block(rest, at, world).await?;
    match end {
        End::Await => drop(task.await?),
        End::Cancel => task.cancel(),
        End::Stop => drop(task.stop().await),
        End::Timeout(limit) => drop(task.timeout(time(limit)).await),
    }
    Ok(below)
}

#[scoped]
async fn with_linked(steps: &[Step], end: End, rest: &[Step], at: Place, world: &World) -> Outcome {
    let task = spawn!(linked(steps, at, world)?);
    let below = block(rest, at, world).await?;
    match end {
        End::Await => drop(task.await),
        End::Cancel => task.cancel(),
        End::Stop => drop(task.stop().await),
        End::Timeout(limit) => drop(task.timeout(time(limit)).await),
    }
    Ok(below)
}

/// Serves the statements of `region`.
#[scoped]
async fn serves(steps: &[Step], region: Id, at: Place, world: &World) -> Result<(), Failure> {
    let body = world.begin(at.here, Kind::Daemon);
    block(steps, at.inside(&body), world).await?;
    world.add(Event::Serves { id: body.id, region });
    pending().await
}

#[scoped]
async fn serves_linked(steps: &[Step], region: Id, at: Place, world: &World) -> Result<(), Failure> {
    let outcome = serves(steps, region, at, world).await;
    if let Err(failure) = &outcome {
        world.add(Event::Fails(failure.0.id));
    }
    outcome
}

#[scoped]
async fn with_daemon(steps: &[Step], linked: bool, rest: &[Step], at: Place, world: &World) -> Outcome {
    let region = world.begin(at.here, Kind::Region);
    if linked {
        daemon!(serves_linked(steps, region.id, at, world)?);
        block(rest, at.inside(&region), world).await
    } else {
        daemon!(async { drop(serves(steps, region.id, at, world).await) });
        block(rest, at.inside(&region), world).await
    }
}

/// A child that starts another one.
#[scoped]
async fn starts<'g>(
    group: TaskGroup<'g, Outcome>,
    steps: &'g [Step],
    at: Place,
    world: &'g World,
) -> Outcome {
    let _body = world.begin(at.here, Kind::Task);
    yield_now().await;
    group.spawn(body(steps, at, Kind::Task, world));
    Ok(world.value())
}

#[scoped]
async fn with_group(children: &[Block], end: GroupEnd, rest: &[Step], at: Place, world: &World) -> Outcome {
    let group = task_group!();
    for (number, steps) in children.iter().enumerate() {
        if number == 1 {
            group.spawn(starts(group, steps, at, world));
        } else {
            group.spawn(body(steps, at, Kind::Task, world));
        }
    }
    let below = block(rest, at, world).await?;
    match end {
        GroupEnd::Next => while group.next().await.is_some() {},
        GroupEnd::JoinAll => drop(group.join_all().await),
        GroupEnd::Stop => drop(group.stop().await),
        GroupEnd::CancelAll => group.cancel_all(),
        GroupEnd::First => {
            drop(group.next().await);
            drop(group.stop().await);
        }
    }
    Ok(below)
}

#[scoped]
async fn with_defer(code: &[Step], fails: bool, rest: &[Step], at: Place, world: &World) -> Outcome {
    let clean_up = world.begin(at.here, Kind::CleanUp);
    let region = world.begin(at.here, Kind::Region);
    let (cleans, below) = (at.bounded_by(&clean_up), at.inside(&region));
    // A clean-up has a limit of its own.
    let cleans = Place { endless: true, ..cleans };
    world.add(Event::Deferred { region: region.id, clean_up: clean_up.id });
    defer!({
        world.add(Event::CleanUp(below.here));
        drop(body(code, cleans, Kind::Call, world).await);
        world.add(Event::CleanedUp(below.here));
        if fails { Err("it failed") } else { Ok(()) }
    });
    block(rest, below, world).await
}

#[scoped]
async fn with_timeout(limit: Time, steps: &[Step], at: Place, world: &World) {
    let boundary = world.begin(at.here, Kind::Boundary);
    let (id, inside, began) = (boundary.id, at.bounded_by(&boundary), Instant::now());
    let inside = Place { endless: true, ..inside };
    let outcome = ending(steps, inside, world).timeout(time(limit)).await;
    world.add(Event::Came { id, value: outcome.is_ok() });
    if let Err(cancelled) = outcome {
        if *cancelled.reason() != Reason::Deadline {
            world.wrong(format_args!("a limit that says: {cancelled}"));
        }
        if began.elapsed() < time(limit) {
            world.wrong(format_args!("a limit of {limit} after {:?}", began.elapsed()));
        }
    }
}

#[scoped]
async fn with_shield(limit: Option<Time>, steps: &[Step], at: Place, world: &World) {
    let kind = if limit.is_some() { Kind::Boundary } else { Kind::Shield };
    let boundary = world.begin(at.here, kind);
    let inside = Place { endless: limit.is_some(), ..at.bounded_by(&boundary) };
    let ending = ending(steps, inside, world);
    let value = match limit {
        None => ending.shield().await.map_or(true, |value| value.id > 0),
        Some(limit) => ending.timeout(time(limit)).shield().await.is_ok(),
    };
    world.add(Event::Came { id: boundary.id, value });
}

#[scoped]
async fn with_canceller(after: Time, steps: &[Step], at: Place, world: &World) {
    let boundary = world.begin(at.here, Kind::Boundary);
    let inside = Place { endless: true, ..at.bounded_by(&boundary) };
    let stop = Canceller::new();
    daemon!(async {
        sleep(time(after)).await;
        stop.cancel("enough");
    });
    let outcome = ending(steps, inside, world).cancel_on(&stop).await;
    world.add(Event::Came { id: boundary.id, value: outcome.is_ok() });
    if let Err(cancelled) = outcome
        && *cancelled.reason() != Reason::Requested("enough".into())
    {
        world.wrong(format_args!("a source that says: {cancelled}"));
    }
}

/// A root in a scope, which waits for it when it was dropped.
#[scoped]
async fn own_root(steps: Block, at: Place, world: World) -> Outcome {
    let body = world.begin(at.scope, Kind::OwnRoot);
    let outcome = block(&steps, Place { here: body.id, scope: body.id, ..at }, &world).await;
    world.saw(&outcome);
    outcome
}

#[scoped]
async fn program(steps: Block, world: World) {
    let at = Place { here: 0, scope: 0, endless: true };
    drop(body(&steps, at, Kind::Root, &world).await);
}

/// What happens when `program` runs.
pub(crate) fn run(program: &Program) -> Vec<Event> {
    let _watched = Watched::begin(program);
    let world = World::default();
    world.take_thread();
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| run_in(runtime, program, &world))) {
        world.caught(payload.downcast_ref::<String>().map(String::as_str));
    }
    world.log()
}

/// How long a program may take in real time; on its paused clock it takes next to none.
const LIMIT: Duration = Duration::from_secs(60);

/// A program that runs. At its limit the process ends and says what hangs, because nothing else could.
struct Watched(mpsc::Sender<()>);

impl Watched {
    fn begin(program: &Program) -> Self {
        let (ended, wait) = mpsc::channel();
        let program = program.clone();
        thread::spawn(move || {
            if wait.recv_timeout(LIMIT) == Err(mpsc::RecvTimeoutError::Timeout) {
                let tree = rejoin::observe::Tree::now();
                let _ = writeln!(std::io::stderr(), "this program hangs: {program:#?}\n\n{tree}");
                std::process::exit(101);
            }
        });
        Self(ended)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

/// After this time, much later than anything takes by itself, whoever waits for ever is stopped.
const FAR: Duration = Duration::from_secs(60);

fn run_in(runtime: Runtime, tree: &Program, world: &World) {
    let stop = Canceller::new();
    let call = program(tree.body.clone(), world.clone()).cancel_on(&stop);
    let mut root = Box::pin(rejoin::run(call.timeout(FAR)));
    let ended = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            match tree.end {
                ProgramEnd::ByItself => drop(root.as_mut().await),
                ProgramEnd::Dropped(after) | ProgramEnd::WithoutRuntime(after) => {
                    drop(timeout(time(after), root.as_mut()).await);
                }
                ProgramEnd::Cancelled(after) => {
                    if timeout(time(after), root.as_mut()).await.is_err() {
                        stop.cancel("enough");
                        drop(root.as_mut().await);
                    }
                }
            }
        });
    }));
    if let Err(payload) = ended {
        world.caught(payload.downcast_ref::<String>().map(String::as_str));
    }
    if let ProgramEnd::WithoutRuntime(_) = tree.end {
        drop(runtime);
        drop(root);
        return;
    }
    runtime.block_on(async { drop(root) });
    let alive = || runtime.metrics().num_alive_tasks();
    runtime.block_on(async {
        let since = Instant::now();
        while alive() > 0 && since.elapsed() < 10 * FAR {
            sleep(Duration::from_millis(100)).await;
        }
    });
    if alive() > 0 {
        world.wrong(format_args!("{} tasks alive", alive()));
    }
}
