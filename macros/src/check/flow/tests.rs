//! The walk by itself: bodies, and what is said of them.

use super::super::{Subject, check};
use crate::parse::options::Options;

fn messages(signature: &str, body: &str) -> Vec<String> {
    let signature = syn::parse_str(signature).expect("a signature");
    let block = syn::parse_str(&format!("{{ {body} }}")).expect("a body");
    let options = Options::default();
    check(&Subject::of_function(&signature, &block, &options)).messages()
}

#[track_caller]
fn accepts(body: &str) {
    assert_eq!(messages("async fn f() -> Result<u32, E>", body), Vec::<String>::new());
}

/// One mistake; `message` is in the first error about it.
#[track_caller]
fn rejects(body: &str, message: &str) {
    let messages = messages("async fn f() -> Result<u32, E>", body);
    let first = messages.first().map(String::as_str).unwrap_or_default();
    assert!(first.contains(message), "{messages:#?}");
    let (places, mistakes): (Vec<_>, Vec<_>) = messages
        .iter()
        .partition(|text| text.ends_with("is spawned here") || text.ends_with("is declared here"));
    assert_eq!(mistakes.len(), 1, "{messages:#?}");
    assert!(places.len() <= 1, "{messages:#?}");
}

#[test]
fn ends_of_a_task() {
    for end in
        ["t.await", "(t).await", "t.timeout(d).await", "t.stop().await", "t.cancel()", "t.shutdown(d).await"]
    {
        accepts(&format!("let t = spawn!(a()); {end}; Ok(1)"));
        accepts(&format!("let t = spawn!(a()); let x = {end}; Ok(x)"));
    }
    for no_end in ["", "t.name();", "look(&t);", "let u = &t;", "let _ = t;", "|| t.cancel();"] {
        rejects(&format!("let t = spawn!(a()); {no_end} Ok(1)"), "`t` is neither awaited nor cancelled [");
    }
    accepts("let t = spawn!(a()); let u = t; u.await; Ok(1)");
    accepts("let t = spawn!(a()); join!(t, b()); Ok(1)");
    accepts("let t = spawn!(a()); println!(\"{}\", t.await); Ok(1)");
    accepts("let t = spawn!(a()); somebodys!(t); Ok(1)");
    accepts("let t = spawn!(a()); defer!({ t.stop().await; }); work().await; Ok(1)");
    accepts("let t = spawn!(a()); let u = spawn!(async { t.await }); u.await; Ok(1)");
}

#[test]
fn ends_of_a_group() {
    for end in
        ["g.join_all().await", "g.stop().await", "g.cancel_all()", "while let Some(x) = g.next().await {}"]
    {
        accepts(&format!("let g = task_group!(); g.spawn(a()); {end}; Ok(1)"));
    }
    for no_end in ["", "g.len();", "fill(g).await;", "g.next().await;", "for _ in 0..3 { g.next().await; }"] {
        rejects(&format!("let g = task_group!(); {no_end} Ok(1)"), "`g` is neither drained nor stopped");
    }
    accepts(
        "let g = task_group!(); loop { match g.next().await { Some(x) => use_(x), None => break } } Ok(1)",
    );
    accepts("let g = task_group!(); loop { let Some(x) = g.next().await else { break }; use_(x); } Ok(1)");
    accepts("let g = task_group!(); while g.next().await.is_some() {} Ok(1)");
    accepts(
        "let g = task_group!(); loop { let x = g.next().await; match x { Some(x) => y(x), _ => break } } Ok(1)",
    );
    accepts(
        "let g = task_group!(); loop { tokio::select! { Some(x) = g.next() => y(x), else => break } } Ok(1)",
    );
    rejects(
        "let g = task_group!(); while let Some(x) = g.next().await { if x { break; } } Ok(1)",
        "left by `break`",
    );
    rejects(
        "let g = task_group!(); while let Some(Ok(x)) = g.next().await {} Ok(1)",
        "`g` is neither drained",
    );
    rejects(
        "let g = task_group!(); while let Some(_) = g.next().await {} g.spawn(a()); Ok(1)",
        "`g` is neither",
    );
    rejects(
        "let g = task_group!(limit = 2); while let Some(_) = g.next().await {} g.try_spawn(a()).ok(); Ok(1)",
        "`g` is neither",
    );
    rejects("let g = task_group!(limit = 2, ordered); g.room().await; Ok(1)", "`g` is neither drained");
    accepts("let t = spawn!(a()); let g = task_group!(limit = t.await, fail_fast); g.stop().await; Ok(1)");
}

