//! One test for each sentence of the language that promises something at run time, named after it.

mod awaiting;
mod blocking;
mod cancellation;
mod causes;
mod cleanup;
mod combinators;
mod daemons;
mod deadlines;
mod errors;
mod functions;
mod groups;
mod handed;
mod idle;
mod in_scope;
mod inline;
mod late_lessons;
mod panics;
mod readiness;
mod restarts;
mod roots;
mod servers;
mod shutdown;
mod spans;
mod streams;
mod tasks;
