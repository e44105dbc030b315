//! Looking at tokens that are not ours to rewrite.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

use crate::others::is_wait;
use crate::paths::SCOPE;

/// What stands in some tokens, outside of `async` blocks.
#[derive(Default)]
pub(crate) struct Contents {
    /// The first `.await`.
    pub(crate) await_: Option<Span>,
    /// The first `?` or `return` that is surely not in a closure.
    pub(crate) exit: Option<(Span, &'static str)>,
    /// Every name that is not a field, a method or part of a path.
    pub(crate) names: Vec<Ident>,
    /// Every name directly followed by `.await`.
    pub(crate) awaited: Vec<Ident>,
    /// The name of each macro called with `!`, by its name alone or as one of `rejoin`.
    pub(crate) macros: Vec<Ident>,
    /// A macro that waits for the futures it is given.
    pub(crate) waits: bool,
    /// A `break` or `continue`, of whatever loop.
    pub(crate) jumps: bool,
    /// Every `'name`.
    pub(crate) labels: Vec<Ident>,
}

/// What the tokens being looked at belong to.
#[derive(Clone, Copy, Default)]
struct Here {
    /// To the scoped body: an `.await` is one of its awaits, as far as one can see.
    body: bool,
    /// To the function: an exit would leave it.
    function: bool,
    /// To a `scope!`, which has words of its own.
    scope: bool,
}

impl Contents {
    pub(crate) fn of(tokens: TokenStream) -> Self {
        let mut contents = Self::default();
        contents.scan(tokens, Here { body: true, function: true, scope: false });
        contents
    }

