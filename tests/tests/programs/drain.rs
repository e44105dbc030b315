//! A server that is told to stop: what it has accepted it answers, with work that blocks on threads of
//! its own; it accepts nothing more, and a client that never ends is named when the grace has passed.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use rejoin::{GraceExceeded, Scope, prelude::*};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Asks for one line, hashes it on a thread of its own, answers.
#[scoped]
async fn answer(stream: TcpStream) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let hash = spawn_blocking!(name = "hash", move || {
        std::thread::sleep(Duration::from_millis(50));
        line.trim().bytes().map(u32::from).sum::<u32>()
    });
    let hash = hash.await;
    stream.get_mut().write_all(hash.to_string().as_bytes()).await
}

#[scoped]
async fn serve(listener: TcpListener, ready: oneshot::Sender<Scope>) -> io::Result<u32> {
    let mut served = 0;
    daemon!(async {
        let mut tick = tokio::time::interval(Duration::from_millis(1));
        while tick.tick().until_shutdown().await.is_some() {}
    });
    let connections = task_group!();
    let _ = ready.send(rejoin::current());
    while let Some(accepted) = listener.accept().until_shutdown().await {
        connections.spawn(answer(accepted?.0).named("connection"));
    }
    drop(listener);
    while let Some(outcome) = connections.next().await {
        served += u32::from(outcome.is_ok());
    }
    Ok(served)
}

#[scoped]
async fn bind() -> io::Result<(SocketAddr, TcpListener)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    Ok((listener.local_addr()?, listener))
}

#[scoped]
async fn ask(address: SocketAddr, text: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(text.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// The answer to a request that was under way, how the shutdown ended, and whether a late client was
/// refused.
#[scoped]
async fn told_to_stop(
    address: SocketAddr,
    scope: oneshot::Receiver<Scope>,
    grace: Duration,
) -> (io::Result<String>, Result<(), GraceExceeded>, bool) {
    let scope = scope.await.expect("it begins");
    let in_flight = spawn!(async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"a").await?;
        // Half a request when the server is told to stop, the rest a little later.
        tokio::time::sleep(Duration::from_millis(100)).await;
        stream.write_all(b"b\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    });
    assert_eq!(ask(address, "abc\n").await.expect("it serves"), "294");
    tokio::time::sleep(Duration::from_millis(30)).await;
    let stopping = spawn!(async { scope.shutdown(grace).await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    let refused = TcpStream::connect(address).await.is_err();
    (in_flight.await, stopping.await, refused)
}

#[rejoin::test(multi_thread)]
async fn what_was_accepted_is_answered_and_nothing_more_is_accepted() {
    let (address, listener) = bind().await.expect("a port");
    let (ready, scope) = oneshot::channel();
    let root = rejoin::run(serve(listener, ready));
    let (outcome, (answer, stopped, refused)) =
        join!(root, told_to_stop(address, scope, Duration::from_secs(30)));
    assert_eq!(answer.expect("it is answered"), "195");
    stopped.expect("in time");
    assert!(refused, "nobody listens any more");
    assert_eq!(outcome.expect("its own end").expect("no error"), 2);
}

#[rejoin::test(multi_thread)]
async fn a_client_that_never_ends_is_cut_and_named() {
    let (address, listener) = bind().await.expect("a port");
    let (ready, scope) = oneshot::channel();
    let root = rejoin::run(serve(listener, ready));
    let clients = scope!(async {
        let mut idle = TcpStream::connect(address).await.expect("it listens");
        let told = told_to_stop(address, scope, Duration::from_millis(300)).await;
        let mut rest = Vec::new();
        // Cut without an answer.
        let _ = idle.read_to_end(&mut rest).await;
        assert!(rest.is_empty());
        told
    });
    let (outcome, (answer, stopped, _)) = join!(root, clients);
    assert_eq!(answer.expect("it is answered"), "195");
    let exceeded = stopped.unwrap_err();
    let awaits: Vec<_> = exceeded.stragglers().iter().filter_map(|one| one.awaiting()).collect();
    let named = |text: &str| awaits.iter().any(|site| site.expression() == Some(text));
    assert!(named("stream.read_line(&mut line).await"), "{exceeded}");
    assert!(named("connections.next().await"), "{exceeded}");
    assert_eq!(outcome.unwrap_err().reason(), &rejoin::Reason::Shutdown);
}
