//! A tree in the text format that Prometheus reads.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Write};
use std::time::Duration;

use super::picture::Picture;
use crate::observe::{Entry, State};

/// The type of the text.
pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Of what was started at one place.
#[derive(Default)]
struct Place {
    live: usize,
    cancelled: usize,
    waiting: Duration,
}

/// What the series of a place are told apart by; there are as many as places in the source.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Labels {
    kind: &'static str,
    site: String,
    function: &'static str,
}

impl Labels {
    fn of(entry: &Entry) -> Self {
        let site = entry.started();
        Self {
            kind: entry.kind().word(),
            site: format!("{}:{}:{}", site.file(), site.line(), site.column()),
            function: site.function().unwrap_or_default(),
        }
    }
}

impl Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, site, function } = self;
        write!(f, "kind=\"{kind}\",site=\"{}\",function=\"{}\"", Escaped(site), Escaped(function))
    }
}

pub(super) fn text(picture: &Picture) -> String {
    let mut tasks: BTreeMap<Labels, Place> = BTreeMap::new();
    let mut scopes: BTreeMap<Labels, Place> = BTreeMap::new();
    for entry in picture.tree.entries() {
        if entry.state() == State::Ended {
            continue;
        }
        let places = if entry.kind().is_task() { &mut tasks } else { &mut scopes };
        let place = places.entry(Labels::of(entry)).or_default();
        place.live += 1;
        place.cancelled += usize::from(entry.reason().is_some());
        if let (State::Waiting, Some(since)) = (entry.state(), entry.last_poll()) {
            place.waiting = place.waiting.max(since.at_least());
        }
    }
    let mut text = String::new();
    let live = |place: &Place| place.live as f64;
    let cancelled = |place: &Place| place.cancelled as f64;
    let waiting = |place: &Place| place.waiting.as_secs_f64();
    gauge(
        &mut text,
        "rejoin_tasks",
        "Tasks and roots that live, by the place they were started at.",
        &tasks,
        live,
    );
    gauge(
        &mut text,
        "rejoin_tasks_cancelled",
        "Tasks and roots that were cancelled and have not ended.",
        &tasks,
        cancelled,
    );
    gauge(
        &mut text,
        "rejoin_tasks_waiting_seconds",
        "The longest that a task of the place has been waiting without being polled, at least.",
        &tasks,
        waiting,
    );
    gauge(&mut text, "rejoin_scopes", "Functions, groups and scopes that live, by place.", &scopes, live);
    if let Some(runtime) = picture.runtime {
        let numbers = [
            ("tokio_tasks_alive", "Tasks of the tokio runtime.", runtime.alive),
            ("rejoin_tasks_around", "Tasks of the tokio runtime started around rejoin.", runtime.around),
        ];
        for (name, help, number) in numbers {
            head(&mut text, name, help);
            let _ = writeln!(text, "{name} {number}");
        }
    }
    text
}

fn head(text: &mut String, name: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
}

fn gauge(
    text: &mut String,
    name: &str,
    help: &str,
    places: &BTreeMap<Labels, Place>,
    value: impl Fn(&Place) -> f64,
) {
    head(text, name, help);
    for (labels, place) in places {
        let _ = writeln!(text, "{name}{{{labels}}} {}", value(place));
    }
}

/// The value of a label.
struct Escaped<'t>(&'t str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '\\' => f.write_str("\\\\")?,
                '"' => f.write_str("\\\"")?,
                '\n' => f.write_str("\\n")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn a_label_is_escaped() {
        assert_eq!(Escaped("C:\\a \"b\"\nc").to_string(), "C:\\\\a \\\"b\\\"\\nc");
    }
}