#[test]
fn branches() {
    accepts("let t = spawn!(a()); if c { t.await } else { t.cancel() } Ok(1)");
    rejects("let t = spawn!(a()); if c { t.await; } Ok(1)", "when this `if` is not taken");
    rejects("let t = spawn!(a()); if c { } else { t.await; } Ok(1)", "when this `if` is taken");
    rejects(
        "let t = spawn!(a()); if c { t.await; } else if d { t.cancel(); } Ok(1)",
        "when this `if` is not taken",
    );
    accepts("let t = spawn!(a()); match x { A => t.await, B if c => t.cancel(), _ => t.cancel() } Ok(1)");
    rejects("let t = spawn!(a()); match x { A => t.await, _ => {} } Ok(1)", "when this arm is taken");
    rejects("let t = spawn!(a()); match x { A if t.await => {}, B => {} } Ok(1)", "when this arm is taken");
    accepts("let t = spawn!(a()); let Some(x) = y else { t.cancel(); return Ok(1) }; t.await; Ok(1)");
    rejects(
        "let t = spawn!(a()); let Some(x) = y else { return Ok(1) }; t.await; Ok(1)",
        "when this `return` is taken",
    );
    rejects("let t = spawn!(a()); c && t.await; Ok(1)", "when the right side is not evaluated");
    accepts("let t = spawn!(a()); if c && t.await { 1 } else { t.cancel(); 2 }; Ok(1)");
    accepts("let t = spawn!(a()); if let Some(x) = y && let Some(z) = t.await {} else { t.cancel() } Ok(1)");
    accepts("let t = spawn!(a()); tokio::select! { x = t => {}, _ = b() => t.cancel() } Ok(1)");
    rejects(
        "let t = spawn!(a()); tokio::select! { x = t => {}, _ = b() => {} } Ok(1)",
        "when this branch is taken",
    );
    accepts("let t = spawn!(a()); unsafe { t.await }; Ok(1)");
    accepts("let t = spawn!(a()); { { t.await; } } Ok(1)");
}

#[test]
fn guards() {
    accepts(
        "let g = task_group!(); match x { _ if g.next().await.is_none() => {} _ => g.cancel_all() } Ok(1)",
    );
    rejects(
        "let g = task_group!(); match x { _ if g.next().await.is_some() => {} _ => {} } Ok(1)",
        "`g` is neither",
    );
    rejects(
        "let t = spawn!(a()); match x { A if c => t.cancel(), A => {} _ => t.cancel() } Ok(1)",
        "this arm is taken",
    );
}

