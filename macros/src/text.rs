//! The text of an expression, as a reader would write it, for sites.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Longer texts are cut here.
const LIMIT: usize = 60;

/// The source text of `tokens`, on one line, shortened.
pub(crate) fn of(tokens: TokenStream) -> String {
    let mut text = String::new();
    write(tokens, &mut text);
    if text.chars().count() > LIMIT {
        text = text.chars().take(LIMIT - 1).collect();
        text.push('…');
    }
    text
}

fn write(tokens: TokenStream, text: &mut String) {
    let mut glue = true;
    for token in tokens {
        if text.len() > 4 * LIMIT {
            return;
        }
        if !glue && !sticks_to_the_left(&token) {
            text.push(' ');
        }
        glue = sticks_to_the_right(&token);
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                if group.stream().is_empty() {
                    text.push_str(open.trim_end());
                    text.push_str(close.trim_start());
                } else {
                    text.push_str(open);
                    write(group.stream(), text);
                    text.push_str(close);
                }
            }
            TokenTree::Punct(punct) => {
                text.push(punct.as_char());
                // Two-character operators are two tokens.
                glue |= punct.spacing() == Spacing::Joint;
            }
            other => text.push_str(&other.to_string()),
        }
    }
}

fn sticks_to_the_left(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(punct) => matches!(punct.as_char(), '.' | ',' | ';' | ':' | '?' | '!' | '>'),
        TokenTree::Group(group) => {
            matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::Bracket)
        }
        _ => false,
    }
}

fn sticks_to_the_right(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(punct) => matches!(punct.as_char(), '.' | '&' | ':' | '!' | '\'' | '*' | '<'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(of(source.parse().expect("tokens")), expected);
    }

    #[test]
    fn reads_as_written() {
        check("fetch ( & db , id ) . await", "fetch(&db, id).await");
        check("self . rx . recv ( )", "self.rx.recv()");
        check("a :: b ( ) ?", "a::b()?");
        check("async { 1 }", "async { 1 }");
        check("f :: < ( ) > ( )", "f::<()>()");
    }

    #[test]
    fn is_cut_when_long() {
        let long = "call ( ".repeat(30) + &") ".repeat(30);
        assert_eq!(of(long.parse().expect("tokens")).chars().count(), 60);
    }
}
