use rejoin::prelude::*;

macro_rules! leave {
    ($label:lifetime) => {
        break $label
    };
}

#[scoped]
async fn first(numbers: &[u32]) -> u32 {
    'numbers: for number in numbers {
        daemon!(std::future::pending::<()>());
        if *number > 2 {
            leave!('numbers);
        }
    }
    0
}

fn main() {}