#[test]
fn loops() {
    rejects("let t = spawn!(a()); while c { t.await; break; } Ok(1)", "when this loop does not run");
    rejects("let t = spawn!(a()); for x in y { t.await; break } Ok(1)", "when this loop does not run");
    accepts("let t = spawn!(a()); loop { if c { t.await; break; } } Ok(1)");
    accepts("let t = spawn!(a()); while true { t.await; break; } Ok(1)");
    accepts("let t = spawn!(a()); let x = loop { if c { break t.await; } }; Ok(x)");
    rejects("loop { let t = spawn!(a()); if c { continue; } t.await; }", "when this `continue` is taken");
    rejects("loop { let t = spawn!(a()); if c { break; } t.await; } Ok(1)", "when this `break` is taken");
    accepts("let t = spawn!(a()); loop { if c { break; } } t.await; Ok(1)");
    rejects("'a: loop { let t = spawn!(a()); loop { if c { continue 'a; } break; } t.await; }", "`continue`");
    accepts("'a: { let t = spawn!(a()); t.await; break 'a; } Ok(1)");
    rejects("'a: { let t = spawn!(a()); if c { break 'a; } t.await; } Ok(1)", "when this `break` is taken");
    accepts("let t = spawn!(a()); loop { serve().await; }");
    rejects("for x in y { let t = spawn!(a()); } Ok(1)", "`t` is neither awaited nor cancelled [");
}

#[test]
fn free_exits() {
    accepts("let t = spawn!(a()); b().await?; t.await; Ok(1)");
    accepts("let t = spawn!(a()); if c { return Err(e); } t.await; Ok(1)");
    accepts("let t = spawn!(a()); if c { Err(e) } else { Ok(t.await) }");
    accepts("let t = spawn!(a()); match c { Ok(_) => Ok(t.await), Err(e) => Err(e.into()) }");
    accepts("let t = spawn!(a()); return match c { Ok(_) => Ok(t.await), Err(e) => Err(e) };");
    accepts("let t = spawn!(a()); if c { bail!(\"no\"); } t.await; Ok(1)");
    accepts("let t = spawn!(a()); ensure!(c, \"no\"); t.await; Ok(1)");
    accepts("let t = spawn!(a()); if c { panic!() } t.await; Ok(1)");
    accepts("let t = spawn!(a()); if c { std::process::exit(1) } t.await; Ok(1)");
    accepts("let t = spawn!(a()); if c { Err(e)? } t.await; Ok(1)");
    rejects("let t = spawn!(a()); if c { return Ok(1); } t.await; Ok(1)", "when this `return` is taken");
    rejects("let t = spawn!(a()); if c { Err(e); } else { t.await; } Ok(1)", "when this `if` is taken");
    for end in ["panic!()", "todo!()", "unreachable!()", "std::process::exit(1)", "bail!(\"no\")", "Err(e)?"]
    {
        accepts(&format!("let t = spawn!(a()); if c {{ {end} }} else {{ t.await }}; Ok(1)"));
    }
    accepts(
        "let u = spawn!(async { let t = spawn!(a()); if c { return None; } Some(t.await) }); Ok(u.await)",
    );
    let optional = "let t = spawn!(a()); if c { return None; } t.await; Some(1)";
    assert_eq!(messages("async fn f() -> Option<u32>", optional), Vec::<String>::new());
    assert_eq!(messages("async fn f() -> Thing", optional).len(), 2);
}

#[test]
fn several_tasks() {
    rejects(
        "let t = spawn!(a()); let t = spawn!(b()); t.await; Ok(1)",
        "`t` is neither awaited nor cancelled [",
    );
    let both = messages("async fn f()", "let t = spawn!(a()); let u = spawn!(b());");
    assert_eq!(both.len(), 2, "{both:#?}");
    accepts("let u = spawn!(async { let t = spawn!(a()); t.await }); u.await; Ok(1)");
    rejects("let u = spawn!(async { let t = spawn!(a()); }); u.await; Ok(1)", "`t` is neither");
    rejects("defer!({ let t = spawn!(a()); }); Ok(1)", "`t` is neither");
    accepts("let u = spawn!(async { if c { return; } b().await }); u.await; Ok(1)");
}

#[test]
fn conditional_compilation() {
    accepts("#[cfg(a)] let t = spawn!(a()); #[cfg(a)] t.await; Ok(1)");
    accepts("let t = spawn!(a()); #[cfg(a)] t.cancel(); #[cfg(not(a))] { t.await; } Ok(1)");
    rejects("let t = spawn!(a()); #[cfg(a)] t.cancel(); Ok(1)", "`t` is neither");
    accepts("let t = spawn!(a()); #[cfg(a)] return Err(e); t.await; Ok(1)");
    rejects("let t = spawn!(a()); #[cfg(a)] return Ok(2); t.await; Ok(1)", "when this `return`");
}

