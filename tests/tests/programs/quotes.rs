//! A price, asked of all suppliers at once: the best offer, or the first error of one that must not
//! fail. Suppliers that are optional may be late, fail, or panic.

use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::time::sleep;

#[derive(Clone, Debug, PartialEq)]
struct Offer {
    supplier: &'static str,
    cents: u64,
}

#[derive(Debug, PartialEq)]
enum QuoteError {
    Unreachable(&'static str),
    SoldOut,
}

#[derive(Clone, Copy)]
enum Behaviour {
    Offers(u64),
    Fails,
    Crashes,
}

struct Supplier {
    name: &'static str,
    takes: u64,
    does: Behaviour,
}

#[scoped]
async fn ask(supplier: &Supplier, article: u32, log: &Log) -> Result<Offer, QuoteError> {
    let _over = log.on_drop(format!("{} over", supplier.name));
    sleep(Duration::from_millis(supplier.takes)).await;
    match supplier.does {
        Behaviour::Offers(cents) => Ok(Offer { supplier: supplier.name, cents: cents + u64::from(article) }),
        Behaviour::Fails => Err(QuoteError::Unreachable(supplier.name)),
        Behaviour::Crashes => panic!("{} has a bug", supplier.name),
    }
}

/// One that may be late, fail or panic.
#[scoped]
async fn ask_optional(supplier: &Supplier, article: u32, log: &Log) -> Option<Offer> {
    let answer = ask(supplier, article, log).timeout(Duration::from_millis(200)).catch_panic().await;
    match answer {
        Ok(Ok(Ok(offer))) => Some(offer),
        Ok(Ok(Err(error))) => {
            log.add(format!("{error:?}"));
            None
        }
        Ok(Err(late)) => {
            log.add(format!("{}: {}", supplier.name, late.reason()));
            None
        }
        Err(panicked) => {
            log.add(panicked.message().unwrap_or("panicked").to_owned());
            None
        }
    }
}

#[scoped]
async fn quote(
    house: &Supplier,
    stock: &Supplier,
    others: &[Supplier],
    article: u32,
    log: &Log,
) -> Result<Offer, QuoteError> {
    let own = spawn!(ask(house, article, log)?);
    let stored = spawn!(ask(stock, article, log)?);
    let offers = task_group!();
    for supplier in others {
        offers.spawn(ask_optional(supplier, article, log));
    }
    let mut best = own.await;
    let stored = stored.await;
    if stored.cents < best.cents {
        best = stored;
    }
    while let Some(offer) = offers.next().await {
        if let Some(offer) = offer
            && offer.cents < best.cents
        {
            best = offer;
        }
    }
    if best.cents == u64::MAX { Err(QuoteError::SoldOut) } else { Ok(best) }
}

fn supplier(name: &'static str, takes: u64, does: Behaviour) -> Supplier {
    Supplier { name, takes, does }
}

#[rejoin::test(paused)]
async fn the_best_offer_wins_and_optional_suppliers_may_do_what_they_want() {
    let log = Log::new();
    let house = supplier("house", 50, Behaviour::Offers(900));
    let stock = supplier("stock", 70, Behaviour::Offers(800));
    let others = [
        supplier("late", 5000, Behaviour::Offers(1)),
        supplier("cheap", 100, Behaviour::Offers(500)),
        supplier("down", 30, Behaviour::Fails),
        supplier("buggy", 20, Behaviour::Crashes),
    ];
    let best = quote(&house, &stock, &others, 7, &log).await.unwrap();
    assert_eq!(best, Offer { supplier: "cheap", cents: 507 });
    log.assert_order(&["buggy has a bug", "Unreachable(\"down\")", "late: its deadline passed"]);
}

#[rejoin::test(paused)]
async fn the_first_error_of_one_that_must_not_fail_ends_it_at_once() {
    let log = Log::new();
    let house = supplier("house", 50_000, Behaviour::Offers(900));
    let stock = supplier("stock", 70, Behaviour::Fails);
    let others = [supplier("cheap", 100, Behaviour::Offers(500))];
    let began = tokio::time::Instant::now();
    let error = quote(&house, &stock, &others, 7, &log).await.unwrap_err();
    assert_eq!(error, QuoteError::Unreachable("stock"));
    assert_eq!(began.elapsed(), Duration::from_millis(70));
    assert_eq!(log.entries().len(), 3, "{:?}", log.entries());
}
