use rejoin::prelude::*;

#[scoped]
async fn work(n: &u32) -> Result<u32, String> {
    Ok(*n)
}

#[scoped]
pub async fn forms(numbers: &[u32], limit: usize) -> Result<u32, String> {
    let all = join_all!(numbers.iter().map(work));
    let limited: Vec<Result<u32, String>> =
        rejoin::join_all!(numbers.iter().map(work), limit = limit.max(1),);
    let whole = try_join_all!(numbers.iter().map(|n| work(n)), limit = 2)?;
    let first = race_ok!(numbers.iter().map(work)).map_err(|errors| errors.join(", "))?;
    let _ = race_ok! { numbers.iter().map(work) };
    join_all![(0..3).map(|_| async {})];
    // In conditions, arguments, macros and tails.
    if try_join_all!(numbers.iter().map(work)).is_ok_and(|all| all.is_empty()) {
        return Ok(join_all!([std::future::ready(1)]).len() as u32);
    }
    println!("{:?}", join_all!(numbers.iter().map(work)));
    let task = spawn!(async { join_all!(numbers.iter().map(work)).len() });
    for number in join_all!(numbers.iter().map(work)) {
        number?;
    }
    let nested = join_all!((0..2).map(|_| scope!(async { join_all!(numbers.iter().map(work)).len() })));
    let (joined, other) = join!(async { join_all!(numbers.iter().map(work)) }, work(&1));
    other?;
    let sum = all.into_iter().chain(limited).chain(joined).sum::<Result<u32, String>>()?;
    Ok(sum + first + whole.len() as u32 + nested.len() as u32 + task.await as u32)
}

#[scoped]
pub async fn of_a_generic<I, C>(calls: I) -> Vec<u32>
where
    I: IntoIterator<Item = C>,
    C: rejoin::Call<Output = u32> + Send,
    C::Started: Send,
{
    let calls: Vec<C> = calls.into_iter().collect();
    join_all!(calls, limit = 3)
}

#[scoped(local)]
pub async fn beside_what_is_not_send() -> usize {
    let counter = std::rc::Rc::new(1);
    let all = join_all!((0..2).map(|_| async { 1 }));
    all.len() + *counter
}
