//! The clinic: an HTTP service that asks three others at once.
//!
//! ```text
//! cargo run --example clinic
//! cargo run --example clinic -- --leak    # with three mistakes to be found, see README.md
//! ```
//!
//! `POST /patients/7/check` asks for the patient, the prescribed drugs and the known adverse events,
//! all three at the same time and within three seconds. `POST /checks` does so for a thousand patients.
//! What belongs to a request ends with it: when one of the three fails, when the time is up, when the client
//! goes away. At Ctrl-C nobody is let in any more, and what is in hand has five seconds. No task of this
//! program can be left behind, because each has a block it belongs to:
//!
//! ```text
//! main
//! ├─ the page of all tasks       a daemon: `rejoin::inspect`
//! ├─ three upstream services     daemons: there until the last request has ended
//! ├─ the sweep of old reports    a daemon
//! ├─ the heartbeat               a daemon
//! ├─ the printers                a task: ends when all letters are printed and nobody can post one
//! └─ serve                       the accept loop
//!    └─ a connection             a child of its group
//!       ├─ a request             a root: dropped by hyper when the client goes away
//!       │  └─ three fetches      tasks: the first error stops the others
//!       └─ a streamed answer     a root of its own: dropped by hyper with the body of the response
//! ```

mod api;
mod batch;
mod check;
mod fetch;
mod heartbeat;
mod leak;
mod letters;
mod questionnaire;
mod reports;
mod upstream;
mod vitals;

use std::env;
use std::io;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_examples::door::listen;
use rejoin_examples::server::{serve, serve_until_shutdown};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing_subscriber::fmt::time::uptime;

use crate::api::Clinic;
use crate::check::Upstreams;
use crate::heartbeat::{Health, heartbeat};
use crate::letters::letter_box;
use crate::reports::Reports;
use crate::upstream::Service;

/// Listens on `CLINIC_ADDR`, and for a look at its tasks on `CLINIC_TASKS_ADDR`; port 0 is any that is free.
#[rejoin::main(grace = Duration::from_secs(5))]
async fn main() -> io::Result<()> {
    // First of all, so that it runs last: whatever stands below has ended when this line is printed.
    defer!({
        println!("clinic: stopped");
    });
    let listener = listen("CLINIC_ADDR", "127.0.0.1:8080").await?;
    greet(&listener)?;
    tracing_subscriber::fmt().with_timer(uptime()).with_target(false).init();

    // Above everything else: it shows how the rest ends.
    let tasks = listen("CLINIC_TASKS_ADDR", "127.0.0.1:8081").await?;
    println!("all tasks: http://{}", tasks.local_addr()?);
    daemon!(rejoin::inspect::serve_on(tasks)?);
    daemon!(leak::leak(env::args().any(|argument| argument == "--leak")));

    let [info, drugs, events] = [local_port().await?, local_port().await?, local_port().await?];
    let upstreams =
        Upstreams { info: info.local_addr()?, drugs: drugs.local_addr()?, events: events.local_addr()? };
    daemon!(serve(info, upstream::router(Service::Info)));
    daemon!(serve(drugs, upstream::router(Service::Drugs)));
    daemon!(serve(events, upstream::router(Service::Events)));

    let reports = Reports::default();
    daemon!(reports.sweep());
    let (pulse, health) = watch::channel(Health::default());
    daemon!(heartbeat(&upstreams, pulse));
    let (letter_box, letters) = letter_box();
    let printing = spawn!(letters.print());

    // Below the daemons, so that they serve it to its end: a request that is being cancelled still finds
    // the services it talks to.
    let clinic = Clinic { upstreams, reports: reports.clone(), letters: letter_box, health };
    serve_until_shutdown(listener, api::router(clinic)).await;
    // Nobody can post a letter any more; those that were posted are printed.
    printing.await;
    Ok(())
}

fn greet(listener: &TcpListener) -> io::Result<()> {
    let url = format!("http://{}", listener.local_addr()?);
    println!("clinic: listening on {url}");
    println!("try:");
    println!("  curl -X POST '{url}/patients/7/check'");
    println!("  curl -X POST '{url}/patients/7/check?info=slow&drugs=hang&events=fail'");
    println!("  curl -X POST '{url}/patients/7/check?drugs=hang'   # wait, or leave with Ctrl-C");
    println!("  curl '{url}/checks?within=2' --json '[{{\"id\": 1}}, {{\"id\": 2, \"drugs\": \"hang\"}}]'");
    println!("  curl -X POST '{url}/patients/7/letter'   # more than six at once are too many");
    Ok(())
}

#[scoped]
async fn local_port() -> io::Result<TcpListener> {
    TcpListener::bind("127.0.0.1:0").await
}
