//! The crawl.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rejoin::{TaskGroup, prelude::*};
use rejoin_examples::client::{GetError, get};

/// How many pages are visited at a time.
const AT_ONCE: usize = 4;
/// How long one page may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many links away from the first page.
const DEPTH: usize = 5;

pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) found: Found,
}

pub(crate) enum Found {
    Links(usize),
    Error(GetError),
    TooSlow,
}

/// Visits everything that can be reached from the first page of the site.
///
/// The pages are the caller's, so that they are not lost when this is cancelled.
#[scoped(name = "crawl")]
pub(crate) async fn crawl(site: SocketAddr, pages: &mut Vec<Page>) {
    let seen = Seen::default();
    let visits = task_group!(limit = AT_ONCE);
    if seen.is_new("/") {
        visits.spawn(visit(visits, site, &seen, "/".into(), DEPTH));
    }
    while let Some(page) = visits.next().await {
        pages.push(page);
    }
}

/// One page. It does not wait for the pages it links to: they are in the group beside it.
#[scoped]
async fn visit<'g>(
    visits: TaskGroup<'g, Page>,
    site: SocketAddr,
    seen: &'g Seen,
    path: String,
    depth: usize,
) -> Page {
    let found = match get(site, &path).timeout(PATIENCE).await {
        Err(_) => Found::TooSlow,
        Ok(Err(error)) => Found::Error(error),
        Ok(Ok(text)) => {
            let links = links(&String::from_utf8_lossy(&text));
            let count = links.len();
            for link in links {
                if depth > 0 && seen.is_new(&link) {
                    visits.spawn(visit(visits, site, seen, link, depth - 1));
                }
            }
            Found::Links(count)
        }
    };
    Page { path, found }
}

/// Which pages somebody has been sent to.
#[derive(Default)]
struct Seen(Mutex<HashSet<String>>);

impl Seen {
    fn is_new(&self, path: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned())
    }
}

/// The links of a page into its own site.
fn links(page: &str) -> Vec<String> {
    let targets = page.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    targets.map(|(target, _)| target).filter(|target| target.starts_with('/')).map(String::from).collect()
}