#[test]
fn tasks_given_away() {
    for use_ in
        ["f(t)", "v.push(t)", "Some(t)", "vec![t]", "(t, 1)", "S { t }", "x = t", "return t", "spawn!(f(t))"]
    {
        rejects(&format!("let t = spawn!(a()); {use_}; Ok(1)"), "[escaping_task]");
    }
    rejects("let t = spawn!(a()); t", "[escaping_task]");
    rejects("let t = spawn!(a()); drop(t); Ok(1)", "dropping the handle");
    for use_ in ["std::mem::forget(t)", "ManuallyDrop::new(t)", "Box::leak(Box::new(t))"] {
        rejects(&format!("let t = spawn!(a()); {use_}; Ok(1)"), "[forgotten_task]");
    }
}

#[test]
fn locks() {
    rejects(
        "let g = m.lock().unwrap(); let t = spawn!(a()); t.await; Ok(1)",
        "at this `spawn!` [guard_across_spawn]",
    );
    rejects("let g = m.lock().expect(\"x\"); a().await; Ok(1)", "across this `.await` [guard_across_spawn]");
    for fallback in ["PoisonError::into_inner", "|poisoned| poisoned.into_inner()"] {
        let lock = format!("let g = m.write().unwrap_or_else({fallback}); a().await; Ok(1)");
        rejects(&lock, "across this `.await` [guard_across_spawn]");
    }
    accepts("let level = sensor.read().unwrap_or_else(|_| 0); a().await; Ok(level)");
    accepts("let g = m.lock().unwrap(); drop(g); a().await; Ok(1)");
    accepts("{ let mut g = m.lock().unwrap(); *g += 1; g.push(2); } a().await; Ok(1)");
    accepts("let v = m.lock().unwrap().clone(); a().await; Ok(1)");
    accepts("let g = m.lock().await; a().await; Ok(1)");
    accepts("let t = spawn!(async { let g = m.lock().unwrap(); g.len() }); t.await; Ok(1)");
}

/// A sender that is open while its receiver is drained, in this body or in a task of it.
#[test]
fn senders() {
    let drain = "while let Some(n) = rx.recv().await { sum += n; }";
    let body = |text: &str| format!("let (tx, mut rx) = mpsc::channel(1); {text} Ok(1)");
    for never_ends in [
        format!("let t = spawn!(async {{ tx.send(1).await; }}); {drain} t.await;"),
        format!(
            "for n in list {{ let tx = tx.clone(); g.spawn(async move {{ tx.send(n).await; }}); }} {drain}"
        ),
        format!("for n in list {{ let tx = &tx; g.spawn(async move {{ tx.send(n).await; }}); }} {drain}"),
        format!("let own = tx.clone(); work(own).await; {drain}"),
        format!("let tx = tx.clone(); work(tx).await; {drain}"),
    ] {
        rejects_last(&body(&never_ends), "this loop never ends: `tx` is still open");
    }
    for ends in [
        format!("let t = spawn!(async move {{ tx.send(1).await; }}); {drain} t.await;"),
        format!("let own = tx.clone(); drop(tx); work(own).await; {drain}"),
        format!("{{ let tx = tx.clone(); work(tx).await; }} drop(tx); {drain}"),
        "g.spawn(a(tx.clone())); while let Some(n) = rx.recv().await { g.spawn(a(tx.clone())); }".to_owned(),
        format!("{{ let rx = other(); }} let own = tx.clone(); work(own).await; rx.close(); {drain}"),
    ] {
        assert_eq!(open_senders(&body(&ends)), Vec::<String>::new(), "{ends}");
    }
}

