//! The arguments of the words.

mod collection;
mod group;

use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Block, Expr, ExprAsync, Ident, Macro, MacroDelimiter, Path, Token};

pub(crate) use self::collection::CollectionArguments;
pub(crate) use self::group::{Errors, GroupArguments};
use crate::diag;
use crate::paths::{
    DAEMON, DEFER, JOIN, JOIN_ALL, RACE, RACE_OK, SCOPE, SPAWN, SPAWN_BLOCKING, TASK_GROUP, TRY_JOIN,
    TRY_JOIN_ALL,
};

const WORDS: [&str; 12] = [
    SPAWN,
    SPAWN_BLOCKING,
    DAEMON,
    TASK_GROUP,
    DEFER,
    SCOPE,
    JOIN,
    TRY_JOIN,
    RACE,
    JOIN_ALL,
    TRY_JOIN_ALL,
    RACE_OK,
];

/// Which word a macro is, by its name alone: `spawn!` or `rejoin::spawn!`.
pub(crate) fn word(path: &Path) -> Option<&'static str> {
    let own = match path.segments.len() {
        1 => path.leading_colon.is_none(),
        2 => path.segments.first().is_some_and(|first| first.ident == "rejoin"),
        _ => false,
    };
    let last = path.segments.last().filter(|_| own)?;
    WORDS.into_iter().find(|word| last.ident == word)
}

/// Whether other crates have macros of this name, which belong where no scoped body is.
pub(crate) fn is_common(word: &str) -> bool {
    word == JOIN || word == TRY_JOIN
}

/// `[name = EXPR,] EXPR [?]` of `spawn!` and `daemon!`.
pub(crate) struct StartArguments {
    pub(crate) name: Option<Expr>,
    pub(crate) operand: Expr,
    pub(crate) linked: bool,
}

impl Parse for StartArguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut name = None;
        if input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
            let key: Ident = input.parse()?;
            if key != "name" {
                return Err(diag::unknown_argument(&key));
            }
            input.parse::<Token![=]>()?;
            name = Some(input.parse()?);
            input.parse::<Token![,]>()?;
        }
        let mut operand: Expr = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(diag::one_operand(input.span()));
        }
        let mut linked = false;
        if let Expr::Try(inner) = operand {
            linked = true;
            operand = *inner.expr;
        }
        Ok(Self { name, operand, linked })
    }
}

/// Reads the arguments of `spawn!` or `daemon!`.
pub(crate) fn start_arguments(mac: &Macro, word: &str) -> syn::Result<StartArguments> {
    if mac.tokens.is_empty() {
        return Err(diag::spawn_arguments(mac.delimiter.span().join(), word));
    }
    mac.parse_body()
}

/// Reads the operands of `join!` or `try_join!`.
pub(crate) fn join_operands(mac: &Macro) -> syn::Result<Vec<Expr>> {
    let operands = mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)?;
    Ok(operands.into_iter().collect())
}

/// `[abandon,] [name = EXPR,] EXPR` of `spawn_blocking!`, the first two in any order.
pub(crate) struct BlockingArguments {
    pub(crate) abandon: bool,
    pub(crate) name: Option<Expr>,
    pub(crate) work: Expr,
    /// The closure takes the flag.
    pub(crate) flag: bool,
}

impl Parse for BlockingArguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (mut abandon, mut name) = (false, None);
        while input.peek(Ident) && (input.peek2(Token![,]) || input.peek2(Token![=])) {
            let fork = input.fork();
            let key: Ident = fork.parse()?;
            if fork.peek(Token![==]) || (fork.peek(Token![,]) && key != "abandon") {
                break;
            }
            input.parse::<Ident>()?;
            if input.parse::<Option<Token![=]>>()?.is_none() {
                abandon = true;
            } else if key == "name" {
                name = Some(input.parse()?);
            } else {
                return Err(diag::unknown_blocking_argument(&key));
            }
            input.parse::<Token![,]>()?;
        }
        let work: Expr = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(diag::blocking_arguments(input.span()));
        }
        let flag = match &work {
            Expr::Async(_) => return Err(diag::blocking_of_async(&work)),
            Expr::Closure(closure) if closure.asyncness.is_some() => {
                return Err(diag::blocking_of_async(&work));
            }
            Expr::Closure(closure) => match closure.inputs.len() {
                0 => false,
                1 => true,
                _ => return Err(diag::blocking_parameters(&closure.inputs)),
            },
            _ => false,
        };
        Ok(Self { abandon, name, work, flag })
    }
}

/// Reads the arguments of `spawn_blocking!`.
pub(crate) fn blocking_arguments(mac: &Macro) -> syn::Result<BlockingArguments> {
    if mac.tokens.is_empty() {
        return Err(diag::blocking_arguments(mac.delimiter.span().join()));
    }
    mac.parse_body()
}

/// `[timeout = EXPR,] BLOCK` of `defer!`.
pub(crate) struct DeferArguments {
    pub(crate) limit: Option<Expr>,
    pub(crate) block: Block,
}

impl DeferArguments {
    /// Reads the arguments of `defer!(…)`, or of `defer! { … }`.
    pub(crate) fn of(mac: &Macro) -> syn::Result<Self> {
        let MacroDelimiter::Brace(brace) = &mac.delimiter else { return mac.parse_body() };
        mac.parse_body().or_else(|_| {
            let stmts = Block::parse_within.parse2(mac.tokens.clone())?;
            Ok(Self { limit: None, block: Block { brace_token: *brace, stmts } })
        })
    }
}

impl Parse for DeferArguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut limit = None;
        if input.peek(Ident) && input.peek2(Token![=]) {
            let key: Ident = input.parse()?;
            if key != "timeout" {
                return Err(diag::defer_arguments(key.span()));
            }
            input.parse::<Token![=]>()?;
            limit = Some(input.parse()?);
            input.parse::<Token![,]>()?;
        }
        if !input.peek(syn::token::Brace) {
            return Err(diag::defer_arguments(input.span()));
        }
        let block = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(diag::defer_arguments(input.span()));
        }
        Ok(Self { limit, block })
    }
}

/// An `async` block that has nothing this crate does not know.
pub(crate) fn plain_async(expr: Expr) -> Result<ExprAsync, Expr> {
    match expr {
        Expr::Async(block) if block.attrs.is_empty() && block.modifiers.require_empty().is_ok() => Ok(block),
        other => Err(other),
    }
}
