//! A tree as text: equal siblings are one line with a count.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::fmt::{self, Write};
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::time::Duration;

use super::clock::{Elapsed, Readable};
use super::entry::Entry;
use super::tree::{EntryKind, State, Tree};

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Summary::of(self.tasks()).fmt(f)?;
        let shapes = shapes(&self.entries);
        let mut todo = vec![];
        push(&mut todo, self, &shapes, 0..self.entries.len(), 0);
        if !todo.is_empty() {
            f.write_str("\n")?;
        }
        while let Some(Line { alike, indent }) = todo.pop() {
            let first = alike[0];
            let entry = &self.entries[first];
            write!(f, "{:1$}", "", indent * 2)?;
            line(f, self, &alike)?;
            f.write_str("\n")?;
            push(&mut todo, self, &shapes, first + 1..entry.end, indent + usize::from(entry.kind.is_task()));
        }
        Ok(())
    }
}

/// Siblings that differ in nothing but times.
struct Line {
    alike: Vec<usize>,
    indent: usize,
}

/// The children that stand in `range`, to be printed first to last.
fn push(todo: &mut Vec<Line>, tree: &Tree, shapes: &[u64], range: Range<usize>, indent: usize) {
    let mut lines: Vec<Line> = Vec::new();
    let mut known: HashMap<u64, usize> = HashMap::new();
    let mut next = range.start;
    while next < range.end {
        let entry = &tree.entries[next];
        match known.get(&shapes[next]) {
            Some(line) => lines[*line].alike.push(next),
            None => {
                known.insert(shapes[next], lines.len());
                lines.push(Line { alike: vec![next], indent });
            }
        }
        next = entry.end;
    }
    // A function below the one that called it reads like a stack; everything else is below.
    let inner = lines.iter().all(|line| !is_part(&tree.entries[line.alike[0]])) || lines.len() > 1;
    let below_part = range.start > 0 && is_part(&tree.entries[range.start - 1]);
    if inner && below_part {
        for line in &mut lines {
            line.indent += 1;
        }
    }
    todo.extend(lines.into_iter().rev());
}

/// Part of a task's own stack.
fn is_part(entry: &Entry) -> bool {
    !entry.kind.is_task()
}

/// For each entry, a number that is the same for those that differ, with all below them, in nothing but times.
fn shapes(entries: &[Entry]) -> Vec<u64> {
    let mut shapes = vec![0_u64; entries.len()];
    for (index, entry) in entries.iter().enumerate().rev() {
        let mut hasher = DefaultHasher::new();
        // What the entries below have left here.
        shapes[index].hash(&mut hasher);
        (entry.kind, &entry.name, entry.started, entry.state).hash(&mut hasher);
        entry.awaiting.map(|awaiting| (awaiting.site, awaiting.exact, awaiting.cut)).hash(&mut hasher);
        entry.reason.as_ref().map(ToString::to_string).hash(&mut hasher);
        (entry.deadline.is_some(), entry.stopping).hash(&mut hasher);
        shapes[index] = hasher.finish();
        if let Some(parent) = entry.parent {
            shapes[parent] = shapes[parent].rotate_left(7) ^ shapes[index];
        }
    }
    shapes
}

