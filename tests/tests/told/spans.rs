//! The spans of tasks and named scopes, and what is said of them.

use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rejoin::block_on;
use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::task::yield_now;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber, info, info_span, instrument};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::alone;

/// Writes down spans as `+ root > task(name)`, their ends as `- …`, events as `LEVEL root > task: message {fields}`.
#[derive(Clone, Default)]
struct Collect {
    log: Arc<Mutex<Vec<String>>>,
    level: Option<Level>,
}

/// The path of a span, from its root.
struct Path(String);

#[derive(Default)]
struct Fields {
    name: Option<String>,
    message: String,
    others: String,
}

impl Fields {
    fn put(&mut self, field: &Field, value: String) {
        match field.name() {
            "name" => self.name = Some(value),
            "message" => self.message = value,
            // Places change with the text of this file.
            "site" | "origin" => assert!(value.contains("spans.rs:"), "{value}"),
            other => {
                let _ = write!(self.others, " {other}={}", value.replace(file!(), "here"));
            }
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.to_owned());
    }
}

impl Collect {
    fn add(&self, line: String) {
        self.log.lock().unwrap().push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Collect {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        self.level.is_none_or(|level| *metadata.level() <= level)
    }

    fn max_level_hint(&self) -> Option<tracing::level_filters::LevelFilter> {
        self.level.map(Into::into)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let mut path = String::new();
        if let Some(parent) = span.parent() {
            path = format!("{} > ", parent.extensions().get::<Path>().unwrap().0);
        }
        path.push_str(span.name());
        if let Some(name) = fields.name {
            let _ = write!(path, "({name})");
        }
        self.add(format!("+ {path}"));
        span.extensions_mut().insert(Path(path));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let span = context.event_span(event);
        let path = span.map(|span| span.extensions().get::<Path>().unwrap().0.clone());
        let Fields { message, others, name } = fields;
        let name = name.map(|name| format!(" {name}")).unwrap_or_default();
        let level = event.metadata().level();
        self.add(format!("{level} {}: {message}{name}{others}", path.unwrap_or_default()));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).unwrap();
        let path = format!("- {}", span.extensions().get::<Path>().unwrap().0);
        self.add(path);
    }
}

/// What `run` traces.
fn traced(run: impl FnOnce()) -> Vec<String> {
    let _alone = alone();
    let collect = Collect::default();
    let subscriber = tracing_subscriber::registry().with(collect.clone());
    rejoin::set_event_hook(Some(Box::new(|_| {})));
    tracing::subscriber::with_default(subscriber, run);
    rejoin::set_event_hook(None);
    collect.lines()
}

#[scoped]
async fn fetch() -> u32 {
    info!("fetching");
    let below = spawn!(async {
        info!("below");
        1
    });
    below.await
}

#[scoped(name = "intake")]
async fn intake() -> u32 {
    daemon!(std::future::pending::<()>());
    let task = spawn!(name = "fetch", fetch());
    let group = task_group!();
    group.spawn(scope!(async { yield_now().await }));
    group.join_all().await;
    task.await
}

#[test]
fn a_task_is_below_the_task_or_scope_that_started_it() {
    let lines = traced(|| {
        block_on(intake()).unwrap();
    });
    let mut spans: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("+ ")).collect();
    spans.sort_unstable();
    assert_eq!(
        spans,
        [
            "root",
            "root > scope(intake)",
            "root > scope(intake) > daemon",
            "root > scope(intake) > task",
            "root > scope(intake) > task(fetch)",
            "root > scope(intake) > task(fetch) > task",
        ],
    );
    assert!(lines.contains(&"INFO root > scope(intake) > task(fetch): fetching".to_owned()), "{lines:#?}");
    assert!(
        lines.contains(&"INFO root > scope(intake) > task(fetch) > task: below".to_owned()),
        "{lines:#?}"
    );
    let mut closed: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("- ")).collect();
    closed.sort_unstable();
    assert_eq!(closed, spans);
}

#[scoped]
#[instrument]
async fn instrumented() {
    let task = spawn!(async {});
    task.await;
}

