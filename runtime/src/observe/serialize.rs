//! A tree for a log or a page (feature `serde`).

use std::time::{Duration, UNIX_EPOCH};

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::clock::Elapsed;
use super::entry::{Await, Entry};
use super::tree::Tree;
use crate::site::Site;

/// `{ "taken_ms": …, "entries": [ … ] }`, entries in the order of [`Tree::entries`].
impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let taken = self.taken.duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut tree = serializer.serialize_struct("Tree", 2)?;
        tree.serialize_field("taken_ms", &milliseconds(taken))?;
        tree.serialize_field("entries", &self.entries)?;
        tree.end()
    }
}

/// Its number and that of its parent, the names of [`EntryKind`](super::EntryKind) and
/// [`State`](super::State) in small letters, times in milliseconds.
impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entry = serializer.serialize_struct("Entry", 14)?;
        entry.serialize_field("index", &self.index)?;
        entry.serialize_field("parent", &self.parent)?;
        entry.serialize_field("kind", self.kind.word())?;
        entry.serialize_field("name", &self.name)?;
        entry.serialize_field("started", &self.started)?;
        entry.serialize_field("state", self.state.word())?;
        entry.serialize_field("awaiting", &self.awaiting)?;
        entry.serialize_field("polls", &self.polls)?;
        entry.serialize_field("age", &self.age)?;
        entry.serialize_field("last_poll", &self.last_poll)?;
        entry.serialize_field("remaining_ms", &self.remaining.map(milliseconds))?;
        entry.serialize_field("stopping", &self.stopping)?;
        entry.serialize_field("reason", &self.reason.as_ref().map(ToString::to_string))?;
        entry.serialize_field("cancelled", &self.cancelled)?;
        entry.end()
    }
}

impl Serialize for Await {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut place = serializer.serialize_struct("Await", 3)?;
        place.serialize_field("site", &self.site)?;
        place.serialize_field("exact", &self.exact)?;
        place.serialize_field("cut", &self.cut)?;
        place.end()
    }
}

impl Serialize for Site {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut site = serializer.serialize_struct("Site", 5)?;
        site.serialize_field("file", self.file())?;
        site.serialize_field("line", &self.line())?;
        site.serialize_field("column", &self.column())?;
        site.serialize_field("function", &self.function())?;
        site.serialize_field("expression", &self.expression())?;
        site.end()
    }
}

/// `{ "ms": …, "is": "about" }`, or `"at most"`, or `"at least"`.
impl Serialize for Elapsed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut elapsed = serializer.serialize_struct("Elapsed", 2)?;
        elapsed.serialize_field("ms", &milliseconds(self.duration()))?;
        let is = match self {
            Self::About(_) => "about",
            Self::AtMost(_) => "at most",
            Self::AtLeast(_) => "at least",
        };
        elapsed.serialize_field("is", is)?;
        elapsed.end()
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
