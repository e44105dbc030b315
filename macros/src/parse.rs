//! Reads the attribute's options and the item below it.

pub(crate) mod item;
pub(crate) mod options;
