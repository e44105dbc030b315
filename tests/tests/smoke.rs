use rejoin::prelude::*;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::yield_now;

type Log = Arc<Mutex<Vec<String>>>;
fn log(l: &Log, s: &str) {
    l.lock().unwrap().push(s.to_owned());
}

struct Db;
#[derive(Debug, PartialEq)]
enum E {
    Bad(u32),
    Cancelled,
    Io,
}
impl From<Cancelled> for E {
    fn from(_: Cancelled) -> Self {
        E::Cancelled
    }
}
impl From<std::num::ParseIntError> for E {
    fn from(_: std::num::ParseIntError) -> Self {
        E::Io
    }
}

#[scoped]
async fn fetch(_db: &Db, id: u32) -> Result<u32, E> {
    yield_now().await;
    if id > 100 {
        return Err(E::Bad(id));
    }
    Ok(id * 2)
}

#[scoped]
async fn check(db: &Db, id: u32) -> Result<u32, E> {
    let info = spawn!(fetch(db, id)?);
    let drugs = spawn!(fetch(db, id + 1)?);
    let n: u32 = "5".parse()?;
    let events = fetch(db, id + 2).await?;
    Ok(info.await + drugs.await + events + n)
}

#[test]
fn readme() {
    assert_eq!(rejoin::block_on(check(&Db, 1)).unwrap(), Ok(2 + 4 + 6 + 5));
    assert!(matches!(rejoin::block_on(check(&Db, 100)).unwrap(), Err(E::Bad(101 | 102))));
    assert_eq!(rejoin::block_on(check(&Db, 99)).unwrap(), Err(E::Bad(101)));
}

#[scoped]
async fn mutable() -> Vec<u32> {
    let mut v = vec![1];
    let t = spawn!(async {
        v.push(2);
    });
    t.await;
    v.push(3);
    v
}

#[scoped]
async fn defers(l: Log, mode: u32) -> Result<u32, E> {
    let mut tx = vec![1];
    defer!({
        tx.push(9);
        yield_now().await;
        log(&l, &format!("outer {tx:?}"));
    });
    tx.push(2);
    for i in 0..3 {
        defer!({
            log(&l, &format!("inner {i}"));
        });
        yield_now().await;
        if mode == 0 && i == 1 {
            break;
        }
        if mode == 1 && i == 1 {
            continue;
        }
        if mode == 2 && i == 1 {
            return Ok(7);
        }
        if mode == 3 && i == 1 {
            Err(E::Io)?;
        }
        if mode == 4 && i == 1 {
            std::future::pending::<()>().await;
        }
        log(&l, &format!("body {i}"));
    }
    Ok(1)
}

#[test]
fn defer_modes() {
    for mode in 0..5 {
        let l = Log::default();
        let r = rejoin::block_on(defers(l.clone(), mode).timeout(Duration::from_millis(10))).unwrap();
        let got = l.lock().unwrap().join(", ");
        println!("{mode} {r:?} {got}");
        match mode {
            0 => {
                assert_eq!(r.unwrap(), Ok(1));
                assert_eq!(got, "body 0, inner 0, inner 1, outer [1, 2, 9]");
            }
            1 => {
                assert_eq!(r.unwrap(), Ok(1));
                assert_eq!(got, "body 0, inner 0, inner 1, body 2, inner 2, outer [1, 2, 9]");
            }
            2 => {
                assert_eq!(r.unwrap(), Ok(7));
                assert_eq!(got, "body 0, inner 0, inner 1, outer [1, 2, 9]");
            }
            3 => {
                assert_eq!(r.unwrap(), Err(E::Io));
                assert_eq!(got, "body 0, inner 0, inner 1, outer [1, 2, 9]");
            }
            _ => {
                println!("{}", r.unwrap_err());
                assert_eq!(got, "body 0, inner 0, inner 1, outer [1, 2, 9]");
            }
        }
    }
}