/// The same, where it is a task that drains the receiver, and the body waits for the task.
#[test]
fn senders_at_a_join() {
    let task = |end: &str| {
        format!(
            "let (tx, mut rx) = mpsc::channel(1); \
             let t = spawn!(async move {{ while let Some(n) = rx.recv().await {{ use_(n); }} }}); {end} Ok(1)"
        )
    };
    for never_ends in
        ["tx.send(1).await; t.await;", "if c { tx.send(1).await; } let x = t.await;", "t.await;"]
    {
        rejects_last(&task(never_ends), "`t` never ends: it waits until `rx` closes, and `tx` is still open");
    }
    let group = "let (tx, mut rx) = mpsc::channel(1); let g = task_group!(); \
                 g.spawn(async { while let Some(n) = rx.recv().await { use_(n); } }); g.join_all().await; Ok(1)";
    rejects_last(group, "`g` never ends: it waits until `rx` closes");
    for ends in [
        "drop(tx); t.await;",
        "work(tx).await; t.await;",
        "t.stop().await;",
        "t.timeout(d).await;",
        "let u = spawn!(async move { tx.send(1).await }); u.await; t.await;",
        "t.cancel(); let t = spawn!(b()); t.await;",
    ] {
        assert_eq!(open_senders(&task(ends)), Vec::<String>::new(), "{ends}");
    }
    for way_out in ["if n > 5 { break; }", "if n > 5 { return; }", "use_(n)?;"] {
        let body = format!(
            "let (tx, mut rx) = mpsc::channel(1); \
             let t = spawn!(async move {{ while let Some(n) = rx.recv().await {{ {way_out} }} }}); t.await; Ok(1)"
        );
        assert_eq!(open_senders(&body), Vec::<String>::new(), "{way_out}");
    }
    let closed = "let (tx, mut rx) = mpsc::channel(1); \
                  let t = spawn!(async move { rx.close(); while let Some(n) = rx.recv().await {} }); t.await; Ok(1)";
    assert_eq!(open_senders(closed), Vec::<String>::new());
}

fn open_senders(body: &str) -> Vec<String> {
    let mut messages = messages("async fn f() -> Result<u32, E>", body);
    messages.retain(|message| message.contains("[open_sender]"));
    messages
}

#[track_caller]
fn rejects_last(body: &str, message: &str) {
    let messages = open_senders(body);
    assert_eq!(messages.len(), 1, "{body}: {messages:#?}");
    assert!(messages[0].contains(message), "{messages:#?}");
}

/// The walk over a body eight times as long takes about eight times as long: far from the square.
#[test]
fn words_over_collections() {
    accepts("let t = spawn!(a()); join_all!(list(t.await), limit = 2); Ok(1)");
    accepts("let t = spawn!(a()); let all = try_join_all!(list(1), limit = t.await)?; Ok(all)");
    rejects("let t = spawn!(a()); race_ok!(vec![t]); Ok(1)", "`t` is given away");
    rejects("let t = spawn!(a()); let all = try_join_all!(list(1))?; Ok(all)", "`t` is neither");
}

#[test]
fn a_long_body_takes_linear_time() {
    let body = |parts: usize| {
        let part = "{ let t = spawn!(a()); let x = b(1).await?;\n
            match x { 1 => { if c { t.await } else { t.cancel() } } 2 => return Err(e), _ => t.cancel() }\n
            for y in z { while let Some(v) = w.recv().await { if v { continue } work(v).await; } } }\n";
        part.repeat(parts) + "Ok(1)"
    };
    let time = |parts| {
        let body = body(parts);
        let rounds = (0..3).map(|_| {
            let begin = std::time::Instant::now();
            accepts(&body);
            begin.elapsed()
        });
        rounds.min().unwrap_or_default()
    };
    let (short, long) = (time(150), time(1200));
    assert!(long < short * 8 * 4, "{short:?} for 450 lines, {long:?} for 3600");
}