#[test]
fn spans_of_the_user_stand_in_between() {
    let call = || block_on(scope!(async { instrumented().await })).unwrap();
    let lines = traced(|| info_span!("request").in_scope(call));
    assert!(lines.contains(&"+ request > root > instrumented > task".to_owned()), "{lines:#?}");
}

#[scoped]
async fn lookup(name: &str) -> usize {
    std::future::pending::<()>().await;
    name.len()
}

#[scoped(name = "check")]
async fn check() -> usize {
    let task = spawn!(name = "lookup", lookup("x"));
    task.await
}

#[test]
fn a_cancellation_says_why_and_where() {
    let lines = traced(|| {
        block_on(check().timeout(Duration::from_millis(1)).named("limited")).unwrap().unwrap_err();
    });
    let said: Vec<String> = lines
        .iter()
        .filter(|line| line.starts_with("DEBUG"))
        // Lines and columns change with the text of this file.
        .map(|line| line.split(" (").next().unwrap().to_owned())
        .collect();
    assert_eq!(
        said,
        [
            "DEBUG root > scope(limited): cancelled reason=its deadline passed awaiting=`task.await` in `check`",
            "DEBUG root > scope(limited) > scope(check) > task(lookup): stopped lookup reason=its deadline passed \
             awaiting=`std::future::pending::<()>().await` in `lookup`",
            "DEBUG root > scope(limited): stopped reason=its deadline passed awaiting=`task.await` in `check`",
        ],
        "{lines:#?}"
    );
}

#[scoped]
async fn late() -> Result<(), String> {
    let failing = spawn!(async {
        yield_now().await;
        Err::<(), _>("first".to_owned())
    }?);
    let second = spawn!(async { rejoin::scope!(stubborn()).shield().await }?);
    failing.await;
    second.await;
    Ok(())
}

async fn stubborn() -> Result<(), String> {
    for _ in 0..10 {
        yield_now().await;
    }
    Err("second".to_owned())
}

#[test]
fn an_error_that_is_lost() {
    let lines = traced(|| {
        block_on(late()).unwrap().unwrap_err();
    });
    let warned: Vec<&String> = lines.iter().filter(|line| line.starts_with("WARN")).collect();
    assert_eq!(warned.len(), 1, "{lines:#?}");
    assert!(warned[0].starts_with("WARN root > task: late error of the task"), "{warned:?}");
    assert!(warned[0].contains(" event=lost_error detail="), "{warned:?}");
}

#[scoped]
async fn supervising() {
    let group = task_group!(supervised);
    group.spawn(scope!(async { assert!(std::hint::black_box(false), "a bug") }));
    group.join_all().await;
}

#[test]
fn a_panic_is_said_once() {
    let lines = traced(|| block_on(supervising()).unwrap());
    let said: Vec<&String> = lines.iter().filter(|line| line.contains("bug")).collect();
    assert_eq!(said, ["ERROR root > task: panicked panic=a bug"]);
}

#[test]
fn a_panic_that_travels() {
    #[scoped]
    async fn travels() {
        let task = spawn!(async { assert!(std::hint::black_box(false), "a bug") });
        task.await;
    }
    let lines = traced(|| {
        std::panic::catch_unwind(|| block_on(travels()).ok()).unwrap_err();
    });
    let said: Vec<&String> = lines.iter().filter(|line| line.starts_with("ERROR")).collect();
    assert_eq!(said, ["ERROR root > task: panicked panic=a bug", "ERROR root: panicked"]);
}

#[test]
fn a_task_on_another_thread_tells_the_subscriber_of_its_parent() {
    let lines = traced(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        runtime.block_on(rejoin::run(intake())).unwrap();
    });
    let opened = lines.iter().filter(|line| line.starts_with('+')).count();
    assert!(lines.contains(&"+ root > scope(intake) > task(fetch) > task".to_owned()), "{lines:#?}");
    assert_eq!(opened, 6, "{lines:#?}");
    assert_eq!(lines.iter().filter(|line| line.starts_with('-')).count(), opened, "{lines:#?}");
}

