use rejoin::prelude::*;
use std::fmt::Write;
use tokio::sync::Mutex;

pub struct Name {
    pub text: String,
}

#[scoped]
pub async fn shown(names: &Mutex<Vec<Name>>, text: &Mutex<String>) -> String {
    println!("{}", names.lock().await[0].text);
    println!("{:?} {first}", *text.lock().await, first = names.lock().await[0].text);
    assert_eq!(*text.lock().await, "");
    assert_eq!(names.lock().await[0].text, *text.lock().await, "they differ: {}", 1);
    let known = matches!(names.lock().await[0].text.as_str(), "a" | "b");
    let longer = matches!(*text.lock().await, ref text if text.len() > 3);
    write!(text.lock().await, "{}", known).ok();
    writeln!(&mut *text.lock().await, "{longer}").ok();
    let copies = vec![names.lock().await.len(), 2];
    let all = vec![copies[0]; names.lock().await.len()];
    format!("{}", all.len())
}
