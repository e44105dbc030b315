//! A little site, with a page that is slow and a link that leads nowhere.

use std::time::Duration;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use tokio::time::sleep;

const SLOW: Duration = Duration::from_secs(60);

pub(crate) fn router() -> Router {
    Router::new()
        .route("/", get(Html(r#"<a href="/wards">wards</a> <a href="/staff">staff</a>"#)))
        .route(
            "/wards",
            get(Html(r#"<a href="/wards/1">one</a> <a href="/wards/2">two</a> <a href="/">home</a>"#)),
        )
        .route("/wards/1", get(Html(r#"<a href="/wards/2">next</a>"#)))
        .route("/wards/2", get(Html(r#"<a href="/wards/3">next</a>"#)))
        .route(
            "/staff",
            get(Html(r#"<a href="/archive">archive</a> <a href="https://example.org/">out</a>"#)),
        )
        .route("/archive", get(slow))
}

async fn slow() -> Html<&'static str> {
    sleep(SLOW).await;
    Html("at last")
}
