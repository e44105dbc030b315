//! Scopes for servers built of hyper and tower.

use std::convert::Infallible;
use std::future::pending;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::Executor;
use rejoin::{ScopeLayer, prelude::*};
use rejoin_tests::{Log, on_both};
use tokio::task::{JoinHandle, yield_now};
use tower::{Layer as _, Service, ServiceBuilder, ServiceExt as _};

/// What hyper does with an executor.
fn starts(executor: impl Executor<std::pin::Pin<Box<dyn Future<Output = u32> + Send>>>, log: &Log) {
    let log = log.clone();
    executor.execute(Box::pin(async move {
        yield_now().await;
        log.add("work");
        1
    }));
}

#[test]
fn what_hyper_starts_is_work_of_the_scope() {
    let log = Log::new();
    on_both(|| {
        let log = log.clone();
        scope!(async move {
            let call = scope!(async { starts(rejoin::current(), &log) });
            call.named("connection").await;
            log.add("scope ended");
        })
    });
    log.assert_is(&["work", "scope ended", "work", "scope ended"]);
}

#[test]
fn what_hyper_starts_is_cancelled_with_the_scope() {
    let log = Log::new();
    on_both(|| {
        let log = log.clone();
        scope!(async move {
            let call = scope!(async {
                let gone = log.on_drop("gone");
                rejoin::current().execute(async move {
                    let _gone = gone;
                    pending::<()>().await
                });
                pending::<()>().await
            });
            call.timeout(Duration::from_millis(5)).await.unwrap_err();
            log.add("scope ended");
        })
    });
    log.assert_is(&["gone", "scope ended", "gone", "scope ended"]);
}

/// A service that makes its root in the call, and another one in the future that it returns.
#[derive(Clone)]
struct Handler;

type Seen = (Option<String>, Option<String>);

impl Service<()> for Handler {
    type Response = Seen;
    type Error = Infallible;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Seen, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, (): ()) -> Self::Future {
        let ask = || rejoin::run(scope!(async { rejoin::current().name().map(String::from) }));
        let first = ask();
        Box::pin(async move { Ok((first.await.unwrap(), ask().await.unwrap())) })
    }
}

/// A server that spawns by itself.
fn server<F: Future<Output: Send> + Send + 'static>(future: F) -> JoinHandle<F::Output> {
    tokio::spawn(future)
}

#[test]
fn a_layer_runs_each_request_in_the_scope() {
    let seen = on_both(|| {
        let call = scope!(async {
            let mut service = ScopeLayer::new(rejoin::current()).layer(Handler);
            let once = server(service.ready().await.unwrap().call(())).await.unwrap().unwrap();
            // As a part of a stack.
            let layer = ScopeLayer::new(rejoin::current());
            let stack = ServiceBuilder::new().layer(layer).service(Handler);
            assert_eq!(server(stack.oneshot(())).await.unwrap().unwrap(), once);
            once
        });
        call.named("server")
    });
    let name = Some("server".to_owned());
    assert_eq!(seen, [(name.clone(), name.clone()), (name.clone(), name)]);
}
