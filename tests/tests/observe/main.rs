//! What can be seen of tasks from outside.

mod drawings;
mod load;
mod tree;
mod watchdog;

use rejoin::observe::{Entry, Tree};

/// The one task of this name.
#[track_caller]
fn task<'t>(tree: &'t Tree, name: &str) -> &'t Entry {
    let mut found = tree.entries().iter().filter(|entry| entry.name() == Some(name));
    let entry = found.next().unwrap_or_else(|| panic!("no `{name}` in\n{tree}"));
    assert!(found.next().is_none(), "`{name}` twice in\n{tree}");
    entry
}

/// The await an entry waits at, as its text and its function.
fn awaits(entry: &Entry) -> (Option<&'static str>, Option<&'static str>) {
    let site = entry.awaiting().map(|awaiting| awaiting.site());
    (site.and_then(|site| site.expression()), site.and_then(|site| site.function()))
}
