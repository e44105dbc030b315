//! S0: every name of ours that could make a context, an owner or a started body, from safe code.
use rejoin::prelude::*;

use rejoin::__private::{Cx, Enter, EnterLeaf, LeafCx, Point, Scoped as Raw};

fn main() {
    let _ = Raw::leaf(|_| async {});
    let _ = LeafCx::of_expansion();
    let _ = EnterLeaf(());
    let _ = Cx(());
    let _: Enter<u32> = Default::default();
    let _ = Point { call: async {}, site: todo!() };
}
