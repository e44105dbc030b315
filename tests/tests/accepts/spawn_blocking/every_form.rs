use std::sync::Arc;
use std::time::Duration;

use rejoin::CancelFlag;
use rejoin::prelude::*;

fn work() -> u32 {
    1
}

fn steps(numbers: &[u32], cancel: &CancelFlag) -> Option<u32> {
    numbers.iter().try_fold(0, |sum, number| (!cancel.is_requested()).then_some(sum + number))
}

#[scoped]
pub async fn check(numbers: Arc<Vec<u32>>) -> Result<u32, String> {
    let plain = spawn_blocking!(|| 1);
    let flag = spawn_blocking!(|cancel| u32::from(cancel.is_requested()));
    let shared = numbers.clone();
    let moved = spawn_blocking!(move |cancel: CancelFlag| steps(&shared, &cancel).unwrap_or(0));
    let typed: Task<'_, u32> = spawn_blocking!(move |_cancel| -> u32 { numbers.iter().sum() });
    let named = spawn_blocking!(name = format!("work {}", 1), work);
    let given_up = spawn_blocking!(abandon, name = "slow", |_| std::thread::sleep(Duration::from_millis(1)));
    let other_way_round = rejoin::spawn_blocking!(name = "slow", abandon, || ());
    let braces = spawn_blocking! { || 2 };
    given_up.cancel();
    let _ = other_way_round.stop().await;
    let limited = braces.timeout(Duration::from_secs(1)).await.map_err(|late| late.to_string())?;
    let shut_down = named.shutdown(Duration::from_secs(1)).await.map_err(|late| late.to_string())?;
    let checked = spawn_blocking!(|| "7".parse::<u32>()).await.map_err(|error| error.to_string())?;
    Ok(plain.await + flag.await + moved.await + typed.await + limited + shut_down + checked)
}

/// A name that is no option.
#[scoped]
pub async fn abandon() -> u32 {
    let abandon = || 3;
    spawn_blocking!(abandon).await
}

#[scoped]
pub async fn in_groups_and_branches(deep: bool) -> Vec<u32> {
    let group = task_group!();
    for number in 0..3 {
        group.spawn(async move { spawn_blocking!(move || number).await });
    }
    if deep {
        let nested = spawn!(async {
            let task = spawn_blocking!(|| 9);
            defer!({ spawn_blocking!(|| ()).await });
            task.await
        });
        group.spawn(async { 8 });
        nested.await;
    }
    group.join_all().await
}