#[scoped]
async fn visit<'g>(g: TaskGroup<'g, u32>, n: u32) -> u32 {
    if n > 0 {
        g.spawn(visit(g, n - 1));
        g.spawn(async move { visit(g, n - 1).await });
    }
    n
}
#[scoped]
async fn fib(n: u32) -> u32 {
    if n < 2 {
        return n;
    }
    let a = spawn!(fib(n - 1));
    fib(n - 2).await + a.await
}
#[scoped]
async fn groups() -> usize {
    let g = task_group!();
    g.spawn(visit(g, 4));
    let mut n = 0;
    while let Some(_) = g.next().await {
        n += 1;
    }
    n
}
#[scoped]
async fn loops(xs: &[u32]) -> u32 {
    let mut sum = 0;
    'outer: for x in xs {
        let t = spawn!(async {
            yield_now().await;
            *x
        });
        if *x == 2 {
            t.cancel();
            continue;
        }
        let got = loop {
            let u = spawn!(async { 1u32 });
            if *x == 5 {
                break 'outer;
            }
            if *x == 3 {
                break u.await + 100;
            }
            break t.await;
        };
        sum += got;
    }
    sum
}
#[test]
fn others() {
    assert_eq!(rejoin::block_on(mutable()).unwrap(), [1, 2, 3]);
    assert_eq!(rejoin::block_on(groups()).unwrap(), 31);
    assert_eq!(rejoin::block_on(fib(10)).unwrap(), 55);
    assert_eq!(rejoin::block_on(loops(&[1, 2, 3, 4, 5, 6])).unwrap(), 1 + 101 + 4);
}
#[scoped]
async fn daemons(l: Log) {
    let (tx, mut rx) = tokio::sync::mpsc::channel::<tokio::sync::oneshot::Sender<u32>>(1);
    daemon!(async {
        while let Some(reply) = rx.recv().await {
            let _ = reply.send(1);
        }
    });
    defer!({
        let (a, b) = tokio::sync::oneshot::channel();
        tx.send(a).await.unwrap();
        log(&l, &format!("answer {}", b.await.unwrap()));
    });
    std::future::pending::<()>().await;
}
#[test]
fn daemon_serves_defer() {
    let l = Log::default();
    rejoin::block_on(daemons(l.clone()).timeout(Duration::from_millis(5))).unwrap().unwrap_err();
    assert_eq!(l.lock().unwrap().join(","), "answer 1");
}
#[scoped]
async fn macros() -> String {
    let t = spawn!(async { 4 });
    let s = format!("{} {}", fetch(&Db, 3).await.unwrap(), t.await);
    assert_eq!(fetch(&Db, 3).await, Ok(6), "never");
    let v = vec![fetch(&Db, 3).await.unwrap(); 2];
    let mut n = 0;
    let u = spawn!(async { 4 });
    loop {
        tokio::select! {
            biased;
            _ = yield_now(), if n < 3 => { n += fetch(&Db, 1).await.unwrap(); }
            else => { break; }
        }
    }
    n += u.await;
    format!("{s} {v:?} {n}")
}
#[test]
fn in_macros() {
    assert_eq!(rejoin::block_on(macros()).unwrap(), "6 4 [6, 6] 8");
}
#[scoped(timeout = Duration::from_millis(limit), name = "slow")]
async fn optioned(limit: u64) -> Result<(), E> {
    std::future::pending().await
}
#[scoped]
async fn ensures(n: u32) -> anyhow::Result<u32> {
    let t = spawn!(async { 1 });
    anyhow::ensure!(n < 5, "too big: {n}");
    if n == 4 {
        anyhow::bail!("four");
    }
    Ok(t.await)
}
#[test]
fn options() {
    assert_eq!(rejoin::block_on(optioned(3)).unwrap(), Err(E::Cancelled));
    assert_eq!(rejoin::block_on(ensures(3)).unwrap().unwrap(), 1);
    assert_eq!(rejoin::block_on(ensures(4)).unwrap().unwrap_err().to_string(), "four");
    assert_eq!(rejoin::block_on(ensures(5)).unwrap().unwrap_err().to_string(), "too big: 5");
}
struct Service {
    db: Db,
}
#[scoped]
impl Service {
    async fn get(&self, id: u32) -> Result<u32, E> {
        fetch(&self.db, id).await
    }
    async fn all(&self, ids: &[u32]) -> Result<Vec<u32>, E> {
        let g = task_group!();
        for id in ids {
            g.spawn(self.get(*id));
        }
        g.join_all().await.into_iter().collect()
    }
}
#[scoped]
trait Store {
    async fn load(&self, id: u32) -> u32;
    async fn twice(&self, id: u32) -> u32
    where
        Self: Sync,
    {
        self.load(id).await + self.load(id).await
    }
}
#[scoped]
impl Store for Service {
    async fn load(&self, id: u32) -> u32 {
        self.get(id).await.unwrap()
    }
}
#[scoped(dyn)]
trait DynStore: Send + Sync {
    async fn load<'a>(&self, s: &'a str, t: &str) -> &'a str;
}
#[scoped(dyn)]
impl DynStore for Service {
    async fn load<'a>(&self, s: &'a str, t: &str) -> &'a str {
        let _ = t;
        yield_now().await;
        s
    }
}
#[scoped]
async fn dynamic(s: &dyn DynStore) -> String {
    let t = spawn!(s.load("x", "y"));
    t.await.to_owned()
}
#[test]
fn methods() {
    let s = Service { db: Db };
    assert_eq!(rejoin::block_on(s.all(&[1, 2])).unwrap(), Ok(vec![2, 4]));
    assert_eq!(rejoin::block_on(s.twice(3)).unwrap(), 12);
    assert_eq!(rejoin::block_on(dynamic(&s)).unwrap(), "x");
}
