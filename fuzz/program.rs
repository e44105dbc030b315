//! Turns bytes into the text of options and a body: fragments of the language, most of them valid by
//! themselves, put together in any order, and now and then anything at all.

/// Statements and expressions; `{}` is a nested one.
const PARTS: &[&str] = &[
    "let t = spawn!({}); ",
    "let mut u: Task<'_, u32> = spawn!({}?); ",
    "let t = spawn!(name = \"n\", {}); ",
    "let g = task_group!(); ",
    "let g = task_group!(limit = {}, ordered, fail_fast); ",
    "let g = task_group!(supervised, limit = {}); ",
    "daemon!({}); ",
    "daemon!({}?); ",
    "defer!({ {} }); ",
    "defer!(timeout = {}, { {} }); ",
    "t.await; ",
    "u.await?; ",
    "(t).await; ",
    "t.cancel(); ",
    "t.stop().await; ",
    "t.timeout({}).await; ",
    "g.join_all().await; ",
    "g.stop().await; ",
    "g.cancel_all(); ",
    "g.room().await; ",
    "g.spawn({}); ",
    "g.spawn(async { {} }); ",
    "g.try_spawn(async move { {} }); ",
    "while let Some(x) = g.next().await { {} } ",
    "loop { match g.next().await { Some(x) => {{}}, None => break } } ",
    "if {} { {} } else { {} } ",
    "if let Some(x) = {} && t.await { {} } ",
    "match {} { A if {} => { {} } Some(_) | None => { {} } _ => {{}} } ",
    "'a: loop { {} break 'a; } ",
    "'a: { {} break 'a {}; } ",
    "let x = loop { break {}; }; ",
    "while {} { {} continue; } ",
    "for x in {} { {} } ",
    "return {}; ",
    "return Err(e); ",
    "break; ",
    "continue 'a; ",
    "let Some(x) = {} else { {} return Ok(1) }; ",
    "let x = {}?; ",
    "let x = f({}).await; ",
    "let x = async { {} }; ",
    "let x = async move { {} }.await; ",
    "let x = || { {} }; ",
    "let x = move |y| async move { {} }; ",
    "let x = scope!(async { {} }).timeout(d).await; ",
    "let x = scope!({}); ",
    "tokio::select! { x = {} => { {} } Some(y) = g.next(), if {} => {}, else => { {} } } ",
    "tokio::join!({}, {}); ",
    "let x = join!({}, {}); ",
    "join!(t, async { {} }, u); ",
    "let x = try_join!({}, u)?; ",
    "race! { x = {} => { {} } Some(y) = g.next(), if {} => {}, _ = &t => {}, z = t => {}, else => { {} } } ",
    "race! { biased; (a, mut b) | (b, ref a) = {} => {}, S { x, .. } = {} => break 'a, } ",
    "join_all!({}, limit = {}); ",
    "let x = try_join_all!({})?; ",
    "let x = race_ok!({}); ",
    "let t = spawn_blocking!(|cancel| {}); ",
    "spawn_blocking!(abandon, move || { {} }).await; ",
    "let g = task_group!(limit = {}, ordered); ",
    "let g = task_group!(fail_fast); ",
    "println!(\"{} {}\", {}.await, {}); ",
    "assert_eq!({}, {}.await, \"text\"); ",
    "vec![{}; 3]; ",
    "matches!({}, Some(_) if {}); ",
    "unknown!({}.await?); ",
    "bail!(\"no\"); ",
    "ensure!({}, \"no\"); ",
    "panic!(); ",
    "#[cfg(a)] let t = spawn!({}); ",
    "#[cfg(not(a))] { {} } ",
    "fn nested() { {} } ",
    "macro_rules! m { () => { {} } } ",
    "struct S; ",
    "unsafe { {} } ",
    "const { {} } ",
    "let v = m.lock().unwrap(); ",
    "drop(t); ",
    "std::mem::forget(t); ",
    "f(t, &t, &mut g); ",
    "let (tx, mut rx) = channel(1); ",
    "while let Some(x) = rx.recv().await { {} } ",
    "tokio::spawn({}); ",
    "f(a).await ",
    "Ok(1) ",
    "Err(e) ",
    "a ",
    "t ",
    "() ",
    "{ {} } ",
    "({}) ",
    "{} + {} ",
    "{} && {} || {} ",
    "!{} ",
    "&mut {} ",
    "{}.b.c({}) ",
    "{}[{}] ",
    "{} as u32 ",
    "{} = {}; ",
    "r#type.r#await ",
    "f::<{ {} }>({}) ",
    "; ",
    ", ",
    "let ",
    "= ",
    "=> ",
    "| ",
    "? ",
    ".await ",
    "async ",
    "spawn! ",
    "spawn!() ",
    "defer! { {} } ",
    "#![inner] ",
    "/// text\n ",
    "'a ",
    "\"text\" ",
    "1.0.await ",
];

const OPTIONS: &[&str] = &[
    "timeout = {}, ",
    "name = \"n\", ",
    "dyn, ",
    "local, ",
    "allow(unresolved_task, reason = \"r\"), ",
    "allow(unscoped_spawn, reason = \"\"), ",
    "allow(what), ",
    "crate = a::b, ",
    "cancelled = {}, ",
    "paused, ",
    "limit = {}, ",
    "flavor = \"current_thread\" ",
    "allow(",
    "= ",
];

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> Option<usize> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(usize::from(*first))
    }

    fn part(&mut self, parts: &[&str], depth: usize, text: &mut String) {
        let Some(choice) = self.next() else {
            text.push_str("a ");
            return;
        };
        let part = parts[choice % parts.len()];
        let mut rest = part;
        while let Some(place) = rest.find("{}") {
            text.push_str(&rest[..place]);
            if depth < 12 {
                self.part(PARTS, depth + 1, text);
            }
            rest = &rest[place + 2..];
        }
        text.push_str(rest);
    }
}

/// The text of the options and of the body.
pub(crate) fn of(data: &[u8]) -> (String, String) {
    let mut bytes = Bytes(data);
    let (mut options, mut body) = (String::new(), String::new());
    for _ in 0..bytes.next().unwrap_or_default() % 4 {
        bytes.part(OPTIONS, 0, &mut options);
    }
    while !bytes.0.is_empty() {
        bytes.part(PARTS, 0, &mut body);
    }
    (options, body)
}
