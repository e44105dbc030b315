use rejoin::prelude::*;

macro_rules! leave {
    ($label:lifetime) => {
        break $label
    };
}

#[scoped]
pub async fn last(numbers: &[u32]) -> u32 {
    daemon!(std::future::pending::<()>());
    let mut last = 0;
    'numbers: for number in numbers {
        if *number > 2 {
            leave!('numbers);
        }
        last = *number;
    }
    last
}
