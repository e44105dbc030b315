use rejoin::prelude::*;

#[scoped]
pub async fn check() -> usize {
    let text = "let t = spawn!(x); t.await?";
    let raw = r#"defer!({ return })"#;
    let bytes = b".await";
    let character = '?';
    text.len() + raw.len() + bytes.len() + character.len_utf8()
}
