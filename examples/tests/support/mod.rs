//! What the tests of the examples share: a program under test, and a client that can leave.

pub(crate) mod http;
pub(crate) mod program;
