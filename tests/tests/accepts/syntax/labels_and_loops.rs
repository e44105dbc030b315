use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> u32 {
    let mut sum = 0;
    'outer: loop {
        'inner: for id in ids {
            tokio::task::yield_now().await;
            match id {
                0 => continue 'inner,
                1 => continue 'outer,
                2 => break 'outer,
                _ => sum += id,
            }
        }
        let found = 'block: {
            for id in ids {
                if *id == 7 {
                    break 'block Some(id);
                }
            }
            None
        };
        if let Some(id) = found {
            sum += id;
        }
        break;
    }
    sum
}
