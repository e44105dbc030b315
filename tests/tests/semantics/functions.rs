//! Scoped functions.

use std::fmt::Display;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rejoin::{Call, Run, TaskGroup, prelude::*};
use rejoin_tests::{Log, on_both};
use tokio::task::yield_now;

#[scoped]
async fn logs(log: Log, entry: &'static str) -> &'static str {
    log.add(entry);
    yield_now().await;
    entry
}

#[rejoin::test]
async fn a_call_is_inert_until_it_is_started() {
    let log = Log::new();
    let call = logs(log.clone(), "ran");
    yield_now().await;
    log.assert_is(&[]);
    call.await;
    log.assert_is(&["ran"]);
}

#[rejoin::test]
async fn a_call_that_is_never_started_drops_its_arguments() {
    #[scoped]
    async fn takes(_guard: rejoin_tests::OnDrop) {}
    let log = Log::new();
    drop(takes(log.on_drop("dropped")));
    log.assert_is(&["dropped"]);
}

#[test]
fn parameters_are_dropped_as_those_of_a_plain_async_fn() {
    async fn plain(_a: rejoin_tests::OnDrop, _: rejoin_tests::OnDrop, log: Log) {
        let _local = log.on_drop("local");
        log.add("body");
    }
    #[scoped]
    async fn scoped_(_a: rejoin_tests::OnDrop, _: rejoin_tests::OnDrop, log: Log) {
        let _local = log.on_drop("local");
        log.add("body");
    }
    let (one, other) = (Log::new(), Log::new());
    rejoin::block_on(plain(one.on_drop("a"), one.on_drop("_"), one.clone())).unwrap();
    rejoin::block_on(scoped_(other.on_drop("a"), other.on_drop("_"), other.clone())).unwrap();
    assert_eq!(one.entries(), other.entries());
    other.assert_is(&["body", "local", "_", "a"]);
}

struct Service {
    log: Log,
    base: u32,
}

impl Drop for Service {
    fn drop(&mut self) {
        self.log.add("service dropped");
    }
}

impl Service {
    #[scoped]
    async fn by_reference(&self, add: u32) -> u32 {
        self.base + add
    }

    #[scoped]
    async fn by_mutable_reference(&mut self, add: u32) -> u32 {
        yield_now().await;
        self.base += add;
        self.base
    }

    #[scoped]
    async fn by_value(self) -> u32 {
        self.base
    }

    #[scoped]
    async fn by_mutable_value(mut self, add: u32) -> u32 {
        self.base += add;
        self.base
    }

    #[scoped]
    async fn by_arc(self: Arc<Self>, add: u32) -> u32 {
        self.base + add
    }

    #[scoped]
    async fn by_reference_to_an_arc(self: &Arc<Self>, add: u32) -> u32 {
        self.base + add
    }

    #[scoped]
    async fn by_box(self: Box<Self>) -> u32 {
        yield_now().await;
        self.base
    }

    #[scoped]
    async fn by_pin(mut self: Pin<&mut Self>, add: u32) -> u32 {
        self.base += add;
        yield_now().await;
        self.base
    }

    #[scoped]
    async fn not_mentioned(self) {
        yield_now().await;
    }

    #[scoped]
    async fn associated(base: u32) -> u32 {
        base
    }
}

#[test]
fn methods_with_any_receiver_and_associated_functions_work() {
    #[scoped]
    async fn all(log: Log) -> u32 {
        let service = |base| Service { log: log.clone(), base };
        let mut one = service(1);
        let mut sum = one.by_reference(1).await + one.by_mutable_reference(1).await;
        sum += one.by_value().await + service(1).by_mutable_value(1).await;
        sum += Arc::new(service(1)).by_arc(1).await + Service::associated(1).await;
        sum += Arc::new(service(1)).by_reference_to_an_arc(1).await + Box::new(service(1)).by_box().await;
        sum += Pin::new(&mut service(1)).by_pin(1).await;
        sum
    }
    assert_eq!(on_both(|| all(Log::new())), [16, 16]);
}

#[test]
fn an_unmentioned_receiver_lives_as_long_as_the_body() {
    let log = Log::new();
    let call = Service { log: log.clone(), base: 0 }.not_mentioned();
    log.assert_is(&[]);
    rejoin::block_on(call).unwrap();
    log.assert_is(&["service dropped"]);
}

#[scoped]
impl Service {
    async fn in_a_whole_block(&self) -> u32 {
        self.by_reference(1).await
    }

    fn stays_as_it_is(&self) -> u32 {
        self.base
    }
}

#[scoped]
trait Store: Sync {
    async fn load(&self, key: u32) -> u32;

    async fn load_twice(&self, key: u32) -> (u32, u32) {
        let first = spawn!(self.load(key));
        (first.await, self.load(key).await)
    }
}

#[scoped]
impl Store for Service {
    async fn load(&self, key: u32) -> u32 {
        yield_now().await;
        self.base + key
    }
}

#[test]
fn whole_impl_blocks_and_traits_work_and_trait_methods_promise_send() {
    #[scoped]
    async fn generic<S: Store>(store: &S) -> (u32, u32) {
        let task = spawn!(store.load_twice(1));
        task.await
    }
    let service = Service { log: Log::new(), base: 1 };
    assert_eq!(rejoin::block_on(generic(&service)).unwrap(), (2, 2));
    assert_eq!(rejoin::block_on(service.in_a_whole_block()).unwrap(), 2);
    assert_eq!(service.stays_as_it_is(), 1);
}

#[scoped(dyn)]
trait DynStore: Send + Sync {
    async fn find<'a>(&self, key: &'a str, fallback: &str) -> Option<&'a str>;
}

