//! What there is to show at one moment.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use tokio::runtime::Handle;

use super::own;
use crate::observe::Tree;
use crate::root::adoption;

/// How often the two numbers are read whose difference is wanted: they are read one after the other while tasks
/// begin and end.
const READINGS: usize = 3;

pub(super) struct Picture {
    pub(super) tree: Tree,
    pub(super) runtime: Option<Alive>,
}

/// The tasks of the tokio runtime.
#[derive(Clone, Copy)]
pub(super) struct Alive {
    /// As many as tokio counts.
    pub(super) alive: usize,
    /// Those that rejoin knows nothing of.
    pub(super) around: usize,
}

impl Picture {
    pub(super) fn now(runtime: Option<&Handle>) -> Self {
        Self { runtime: runtime.map(Alive::now), tree: Tree::now() }
    }
}

impl Alive {
    fn now(runtime: &Handle) -> Self {
        let reading = |_| {
            let alive = runtime.metrics().num_alive_tasks();
            let ours = own::alive() + adoption::sites().len();
            Self { alive, around: alive.saturating_sub(ours) }
        };
        let readings = (0..READINGS).map(reading);
        readings.min_by_key(|reading| reading.around).unwrap_or(Self { alive: 0, around: 0 })
    }
}

/// `{ "tree": …, "runtime": { "alive": …, "around": … } }`
impl Serialize for Picture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut picture = serializer.serialize_struct("Picture", 2)?;
        picture.serialize_field("tree", &self.tree)?;
        picture.serialize_field("runtime", &self.runtime)?;
        picture.end()
    }
}

impl Serialize for Alive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut alive = serializer.serialize_struct("Alive", 2)?;
        alive.serialize_field("alive", &self.alive)?;
        alive.serialize_field("around", &self.around)?;
        alive.end()
    }
}
