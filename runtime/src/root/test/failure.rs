//! What the body of a test says of itself by what it returns.

use std::fmt::Debug;

/// What a test that runs many times may return.
#[diagnostic::on_unimplemented(
    message = "a test that runs many times cannot return a `{Self}`",
    note = "return nothing, or a `Result<(), E>` with `E: Debug`"
)]
pub trait Fails {
    /// Why the run failed, if it did.
    fn failure(&self) -> Option<String>;
}

impl Fails for () {
    fn failure(&self) -> Option<String> {
        None
    }
}

impl<T: Fails, E: Debug> Fails for Result<T, E> {
    fn failure(&self) -> Option<String> {
        match self {
            Ok(value) => value.failure(),
            Err(error) => Some(format!("{error:?}")),
        }
    }
}
