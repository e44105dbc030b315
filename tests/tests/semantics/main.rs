//! One test for each sentence of the language that promises something at run time, named after it.

mod awaiting;
mod cancellation;
mod cleanup;
mod deadlines;
mod functions;
mod groups;
mod roots;
mod spans;
mod tasks;
