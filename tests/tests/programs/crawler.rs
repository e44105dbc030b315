//! A crawler: follows the links of a site, each page once, a few at a time, and gives up on pages that
//! take too long. A page starts the pages it links to in the group of the crawl.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use rejoin::{TaskGroup, prelude::*};
use tokio::sync::Semaphore;
use tokio::time::sleep;

struct Page {
    links: &'static [&'static str],
    takes: Duration,
}

/// A site in memory.
struct Site {
    pages: HashMap<&'static str, Page>,
    loads: Mutex<Vec<String>>,
}

impl Site {
    fn new(pages: &[(&'static str, &'static [&'static str], u64)]) -> Self {
        let page = |&(path, links, millis)| (path, Page { links, takes: Duration::from_millis(millis) });
        Self { pages: pages.iter().map(page).collect(), loads: Mutex::default() }
    }

    async fn load(&self, path: &str) -> Option<&Page> {
        self.loads.lock().unwrap().push(path.to_owned());
        let page = self.pages.get(path)?;
        sleep(page.takes).await;
        Some(page)
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Found {
    Page { links: usize },
    Missing,
    TooSlow,
}

struct Crawl<'a> {
    site: &'a Site,
    seen: Mutex<HashSet<String>>,
    at_once: Semaphore,
    patience: Duration,
}

impl<'a> Crawl<'a> {
    fn new(site: &'a Site) -> Self {
        let patience = Duration::from_millis(500);
        Self { site, seen: Mutex::default(), at_once: Semaphore::new(2), patience }
    }

    fn is_new(&self, path: &str) -> bool {
        self.seen.lock().unwrap().insert(path.to_owned())
    }

    #[scoped]
    async fn visit<'g>(
        &'g self,
        group: TaskGroup<'g, (String, Found)>,
        path: String,
        depth: usize,
    ) -> (String, Found) {
        let permit = self.at_once.acquire().await;
        let page = scope!(self.site.load(&path)).timeout(self.patience).await;
        drop(permit);
        let found = match page {
            Err(_) => Found::TooSlow,
            Ok(None) => Found::Missing,
            Ok(Some(page)) => {
                for link in page.links {
                    if depth > 0 && self.is_new(link) {
                        group.spawn(self.visit(group, (*link).to_owned(), depth - 1));
                    }
                }
                Found::Page { links: page.links.len() }
            }
        };
        (path, found)
    }

    #[scoped]
    async fn run(&self, start: &str, depth: usize) -> BTreeMap<String, Found> {
        let group = task_group!();
        if self.is_new(start) {
            group.spawn(self.visit(group, start.to_owned(), depth));
        }
        let mut report = BTreeMap::new();
        while let Some((path, found)) = group.next().await {
            report.insert(path, found);
        }
        report
    }
}

fn site() -> Site {
    Site::new(&[
        ("/", &["/a", "/b", "/gone"], 10),
        ("/a", &["/", "/b", "/slow"], 10),
        ("/b", &["/deep"], 10),
        ("/slow", &[], 10_000),
        ("/deep", &["/deeper"], 10),
        ("/deeper", &[], 10),
    ])
}

#[rejoin::test(paused)]
async fn each_page_once_and_none_deeper_than_wanted() {
    let site = site();
    let report = Crawl::new(&site).run("/", 2).await;
    let found: Vec<(&str, Found)> =
        report.iter().map(|(path, found)| (path.as_str(), found.clone())).collect();
    let expected = [
        ("/", Found::Page { links: 3 }),
        ("/a", Found::Page { links: 3 }),
        ("/b", Found::Page { links: 1 }),
        ("/deep", Found::Page { links: 1 }),
        ("/gone", Found::Missing),
        ("/slow", Found::TooSlow),
    ];
    assert_eq!(found, expected);
    assert_eq!(site.loads.lock().unwrap().len(), expected.len());
}

#[rejoin::test(paused)]
async fn a_crawl_that_is_cut_starts_nothing_more() {
    let site = site();
    let crawl = Crawl::new(&site);
    assert!(crawl.run("/", 9).timeout(Duration::from_millis(15)).await.is_err());
    let loads = site.loads.lock().unwrap().len();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(site.loads.lock().unwrap().len(), loads);
    assert_eq!(loads, 3);
}
