use rejoin::prelude::*;

fn check() {
    let _ = scope!(async {
        loop {
            std::hint::spin_loop();
        }
    });
}

fn main() {}
