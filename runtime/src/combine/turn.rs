//! Whose turn it is to be polled first.

use std::cell::Cell;

thread_local! {
    // Without a destructor. The start is any number but zero.
    static STATE: Cell<u32> = const { Cell::new(0x9E37_79B9) };
}

/// A number below `count`, another one each time.
pub(super) fn next(count: usize) -> usize {
    let mut state = STATE.get();
    // Xorshift: fairness needs no more than this.
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    STATE.set(state);
    if count == 0 { 0 } else { state as usize % count }
}
