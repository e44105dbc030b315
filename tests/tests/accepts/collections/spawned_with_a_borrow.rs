use rejoin::prelude::*;

/// The iterators below borrow and close over borrows: the call must be `Send` all the same.
#[scoped]
async fn lengths(words: &[String], extra: &str) -> Vec<usize> {
    join_all!(words.iter().enumerate().map(|(index, word)| async move { word.len() + extra.len() + index }))
}

#[scoped]
async fn filtered(words: &[String]) -> Result<Vec<usize>, String> {
    let wanted = |word: &&String| !word.is_empty();
    try_join_all!(
        words.iter().filter(wanted).map(|word| async move { Ok::<_, String>(word.len()) }),
        limit = 2
    )
}

#[scoped]
pub async fn check() -> usize {
    let words = vec![String::from("one")];
    let a = spawn!(lengths(&words, "two"));
    let b = spawn!(filtered(&words));
    a.await.len() + b.await.map_or(0, |all| all.len())
}
