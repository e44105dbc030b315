use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) {
    defer!({
        'outer: for id in ids {
            loop {
                if *id == 0 {
                    continue 'outer;
                }
                if *id == 1 {
                    break 'outer;
                }
                break;
            }
        }
        let close = |id: u32| {
            if id == 0 {
                return;
            }
            println!("{id}");
        };
        ids.iter().copied().for_each(close);
    });
}