/// One line, without its indentation and its end.
fn line(f: &mut impl Write, tree: &Tree, alike: &[usize]) -> fmt::Result {
    let entry = &tree.entries[alike[0]];
    let all = || alike.iter().map(|index| &tree.entries[*index]);
    if alike.len() > 1 {
        write!(f, "{} × ", alike.len())?;
    }
    match entry.kind {
        EntryKind::Function => f.write_str("in")?,
        kind => f.write_str(kind.word())?,
    }
    if let Some(name) = &entry.name {
        write!(f, " {name:?}")?;
    }
    match entry.kind {
        EntryKind::Function => write!(f, " {}", entry.started)?,
        _ => write!(f, " at {}", entry.started)?,
    }
    let parent = entry.parent.map(|parent| &tree.entries[parent]);
    if entry.kind.is_task() {
        write!(f, " · {}", Doing { state: entry.state })?;
        let since = Span::of(all().filter_map(|entry| entry.last_poll));
        match (entry.state, since) {
            (State::Running, Some(since)) => write!(f, " for {since}")?,
            (State::Waiting, Some(since)) => write!(f, " {since}")?,
            _ => {}
        }
    }
    // Said once, by the innermost that knows better than what is around it.
    let said = parent.filter(|_| !entry.kind.is_task()).and_then(|parent| parent.awaiting);
    if let Some(awaiting) = entry.awaiting.filter(|awaiting| said != Some(*awaiting))
        && !matches!(entry.state, State::New | State::Ended)
    {
        let how = match (awaiting.cut, awaiting.exact, entry.state) {
            (true, ..) => ", cut at",
            (_, false, _) => ", in a macro, after",
            (_, _, State::Running) if entry.kind.is_task() => ", last waited at",
            _ => " at",
        };
        write!(f, "{how} {}", awaiting.site)?;
    }
    if entry.kind.is_task() && entry.state != State::Ended {
        if let Some(age) = Span::of(all().map(|entry| entry.age)) {
            write!(f, " · age {age}")?;
        }
        let polls = all().map(|entry| entry.polls);
        match (polls.clone().min().unwrap_or(0), polls.max().unwrap_or(0)) {
            (1, 1) => f.write_str(" · 1 poll")?,
            (least, most) if least == most => write!(f, " · {most} polls")?,
            (least, most) => write!(f, " · {least} to {most} polls")?,
        }
    }
    if let Some(remaining) = entry.remaining
        && entry.deadline != parent.and_then(|parent| parent.deadline)
    {
        write!(f, " · {} left", Readable(remaining))?;
    }
    if entry.stopping && entry.reason.is_none() && parent.is_none_or(|parent| !parent.stopping) {
        f.write_str(" · stopping")?;
    }
    if let Some(reason) = &entry.reason
        && (entry.kind.is_task() || parent.is_none_or(|parent| parent.reason.is_none()))
    {
        f.write_str(" · CANCELLED")?;
        if let Some(since) = Span::of(all().filter_map(|entry| entry.cancelled)) {
            write!(f, " {since} ago")?;
        }
        write!(f, " because {reason}")?;
    }
    Ok(())
}

struct Doing {
    state: State,
}

impl fmt::Display for Doing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.state {
            State::New => "not polled yet",
            state => state.word(),
        })
    }
}

/// The shortest and the longest.
struct Span(Elapsed, Elapsed);

impl Span {
    /// `None` where nothing is known.
    fn of(times: impl Iterator<Item = Elapsed> + Clone) -> Option<Self> {
        let times = times.filter(|time| *time != Elapsed::AtLeast(Duration::ZERO));
        let least = times.clone().min_by_key(|time| time.duration())?;
        let most = times.max_by_key(|time| time.duration())?;
        Some(Self(least, most))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = (self.0.to_string(), self.1.to_string());
        if least == most { f.write_str(&least) } else { write!(f, "{least} to {most}") }
    }
}

/// `2 roots, 14 tasks: 12 waiting, 1 running, 1 cancelled`
#[derive(Default)]
struct Summary {
    roots: usize,
    tasks: usize,
    states: [usize; 4],
    cancelled: usize,
}

impl Summary {
    fn of<'t>(tasks: impl Iterator<Item = &'t Entry>) -> Self {
        let mut summary = Self::default();
        for task in tasks {
            match task.kind {
                EntryKind::Root => summary.roots += 1,
                _ => summary.tasks += 1,
            }
            if task.reason.is_some() {
                summary.cancelled += 1;
            } else {
                summary.states[task.state as usize] += 1;
            }
        }
        summary
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |number: usize| if number == 1 { "" } else { "s" };
        let (roots, tasks) = (self.roots, self.tasks);
        write!(f, "{roots} root{}, {tasks} task{}", plural(roots), plural(tasks))?;
        let states = [State::Waiting, State::Running, State::New, State::Ended];
        let counts = states.map(|state| (self.states[state as usize], state.word()));
        let mut before = ": ";
        for (count, word) in counts.into_iter().chain([(self.cancelled, "cancelled")]) {
            if count != 0 {
                write!(f, "{before}{count} {word}")?;
                before = ", ";
            }
        }
        f.write_str("\n")
    }
}
