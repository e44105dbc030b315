//! That tasks may borrow and nobody can get at what they borrow from: attacks by safe code alone, to be
//! run natively and under Miri.
//!
//! The clauses S0 to S12 are those of `runtime/SOUNDNESS.md`; the numbers F.. are those of the attacks
//! that the design was given.
#![forbid(unsafe_code)]

mod adoption;
mod capabilities;
mod chains;
mod combinators;
mod common;
mod destructors;
mod forgotten;
mod groups;
mod guards;
mod hygiene;
mod inline;
mod outputs;
mod peers;
mod regions;
mod roots;
mod runtimes;
mod slots;
mod threads;
mod wakers;
