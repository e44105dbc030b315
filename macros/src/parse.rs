//! Reads the attribute's options and the item below it.

pub(crate) mod instrument;
pub(crate) mod instrumented;
pub(crate) mod item;
pub(crate) mod options;
