//! What is known of well-known macros of others: how they treat their arguments, and how they are
//! read.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, Macro, Pat, Path, Token};

/// How a macro treats its arguments.
pub(crate) enum Family {
    /// Evaluates all, in order.
    Eager,
    /// Evaluates the first ones, and the rest only to fail.
    Assert(usize),
    /// Evaluates the first and then takes a pattern.
    Matches,
    /// Evaluates its arguments, if at all, where they stand.
    Lazy,
    Select,
    /// Takes futures.
    Join,
    Exit,
    Unknown,
}

pub(crate) fn family(mac: &Macro) -> Family {
    let Some(last) = mac.path.segments.last() else { return Family::Unknown };
    match last.ident.to_string().as_str() {
        "print" | "println" | "eprint" | "eprintln" | "format" | "write" | "writeln" | "panic" | "todo"
        | "unimplemented" | "unreachable" | "vec" | "dbg" => Family::Eager,
        "assert" | "debug_assert" => Family::Assert(1),
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => Family::Assert(2),
        "matches" => Family::Matches,
        "trace" | "debug" | "info" | "warn" | "error" | "log" | "event" | "span" | "trace_span"
        | "debug_span" | "info_span" | "warn_span" | "error_span" | "json" | "format_args" | "concat"
        | "stringify" | "line" | "file" | "column" | "module_path" | "env" | "option_env" | "include_str"
        | "include_bytes" | "cfg" | "addr_of" | "addr_of_mut" => Family::Lazy,
        "select" => Family::Select,
        "join" | "try_join" | "pin" => Family::Join,
        "bail" | "ensure" => Family::Exit,
        _ => Family::Unknown,
    }
}

/// Whether a macro waits for the futures it is given.
pub(crate) fn is_wait(path: &Path) -> bool {
    path.segments
        .last()
        .is_some_and(|last| ["select", "join", "try_join"].iter().any(|name| last.ident == name))
}

/// Whether a macro of std panics, whatever it is given.
pub(crate) fn never_returns(mac: &Macro) -> bool {
    let names = ["panic", "todo", "unimplemented", "unreachable"];
    mac.path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
}

/// One argument of a list: `EXPR` or `name = EXPR`.
pub(crate) struct Listed {
    pub(crate) name: Option<Ident>,
    pub(crate) expr: Expr,
}

impl Parse for Listed {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut name = None;
        if input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
            name = Some(input.parse()?);
            input.parse::<Token![=]>()?;
        }
        Ok(Self { name, expr: input.parse()? })
    }
}

pub(crate) fn parse_list(mac: &Macro) -> Option<(Vec<Listed>, Separator)> {
    let tokens = mac.tokens.clone();
    if let Ok(list) = Punctuated::<Listed, Token![,]>::parse_terminated.parse2(tokens.clone()) {
        return Some((list.into_iter().collect(), Separator::Comma));
    }
    let repeat = |input: ParseStream<'_>| {
        let value = input.parse()?;
        input.parse::<Token![;]>()?;
        let count = input.parse()?;
        Ok(vec![Listed { name: None, expr: value }, Listed { name: None, expr: count }])
    };
    repeat.parse2(tokens).ok().map(|list| (list, Separator::Semicolon))
}

/// What stands between the arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    Comma,
    /// `vec![value; count]`
    Semicolon,
}

pub(crate) struct Select {
    pub(crate) biased: bool,
    pub(crate) branches: Vec<SelectBranch>,
    pub(crate) otherwise: Option<Expr>,
}

pub(crate) struct SelectBranch {
    pub(crate) pattern: Pat,
    pub(crate) future: TokenStream,
    pub(crate) condition: Option<TokenStream>,
    pub(crate) handler: Expr,
}

impl Parse for Select {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut select = Self { biased: false, branches: Vec::new(), otherwise: None };
        let ahead = input.fork();
        if ahead.parse::<Ident>().is_ok_and(|word| word == "biased") && ahead.peek(Token![;]) {
            input.parse::<Ident>()?;
            input.parse::<Token![;]>()?;
            select.biased = true;
        }
        while !input.is_empty() {
            if input.peek(Token![else]) {
                input.parse::<Token![else]>()?;
                input.parse::<Token![=>]>()?;
                select.otherwise = Some(handler(input)?);
                continue;
            }
            let pattern = Pat::parse_multi_with_leading_vert(input)?;
            input.parse::<Token![=]>()?;
            let future = until(input, |input| input.peek(Token![,]) || input.peek(Token![=>]))?;
            let mut condition = None;
            if input.parse::<Option<Token![,]>>()?.is_some() {
                if !input.peek(Token![if]) {
                    return Err(input.error("expected `if` and a condition, or `=>` and a handler"));
                }
                input.parse::<Token![if]>()?;
                condition = Some(until(input, |input| input.peek(Token![=>]))?);
            }
            input.parse::<Token![=>]>()?;
            select.branches.push(SelectBranch { pattern, future, condition, handler: handler(input)? });
        }
        Ok(select)
    }
}

fn handler(input: ParseStream<'_>) -> syn::Result<Expr> {
    let block = input.peek(syn::token::Brace);
    let expr = if block {
        let block: syn::Block = input.parse()?;
        Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block })
    } else {
        input.parse()?
    };
    let comma = input.parse::<Option<Token![,]>>()?;
    if comma.is_none() && !block && !input.is_empty() {
        return Err(input.error("expected a comma"));
    }
    Ok(expr)
}

fn until(input: ParseStream<'_>, end: impl Fn(ParseStream<'_>) -> bool) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !end(input) {
        tokens.extend([input.parse::<proc_macro2::TokenTree>()?]);
    }
    Ok(tokens)
}