#[scoped(dyn)]
impl DynStore for Service {
    async fn find<'a>(&self, key: &'a str, fallback: &str) -> Option<&'a str> {
        yield_now().await;
        (key != fallback).then_some(key)
    }
}

#[test]
fn dyn_makes_trait_methods_object_safe() {
    #[scoped]
    async fn through(store: &dyn DynStore) -> Option<String> {
        let task = spawn!(store.find("a", "b"));
        task.await.map(str::to_owned)
    }
    let service: Box<dyn DynStore> = Box::new(Service { log: Log::new(), base: 1 });
    assert_eq!(rejoin::block_on(through(&*service)).unwrap().as_deref(), Some("a"));
}

#[scoped]
trait Local {
    #[scoped(local)]
    async fn count(&self) -> usize;
}

impl Local for std::rc::Rc<u32> {
    #[scoped(local)]
    async fn count(&self) -> usize {
        let again = self.clone();
        yield_now().await;
        std::rc::Rc::strong_count(&again)
    }
}

#[test]
fn local_makes_no_promise_of_send() {
    assert_eq!(rejoin::block_on(std::rc::Rc::new(1).count()).unwrap(), 2);
}

#[test]
fn generics_impl_trait_patterns_and_elided_lifetimes_work() {
    #[scoped]
    async fn all<'a, T, const N: usize>(
        items: &'a [T; N],
        print: impl Display + Send,
        (low, mut high): (u32, u32),
        suffix: &str,
    ) -> Result<(&'a T, String), String>
    where
        T: Clone + Into<u32> + Send + Sync,
    {
        yield_now().await;
        high += low;
        let first = items.first().ok_or("empty")?;
        Ok((first, format!("{print}{suffix}{}", first.clone().into() + high)))
    }
    #[scoped]
    async fn hidden(n: u32) -> impl Display + Send {
        yield_now().await;
        n + 1
    }
    let found = rejoin::block_on(all(&[5_u16, 6], "x", (1, 2), "-")).unwrap();
    assert_eq!(found, Ok((&5, "x-8".to_owned())));
    assert_eq!(rejoin::block_on(hidden(1)).unwrap().to_string(), "2");
}

#[scoped]
async fn factorial(n: u64) -> u64 {
    if n == 0 { 1 } else { n * factorial(n - 1).await }
}

#[scoped]
async fn parallel_sum(numbers: &[u64]) -> u64 {
    if let [one] = numbers {
        return *one;
    }
    let (left, right) = numbers.split_at(numbers.len() / 2);
    let left = spawn!(parallel_sum(left));
    parallel_sum(right).await + left.await
}

#[test]
fn a_body_that_names_its_own_function_is_boxed_and_promises_send() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    assert_eq!(on_both(|| is_send(factorial(10))), [3_628_800; 2]);
    static NUMBERS: [u64; 9] = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    assert_eq!(on_both(|| parallel_sum(&NUMBERS)), [45; 2]);
}

#[scoped]
async unsafe fn declared_unsafe(n: *const u32) -> u32 {
    // SAFETY: the caller promises that it points to a number.
    unsafe { *n }
}

#[test]
fn unsafe_functions_work() {
    static NUMBER: u32 = 7;
    // SAFETY: it points to a static.
    let call = unsafe { declared_unsafe(&raw const NUMBER) };
    assert_eq!(rejoin::block_on(call).unwrap(), 7);
}