    fn scan(&mut self, tokens: TokenStream, mut here: Here) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, tree) in trees.iter().enumerate() {
            let before = index.checked_sub(1).map(|index| &trees[index]);
            match tree {
                TokenTree::Group(group) => {
                    let dead = group.delimiter() == Delimiter::Brace && is_async(&trees[..index]);
                    let scope = here.scope || is_scope(&trees[..index]);
                    let inside = if dead { Here::default() } else { here };
                    self.scan(group.stream(), Here { scope, ..inside });
                }
                TokenTree::Ident(ident) => {
                    self.scan_ident(ident, &trees[..index], &trees[index + 1..], here);
                }
                TokenTree::Punct(punct) if punct.as_char() == '\'' && here.body => {
                    if let Some(TokenTree::Ident(name)) = trees.get(index + 1) {
                        self.labels.push(name.clone());
                    }
                }
                // What follows may be the body of a closure.
                TokenTree::Punct(punct) if punct.as_char() == '|' => here.function = false,
                TokenTree::Punct(punct) if punct.as_char() == '?' && here.function => {
                    // `?Sized`, and the `?field` of tracing, stand before something.
                    let operand = before.is_some_and(|tree| match tree {
                        TokenTree::Punct(punct) => punct.as_char() == '?',
                        _ => true,
                    });
                    if operand && self.exit.is_none() {
                        self.exit = Some((punct.span(), "?"));
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn scan_ident(&mut self, ident: &Ident, before: &[TokenTree], after: &[TokenTree], here: Here) {
        let dotted = before.last().is_some_and(|tree| is_punct(tree, '.'));
        let of_path = matches!(before, [.., first, last] if is_punct(first, ':') && is_punct(last, ':'));
        let next = after.first();
        if dotted {
            if ident == "await" && here.body && self.await_.is_none() {
                self.await_ = Some(ident.span());
            }
            return;
        }
        if next.is_some_and(|tree| is_punct(tree, '!'))
            && !after.get(1).is_some_and(|tree| is_punct(tree, '='))
        {
            self.waits |= here.body && !here.scope && is_wait(&ident.clone().into());
            if !here.scope && (!of_path || is_of_rejoin(before)) {
                self.macros.push(ident.clone());
            }
            return;
        }
        self.jumps |= here.body && (ident == "break" || ident == "continue");
        if here.function && ident == "return" && self.exit.is_none() {
            self.exit = Some((ident.span(), "return"));
        }
        if next.is_some_and(|tree| is_punct(tree, '.'))
            && matches!(after.get(1), Some(TokenTree::Ident(word)) if word == "await")
        {
            self.awaited.push(ident.clone());
        }
        let begins_path =
            matches!(after, [first, second, ..] if is_punct(first, ':') && is_punct(second, ':'));
        if !of_path && !begins_path {
            self.names.push(ident.clone());
        }
    }
}

/// Whether what was scanned so far ends in `async` or `async move`.
fn is_async(before: &[TokenTree]) -> bool {
    let word =
        |tree: Option<&TokenTree>, word: &str| matches!(tree, Some(TokenTree::Ident(ident)) if ident == word);
    match before {
        [.., first, last] if word(Some(last), "move") => word(Some(first), "async"),
        [.., last] => word(Some(last), "async"),
        [] => false,
    }
}

/// Whether what was scanned so far ends in `scope!`.
fn is_scope(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Ident(name), bang] if name == SCOPE && is_punct(bang, '!'))
}

/// Whether what was scanned so far ends in `rejoin::`.
fn is_of_rejoin(before: &[TokenTree]) -> bool {
    let [.., name, first, second] = before else { return false };
    matches!(name, TokenTree::Ident(ident) if ident == "rejoin")
        && is_punct(first, ':')
        && is_punct(second, ':')
}

fn is_punct(tree: &TokenTree, wanted: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(source: &str) -> Contents {
        Contents::of(source.parse().expect("tokens"))
    }

    #[test]
    fn awaits_are_found_outside_of_async_blocks() {
        assert!(contents("a, f(x).await").await_.is_some());
        assert!(contents("a, async { f(x).await }").await_.is_none());
        assert!(contents("async move { f(x).await }").await_.is_none());
        assert!(contents("await_, x.awaited").await_.is_none());
    }

    #[test]
    fn exits_are_found() {
        assert_eq!(contents("a?").exit.map(|exit| exit.1), Some("?"));
        assert_eq!(contents("{ return 1 }").exit.map(|exit| exit.1), Some("return"));
        assert!(contents("?field, a = 1").exit.is_none());
        assert!(contents("list.map(|x| x?)").exit.is_none());
        assert!(contents("async { x? }").exit.is_none());
    }

    #[test]
    fn macros_are_those_that_could_be_words() {
        let macros = |source| contents(source).macros.iter().map(Ident::to_string).collect::<Vec<_>>();
        assert_eq!(macros("a!(spawn!(x), rejoin::daemon!(y))"), ["a", "spawn", "daemon"]);
        assert!(macros("words::spawn!(x), self::words::defer! { y }").is_empty());
    }

    #[test]
    fn macros_that_wait_are_found() {
        assert!(contents("a, tokio::join!(b)").waits && contents("select! { x = y => z }").waits);
        assert!(!contents("async { join!(a) }, joins!(a)").waits);
    }

    #[test]
    fn jumps_are_found() {
        assert!(contents("x => break,").jumps && contents("{ continue 'a }").jumps);
        assert!(!contents("async { break }, breaks, x.r#break").jumps);
    }

    #[test]
    fn labels_are_found() {
        let labels = |source| contents(source).labels.iter().map(Ident::to_string).collect::<Vec<_>>();
        assert_eq!(labels("'outer, { if x { continue 'inner } }"), ["outer", "inner"]);
        assert!(labels("'a', b'b', async { break 'c }").is_empty());
    }

    #[test]
    fn names_are_no_fields_or_methods() {
        let names: Vec<String> = contents("a.b(c)").names.iter().map(Ident::to_string).collect();
        assert_eq!(names, ["a", "c"]);
        assert!(contents("tokio::task::spawn::<u8>").names.iter().all(|name| name == "u8"));
        assert_eq!(contents("t.await + 1").awaited.len(), 1);
    }
}
