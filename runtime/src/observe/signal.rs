//! `kill -USR1`: the tree on standard error.

use std::io::Write as _;
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use super::Tree;

/// Prints the tree whenever the process gets SIGUSR1, until it ends.
///
/// On a thread of its own with a runtime of its own, so that it answers when every thread of the program is blocked. Where the system
/// refuses one, there is nothing to print on.
pub(crate) fn print_on_signal() {
    let Ok(runtime) = Builder::new_current_thread().enable_io().build() else { return };
    let signals = {
        let _inside = runtime.enter();
        signal(SignalKind::user_defined1())
    };
    let Ok(mut signals) = signals else { return };
    let answer = async move {
        while signals.recv().await.is_some() {
            // In one piece, and not by `eprintln!`, which panics on a closed pipe.
            let _ = std::io::stderr().write_all(Tree::now().to_string().as_bytes());
        }
    };
    let _ = thread::Builder::new().name("rejoin-dump".to_owned()).spawn(move || runtime.block_on(answer));
}
