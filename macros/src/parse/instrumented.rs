//! A body that `#[instrument]` of tracing, standing above `#[scoped]`, has put into an `async` block of
//! its own. The block is made a scoped one again, and the span is put around it by rejoin.

use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprAsync, Local, Pat, Stmt, parse_quote};

/// The local in which tracing keeps the body.
const FUTURE: &str = "__tracing_instrument_future";
/// The local by which it says what type the body has.
const TYPE_HINT: &str = "__tracing_attr_fake_return";

/// Whether tracing has been there.
pub(crate) fn is_instrumented(body: &Block) -> bool {
    body.stmts.iter().any(|statement| matches!(statement, Stmt::Local(local) if is_named(local, FUTURE)))
}

/// Makes the block that was the body a scoped call.
pub(crate) fn scope_again(body: &mut Block) {
    Again.visit_block_mut(body);
}

fn is_named(local: &Local, name: &str) -> bool {
    let pattern = match &local.pat {
        Pat::Type(typed) => &*typed.pat,
        other => other,
    };
    matches!(pattern, Pat::Ident(pattern) if pattern.ident == name)
}

struct Again;

impl VisitMut for Again {
    fn visit_local_mut(&mut self, local: &mut Local) {
        if is_named(local, FUTURE)
            && let Some(init) = &mut local.init
            && let Expr::Async(block) = &mut *init.expr
        {
            // With `err` or `ret`, a block around the one that was the body.
            if let Some(inner) = block.block.stmts.first_mut().and_then(body_within) {
                *inner = scoped(inner);
            }
            *init.expr = scoped(&mut init.expr);
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Call(call) = expr
            && let Expr::Path(function) = &*call.func
            && function.path.segments.last().is_some_and(|last| last.ident == "instrument")
            && let (Some(future @ Expr::Path(path)), Some(span)) = (call.args.first(), call.args.get(1))
            && path.path.is_ident(FUTURE)
        {
            *expr = parse_quote!(#future.instrument(#span));
        }
    }
}

/// The `async` block that the first statement of a block awaits.
fn body_within(first: &mut Stmt) -> Option<&mut Expr> {
    let value = match first {
        Stmt::Local(local) => &mut *local.init.as_mut()?.expr,
        Stmt::Expr(Expr::Match(node), _) => &mut *node.expr,
        _ => return None,
    };
    match value {
        Expr::Await(node) if matches!(*node.base, Expr::Async(_)) => Some(&mut node.base),
        _ => None,
    }
}

/// `async move { … }` as `scope!(async move { … })`.
fn scoped(block: &mut Expr) -> Expr {
    if let Expr::Async(ExprAsync { block, .. }) = block
        && block.stmts.first().is_some_and(is_type_hint)
    {
        block.stmts.remove(0);
    }
    parse_quote!(rejoin::scope!(#block))
}

/// `if false { let …: R = loop {}; return …; }`
fn is_type_hint(statement: &Stmt) -> bool {
    match statement {
        Stmt::Expr(Expr::If(node), _) => node
            .then_branch
            .stmts
            .iter()
            .any(|statement| matches!(statement, Stmt::Local(local) if is_named(local, TYPE_HINT))),
        _ => false,
    }
}
