//! A crawler: follows the links of a site, each page once, a few at a time.
//!
//! ```text
//! cargo run --example crawler                      # a little site of its own
//! cargo run --example crawler -- 127.0.0.1:8080    # another one
//! ```
//!
//! A page starts a visit of each page it links to, in the group of the crawl: so the crawl is over when the
//! group is empty, and nobody has to count. The group runs a few visits at a time, the others queue. When
//! the time is up, or at Ctrl-C, every visit stops, and what was found until then is printed.
//!
//! - `crawl.rs` the crawl
//! - `site.rs` the little site

mod crawl;
mod site;

use std::env;
use std::error::Error;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_examples::door::listen;
use rejoin_examples::server::serve;

use crate::crawl::{Found, Page, crawl};

/// `CRAWLER_LIMIT` is how many seconds the whole crawl may take.
#[rejoin::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let seconds = env::var("CRAWLER_LIMIT").ok().and_then(|text| text.parse().ok());
    let limit = Duration::from_secs(seconds.unwrap_or(20));

    let mut pages = Vec::new();
    defer!({ print(&pages) });
    match env::args().nth(1) {
        Some(address) => crawl(address.parse()?, &mut pages).timeout(limit).await?,
        None => {
            let listener = listen("CRAWLER_ADDR", "127.0.0.1:0").await?;
            let address = listener.local_addr()?;
            daemon!(serve(listener, site::router()));
            crawl(address, &mut pages).timeout(limit).await?;
        }
    }
    Ok(())
}

fn print(pages: &[Page]) {
    for Page { path, found } in pages {
        match found {
            Found::Links(count) => println!("{path}: {count} links"),
            Found::Error(error) => println!("{path}: {error}"),
            Found::TooSlow => println!("{path}: too slow"),
        }
    }
}
