use rejoin::prelude::*;

#[scoped]
pub async fn first(list: &[u32]) -> u32 {
    let mut ids = list.iter();
    loop {
        if let None | Some(0) = ids.next() {
            return 1;
        }
    }
}

#[scoped]
pub async fn second(text: &str) -> Option<u32> {
    let mut chars = text.chars();
    loop {
        chars.next()?;
    }
}