#[scoped]
async fn handing_over() {
    let outer = rejoin::current();
    let inner = scope!(async { outer.spawn(scope!(async { info!("handed over") })) });
    inner.named("inner").await;
}

#[test]
fn what_is_handed_to_a_scope_is_below_that_scope() {
    let lines = traced(|| block_on(handing_over()).unwrap());
    assert!(lines.contains(&"INFO root > task: handed over".to_owned()), "{lines:#?}");
}

#[test]
fn a_span_ends_with_its_work_and_not_with_the_last_handle() {
    let mut kept = None;
    let lines = traced(|| {
        kept = Some(block_on(scope!(async { rejoin::current() }).named("kept")).unwrap());
    });
    assert_eq!(lines, ["+ root", "+ root > scope(kept)", "- root > scope(kept)", "- root"]);
    assert_eq!(kept.unwrap().name().as_deref(), Some("kept"));
}

#[test]
fn a_subscriber_that_is_not_interested_sees_nothing() {
    let _alone = alone();
    let collect = Collect { level: Some(Level::INFO), ..Collect::default() };
    let subscriber = tracing_subscriber::registry().with(collect.clone());
    tracing::subscriber::with_default(subscriber, || block_on(intake()).unwrap());
    assert_eq!(collect.lines(), ["INFO : fetching", "INFO : below"]);
}

/// Panics whenever it is called, once it is told to.
struct Panicking {
    inner: tracing_subscriber::Registry,
    now: Arc<AtomicBool>,
}

impl Panicking {
    fn panic(&self) {
        assert!(!self.now.load(Ordering::Relaxed), "a subscriber that panics");
    }
}

impl Subscriber for Panicking {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.panic();
        self.inner.new_span(span)
    }
    fn record(&self, _: &Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {
        self.panic();
    }
    fn enter(&self, span: &Id) {
        self.panic();
        self.inner.enter(span);
    }
    fn exit(&self, span: &Id) {
        self.panic();
        self.inner.exit(span);
    }
    fn clone_span(&self, id: &Id) -> Id {
        self.panic();
        self.inner.clone_span(id)
    }
    fn try_close(&self, id: Id) -> bool {
        self.panic();
        self.inner.try_close(id)
    }
}

#[scoped]
async fn borrowing(log: &Log) -> Result<(), rejoin::Cancelled> {
    let task = spawn!(async {
        yield_now().await;
        log.add("task");
    });
    task.await;
    let slow = spawn!(scope!(async {
        defer!({ log.add("clean-up") });
        std::future::pending::<()>().await;
    }));
    let late = slow.timeout(Duration::from_millis(1)).await;
    assert!(late.is_err());
    scope!(std::future::pending::<()>()).named("x").timeout(Duration::from_millis(1)).await
}

#[test]
fn a_subscriber_that_panics_changes_nothing() {
    let _alone = alone();
    // At once, and in the middle.
    for at_once in [true, false] {
        let now = Arc::new(AtomicBool::new(at_once));
        let subscriber = Panicking { inner: tracing_subscriber::registry(), now: now.clone() };
        let log = Log::new();
        tracing::subscriber::with_default(subscriber, || {
            let call = scope!(async {
                let task = spawn!(borrowing(&log));
                yield_now().await;
                now.store(true, Ordering::Relaxed);
                task.await.unwrap_err();
            });
            block_on(call).unwrap();
        });
        log.assert_is(&["task", "clean-up"]);
    }
}

#[scoped]
async fn deep(levels: u32) -> u32 {
    if levels == 0 {
        return 0;
    }
    let task = spawn!(deep(levels - 1).boxed());
    task.await + 1
}

#[test]
fn a_deep_chain_of_spans() {
    let _alone = alone();
    // Parents close one in the other, as deep as the chain: the registry itself does so.
    let subscriber = tracing_subscriber::registry();
    tracing::subscriber::with_default(subscriber, || {
        assert_eq!(block_on(deep(1_000)).unwrap(), 1_000);
    });
}
