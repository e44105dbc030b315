//! One test for each sentence of the language that promises something at run time, named after it.

mod awaiting;
mod cancellation;
mod causes;
mod cleanup;
mod combinators;
mod daemons;
mod deadlines;
mod errors;
mod functions;
mod groups;
mod panics;
mod roots;
mod spans;
mod tasks;
