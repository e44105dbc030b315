//! A log shipper: lines are collected and sent in batches, when there are enough of them or when the
//! oldest has waited long enough. When it is stopped it sends what it still has.

use std::sync::Mutex;
use std::time::Duration;

use rejoin::{Canceller, prelude::*};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWriteExt, BufReader, duplex};
use tokio::time::{Instant, sleep, sleep_until};

/// Where the batches go. It is slow, and sometimes busy.
#[derive(Default)]
struct Collector {
    batches: Mutex<Vec<Vec<String>>>,
    refusals: Mutex<u32>,
}

impl Collector {
    async fn send(&self, lines: &[String]) -> Result<(), &'static str> {
        sleep(Duration::from_millis(20)).await;
        let mut refusals = self.refusals.lock().unwrap();
        if *refusals > 0 {
            *refusals -= 1;
            return Err("busy");
        }
        self.batches.lock().unwrap().push(lines.to_vec());
        Ok(())
    }

    fn batches(&self) -> Vec<Vec<String>> {
        self.batches.lock().unwrap().clone()
    }
}

struct Shipper<'a> {
    collector: &'a Collector,
    most: usize,
    longest: Duration,
    waiting: Vec<String>,
}

impl Shipper<'_> {
    /// Sends all that is waiting; what could not be sent waits on.
    async fn flush(&mut self) {
        while !self.waiting.is_empty() {
            let batch = self.waiting.len().min(self.most);
            match self.collector.send(&self.waiting[..batch]).await {
                Ok(()) => drop(self.waiting.drain(..batch)),
                Err(_) => sleep(Duration::from_millis(50)).await,
            }
        }
    }

    #[scoped]
    async fn run(&mut self, source: impl AsyncBufRead + Unpin + Send) -> std::io::Result<usize> {
        let mut lines = source.lines();
        let mut shipped = 0;
        let mut due = Instant::now() + self.longest;
        defer!({ self.flush().await });
        loop {
            tokio::select! {
                line = lines.next_line() => match line? {
                    Some(line) => {
                        if self.waiting.is_empty() {
                            due = Instant::now() + self.longest;
                        }
                        self.waiting.push(line);
                        shipped += 1;
                    }
                    None => return Ok(shipped),
                },
                () = sleep_until(due), if !self.waiting.is_empty() => {
                    self.flush().await;
                }
            }
            if self.waiting.len() >= self.most {
                self.flush().await;
            }
        }
    }
}

fn shipper(collector: &Collector) -> Shipper<'_> {
    Shipper { collector, most: 3, longest: Duration::from_secs(1), waiting: Vec::new() }
}

#[rejoin::test(paused)]
async fn full_batches_old_batches_and_the_rest_at_the_end() {
    let collector = Collector { refusals: Mutex::new(1), ..Collector::default() };
    let (mut program, output) = duplex(1024);
    let mut shipper = shipper(&collector);
    let shipping = spawn!(shipper.run(BufReader::new(output)));
    program.write_all(b"a\nb\nc\nd\n").await.unwrap();
    sleep(Duration::from_secs(2)).await;
    assert_eq!(collector.batches(), [vec!["a", "b", "c"], vec!["d"]]);
    program.write_all(b"e\n").await.unwrap();
    drop(program);
    assert_eq!(shipping.await.unwrap(), 5);
    assert_eq!(collector.batches()[2], ["e"]);
}

#[rejoin::test(paused)]
async fn a_shipper_that_is_stopped_sends_what_it_has() {
    let collector = Collector { refusals: Mutex::new(2), ..Collector::default() };
    let (mut program, output) = duplex(1024);
    let (mut shipper, stop) = (shipper(&collector), Canceller::new());
    let shipping = spawn!(shipper.run(BufReader::new(output)).cancel_on(&stop));
    program.write_all(b"a\nb\n").await.unwrap();
    sleep(Duration::from_millis(10)).await;
    assert!(collector.batches().is_empty());
    stop.cancel("the host goes down");
    assert!(shipping.await.is_err());
    assert_eq!(collector.batches(), [["a", "b"]]);
}
