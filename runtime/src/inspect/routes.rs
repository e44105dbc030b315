//! What is answered.

use std::sync::Arc;
use std::thread;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};

use super::picture::Picture;
use super::prometheus;

const PAGE: &str = include_str!("page.html");
/// What the page may load and where it may send: nothing, and to the server it came from. So a name of a task
/// could do no harm even if the page had a mistake.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; \
                      img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// How many pictures are made at the same time.
const AT_ONCE: usize = 2;

#[derive(Clone)]
struct Camera {
    runtime: Option<Handle>,
    turns: Arc<Semaphore>,
}

/// The routes of [`router`](super::router).
pub(super) fn routes(runtime: Option<Handle>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/tasks.txt", get(text))
        .route("/tasks.json", get(json))
        .route("/metrics", get(metrics))
        .with_state(Camera { runtime, turns: Arc::new(Semaphore::new(AT_ONCE)) })
}

async fn page() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, PAGE).into_response()
}

async fn text(State(camera): State<Camera>) -> Response {
    camera.answer("text/plain; charset=utf-8", |picture| picture.tree.to_string()).await
}

async fn json(State(camera): State<Camera>) -> Response {
    let json = |picture: &Picture| {
        serde_json::to_string(picture).unwrap_or_else(|_| unreachable!("numbers and strings, and no maps"))
    };
    camera.answer("application/json", json).await
}

async fn metrics(State(camera): State<Camera>) -> Response {
    camera.answer(prometheus::CONTENT_TYPE, prometheus::text).await
}

impl Camera {
    /// Makes a picture and writes it, on a thread of its own: the tree may be large, and neither the tasks that are
    /// looked at nor a pool of threads that is full may hold up the answer.
    async fn answer(self, content_type: &'static str, write: fn(&Picture) -> String) -> Response {
        let Ok(turn) = self.turns.acquire_owned().await else { unreachable!("nobody closes it") };
        let runtime = self.runtime.or_else(|| Handle::try_current().ok());
        let (tell, told) = oneshot::channel();
        let work = move || {
            let _turn = turn;
            let _ = tell.send(write(&Picture::now(runtime.as_ref())));
        };
        if thread::Builder::new().name("rejoin-inspect".to_owned()).spawn(work).is_err() {
            return (StatusCode::SERVICE_UNAVAILABLE, "the system gives no thread").into_response();
        }
        match told.await {
            Ok(text) => (headers(content_type), text).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

fn headers(content_type: &'static str) -> [(HeaderName, &'static str); 3] {
    [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-store"),
        // A text with names in it is never a page.
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ]
}
