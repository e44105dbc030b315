//! The program that the tests of `#[rejoin::main]` run. Its argument says what it does.

use std::future::pending;
use std::process::ExitCode;
use std::time::Duration;

use rejoin::prelude::*;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::yield_now;

fn main() -> ExitCode {
    match role().as_str() {
        "current thread" => current_thread(),
        "three threads" => three_threads(),
        "short clean-up" => short_clean_up(),
        "graceful" | "too slow" | "fails late" => graceful(),
        "hangs" => hangs(),
        "stops itself" => stops_itself(),
        _ => program(),
    }
}

fn role() -> String {
    std::env::args().nth(1).unwrap_or_default()
}

#[rejoin::main]
async fn program() -> Result<(), String> {
    match role().as_str() {
        "fails" => return Err("broken".to_owned()),
        "waits" => {
            let _local = Says("local gone");
            defer!({
                yield_now().await;
                println!("cleaned up");
            });
            let task = spawn!(async {
                let _gone = Says("task gone");
                println!("waits");
                pending::<()>().await
            });
            task.await;
        }
        "stuck" => {
            defer!({
                println!("stuck");
                pending::<()>().await;
            });
            println!("waits");
            pending::<()>().await;
        }
        "drops a root" => drops_a_root().await,
        _ => {}
    }
    Ok(())
}

#[rejoin::main(flavor = "current_thread")]
async fn current_thread() {
    println!("{:?}", Handle::current().runtime_flavor());
}

#[rejoin::main(flavor = "multi_thread", worker_threads = 1 + 2)]
async fn three_threads() {
    println!("{:?} {}", Handle::current().runtime_flavor(), Handle::current().metrics().num_workers());
}

#[rejoin::main(cleanup = Duration::from_millis(20))]
async fn short_clean_up() {
    defer!({ pending::<()>().await });
    println!("waits");
    pending::<()>().await;
}

#[rejoin::main(grace = if role() == "too slow" { Duration::from_millis(50) } else { Duration::from_secs(60) })]
async fn graceful() -> Result<(), String> {
    let worker = spawn!(name = "worker", async {
        if role() == "too slow" {
            defer!({ println!("cleaned up") });
            pending::<()>().await;
        }
        rejoin::shutting_down().await;
        println!("told");
        if role() == "graceful" {
            tokio::io::AsyncReadExt::read_u8(&mut tokio::io::stdin()).await.unwrap_or_default();
        }
        println!("work done");
    });
    println!("waits");
    pending::<()>().until_shutdown().await;
    println!("accepts nothing more");
    worker.await;
    if role() == "fails late" { Err("broken".to_owned()) } else { Ok(()) }
}

#[rejoin::main(flavor = "current_thread")]
async fn stops_itself() {
    let task = spawn!(name = "idler", pending::<()>());
    let scope = rejoin::current();
    let _ = scope.shutdown(Duration::from_millis(50)).await;
    println!("goes on");
    task.await;
}

/// Its clean-up outlives everything.
#[rejoin::main(grace = Duration::from_millis(50), cleanup = Duration::from_secs(3600))]
async fn hangs() {
    defer!({
        println!("stuck");
        pending::<()>().await;
    });
    let task = spawn!(name = "idler", pending::<()>());
    println!("waits");
    task.await;
}

/// Leaves a root of which no scope knows unwinding.
#[scoped(allow(unscoped_spawn, reason = "where a root is to have no scope around it"))]
async fn drops_a_root() {
    let (say, said) = oneshot::channel();
    let (end, ended) = oneshot::channel::<()>();
    let root = async {
        let mut root = Box::pin(rejoin::run(scope!(async {
            defer!({
                let _ = ended.await;
                for _ in 0..1000 {
                    yield_now().await;
                }
                println!("root cleaned up");
            });
            pending::<()>().await;
        })));
        std::future::poll_fn(|cx| std::task::Poll::Ready(root.as_mut().poll(cx).is_pending())).await;
        drop(root);
        let _ = say.send(());
    };
    tokio::spawn(root);
    let _ = said.await;
    println!("returns");
    drop(end);
}

/// Says so when it is dropped.
struct Says(&'static str);

impl Drop for Says {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}
