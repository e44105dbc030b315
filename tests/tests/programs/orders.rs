//! Orders pass three stages in parallel: they are checked, charged, and packed. Channels between the
//! stages are short, so a slow stage slows down those before it. The first refusal to charge ends it all.

use std::fmt;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::sync::mpsc;
use tokio::time::sleep;

#[derive(Clone, Debug, PartialEq)]
struct Order {
    number: u32,
    cents: i64,
}

#[derive(Debug, PartialEq)]
struct Parcel {
    orders: Vec<u32>,
}

#[derive(Debug, PartialEq)]
enum OrderError {
    NoCredit(u32),
    Closed,
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCredit(number) => write!(f, "order {number} cannot be charged"),
            Self::Closed => f.write_str("the next stage has gone"),
        }
    }
}

impl<T> From<mpsc::error::SendError<T>> for OrderError {
    fn from(_: mpsc::error::SendError<T>) -> Self {
        Self::Closed
    }
}

struct Bank {
    credit: i64,
}

impl Bank {
    async fn charge(&self, order: &Order) -> Result<(), OrderError> {
        sleep(Duration::from_millis(20)).await;
        if order.cents > self.credit { Err(OrderError::NoCredit(order.number)) } else { Ok(()) }
    }
}

#[scoped]
async fn check(orders: &[Order], next: mpsc::Sender<Order>, log: &Log) -> Result<(), OrderError> {
    for order in orders {
        if order.cents <= 0 {
            log.add(format!("order {} is empty", order.number));
            continue;
        }
        next.send(order.clone()).await?;
    }
    Ok(())
}

#[scoped]
async fn charge(
    bank: &Bank,
    mut orders: mpsc::Receiver<Order>,
    next: mpsc::Sender<Order>,
    log: &Log,
) -> Result<(), OrderError> {
    while let Some(order) = orders.recv().await {
        bank.charge(&order).await?;
        log.add(format!("order {} charged", order.number));
        next.send(order).await?;
    }
    Ok(())
}

#[scoped]
async fn pack(mut orders: mpsc::Receiver<Order>, of: usize) -> Vec<Parcel> {
    let mut parcels = Vec::new();
    let mut batch = Vec::new();
    while orders.recv_many(&mut batch, of).await > 0 {
        sleep(Duration::from_millis(50)).await;
        parcels.push(Parcel { orders: batch.drain(..).map(|order| order.number).collect() });
    }
    parcels
}

#[scoped]
async fn process(orders: &[Order], bank: &Bank, log: &Log) -> Result<Vec<Parcel>, OrderError> {
    let (to_charge, charging) = mpsc::channel(2);
    let (to_pack, packing) = mpsc::channel(2);
    let checked = spawn!(check(orders, to_charge, log)?);
    let charged = spawn!(charge(bank, charging, to_pack, log)?);
    let packed = spawn!(pack(packing, 2));
    checked.await;
    charged.await;
    Ok(packed.await)
}

fn orders(cents: &[i64]) -> Vec<Order> {
    (1..).zip(cents).map(|(number, &cents)| Order { number, cents }).collect()
}

#[rejoin::test(paused)]
async fn orders_are_checked_charged_and_packed() {
    let (bank, log) = (Bank { credit: 5000 }, Log::new());
    let parcels = process(&orders(&[1000, 0, 2500, 700]), &bank, &log).await.unwrap();
    let mut numbers: Vec<u32> = parcels.into_iter().flat_map(|parcel| parcel.orders).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 3, 4]);
    assert_eq!(log.count("order 2 is empty"), 1);
}

#[rejoin::test(paused)]
async fn the_first_refusal_ends_every_stage() {
    let (bank, log) = (Bank { credit: 1500 }, Log::new());
    let refused = process(&orders(&[1000, 2500, 700, 800, 900]), &bank, &log).await.unwrap_err();
    assert_eq!(refused, OrderError::NoCredit(2));
    assert_eq!(refused.to_string(), "order 2 cannot be charged");
    log.assert_is(&["order 1 charged"]);
}
