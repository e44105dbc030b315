use rejoin::prelude::*;

#[scoped]
async fn all(numbers: &[u32]) {
    'numbers: for number in numbers {
        daemon!(std::future::pending::<()>());
        assert!(*number > 0, "{}", {
            if *number == 0 {
                continue 'numbers;
            }
            number
        });
    }
}

fn main() {}
