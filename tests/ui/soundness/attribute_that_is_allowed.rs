//! S0, F11: what harms is not to be allowed.
use rejoin::prelude::*;

#[scoped(allow(foreign_attribute, reason = "it is harmless"))]
#[tokio::test]
async fn body() {}

fn main() {}
