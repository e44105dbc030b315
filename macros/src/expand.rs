//! Prints the expansion. No decisions are made here and nothing can fail.

mod attributes;
mod body;
mod cleanup;
mod collections;
mod combine;
mod exits;
mod foreign;
mod function;
mod instrument;
mod lifetimes;
mod region;
mod scope;
mod signature;
mod site;
mod start;

pub(crate) use attributes::{drop_tools, foreign_attributes, foreign_attributes_in};
pub(crate) use function::{Context, function, in_place, stub};
pub(crate) use scope::{scope_block, scope_future};
pub(crate) use signature::{future_output, plain_parameters};