#[derive(Debug, PartialEq)]
struct Late(String);

impl From<Cancelled> for Late {
    fn from(cancelled: Cancelled) -> Self {
        Self(cancelled.to_string())
    }
}

#[scoped(timeout = Duration::from_millis(limit), name = "slow one")]
async fn slow(limit: u64) -> Result<(), Late> {
    std::future::pending().await
}

#[rejoin::test(paused)]
async fn the_timeout_option_may_name_parameters_and_the_name_is_told() {
    let Late(text) = slow(5).await.unwrap_err();
    assert!(text.starts_with("scope `slow one` was cancelled because its deadline passed"), "{text}");
}

#[rejoin::test]
async fn scope_makes_a_call_of_a_block_or_a_future() {
    let mut numbers = vec![1];
    let borrowing = scope!(async {
        yield_now().await;
        numbers.push(2);
        if numbers.len() > 1 {
            return "returned from the block";
        }
        "fell through"
    });
    assert_eq!(borrowing.await, "returned from the block");
    let moving = scope!(async move { numbers });
    assert_eq!(moving.await, [1, 2]);
    assert_eq!(scope!(std::future::ready(3)).await, 3);
    let failing: Result<u32, std::num::ParseIntError> = scope!(async { Ok("x".parse::<u32>()? + 1) }).await;
    failing.unwrap_err();
}

#[test]
fn scope_may_stand_in_plain_functions_and_closures() {
    fn plain(n: &u32) -> Scoped<impl Future<Output = u32>> {
        scope!(async move {
            let task = spawn!(async { *n + 1 });
            task.await
        })
    }
    let make = |n: u32| scope!(async move { n + 1 });
    assert_eq!(rejoin::block_on(plain(&1)).unwrap(), 2);
    assert_eq!(rejoin::block_on(make(2)).unwrap(), 3);
}

#[rejoin::test(paused)]
async fn the_methods_of_scoped_compose() {
    let call = scope!(async { Ok::<_, u32>(1) });
    let boxed = call.map(|done| done.map(|n| n + 1)).map_err(|e| e.to_string()).named("n").boxed();
    let limited = boxed.timeout(Duration::from_secs(1)).map(|done| done.map_err(|e| e.to_string()));
    assert_eq!(limited.await, Ok(Ok(2)));
}

#[rejoin::test]
async fn a_local_may_be_given_its_value_below_a_task() {
    let sum;
    {
        let task = spawn!(async { 1 });
        sum = task.await + 1;
    }
    assert_eq!(sum, 2);
}

#[rejoin::test]
async fn an_async_block_is_a_scoped_body_where_it_is_the_argument_of_a_word() {
    #[scoped]
    async fn fill<'g>(group: TaskGroup<'g, u32>) {
        group.spawn(async move {
            let task = spawn!(async { 4 });
            task.await
        });
    }
    let task = spawn!(async {
        let inner = spawn!(async { 1 });
        inner.await + scope!(async { spawn!(async { 2 }).await }).await
    });
    let group = task_group!();
    group.spawn(async {
        let inner = spawn!(async { 3 });
        inner.await
    });
    fill(group).await;
    assert_eq!(task.await, 3);
    assert_eq!(group.join_all().await, [3, 4]);
}

#[rejoin::test]
async fn helper_code_can_name_what_the_language_is_made_of() {
    fn boxes<'a, C>(call: C) -> BoxScoped<'a, C::Output>
    where
        C: Call,
        C::Started: Send + 'a,
    {
        scope!(call).boxed()
    }
    fn handed_over<C>(call: C) -> Run<C::Output>
    where
        C: Call<Output: Send + 'static>,
        C::Started: Send + 'static,
    {
        rejoin::run(call)
    }
    fn line_of<T>(task: &Task<'_, T>) -> u32 {
        task.site().unwrap().line()
    }
    fn twice(group: TaskGroup<'_, u32>) {
        group.spawn(std::future::ready(1));
        group.spawn(std::future::ready(2));
    }
    let text = String::from("borrowed");
    assert_eq!(boxes(scope!(async { text.len() })).await + boxes(std::future::ready(1)).await, 9);
    assert_eq!(handed_over(factorial(3)).await.unwrap(), 6);
    let line = line!() + 1;
    let task = spawn!(yield_now());
    assert_eq!(line_of(&task), line);
    task.await;
    let group = task_group!();
    twice(group);
    assert_eq!(group.join_all().await, [1, 2]);
}
