use rejoin::prelude::*;
use tokio::sync::mpsc;

#[scoped]
pub async fn check() -> u32 {
    let (ask, mut asked) = mpsc::channel::<u32>(1);
    let (answer, mut answers) = mpsc::channel::<u32>(1);
    daemon!(async {
        while let Some(n) = asked.recv().await {
            let _ = answer.send(n + 1).await;
        }
    });
    let _ = ask.send(41).await;
    answers.recv().await.unwrap_or_default()
}
