//! S0, F3: a module in the place of `Scoped`, to have our `unsafe` call what the user likes.
use rejoin::prelude::*;

mod evil {
    pub mod __private {
        pub use rejoin::__private::{EnterLeaf, Site, never};
        #[allow(non_snake_case)]
        pub mod Scoped {
            pub use std::mem::transmute as leaf;
        }
    }
}

#[scoped(crate = evil)]
async fn watch() -> usize {
    1
}

fn main() {}
