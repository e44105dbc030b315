use rejoin::prelude::*;
use std::future::ready;

#[scoped]
async fn add(to: &mut u32, n: u32) -> u32 {
    *to += n;
    *to
}

pub struct Service {
    name: String,
}

impl Service {
    #[scoped]
    pub async fn ask(&self, n: u32) -> Result<String, String> {
        Ok(format!("{} {n}", self.name))
    }

    #[scoped]
    pub async fn ask_twice(&self) -> Result<(String, usize), String> {
        let temporary = || String::from("a");
        let (a, b) = try_join!(self.ask(1), async {
            let text = self.ask(2).await?;
            Ok(text.len() + temporary().as_str().len())
        })?;
        Ok((a, b))
    }
}

#[scoped]
pub async fn borrows() -> u32 {
    let (mut a, mut b) = (1, 2);
    let label = String::from("x");
    join!(add(&mut a, 1), add(&mut b, 2), async { label.len() });
    let (c, d) = join!(async { label.len() }, ready(label.as_str()));
    a + b + c as u32 + d.len() as u32
}

#[scoped]
pub async fn generic<T: Clone + Send + Sync>(value: T, calls: (impl Call2<T>, impl Call2<T>)) -> (T, T) {
    join!(calls.0.call(value.clone()), calls.1.call(value))
}

pub trait Call2<T>: Send {
    fn call(self, value: T) -> BoxScoped<'static, T>;
}

#[scoped]
pub async fn tasks() -> Result<u32, String> {
    let mut numbers = vec![1];
    let first = spawn!(async { numbers.push(2) });
    let second = spawn!(async { 7 });
    let ((), second) = join!(first, second);
    numbers.push(second);
    let third = spawn!(async { Ok::<u32, String>(8) });
    let (third, ()) = try_join!(third, ready(Ok(())))?;
    let named = spawn!(name = "fourth", async { 1 });
    println!("{:?}", named.name());
    let (fourth,) = join!(named);
    Ok(third + fourth + numbers.len() as u32)
}
