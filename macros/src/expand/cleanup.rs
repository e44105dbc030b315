//! What the block of a `defer!` yields.

use proc_macro2::TokenStream;
use syn::{Block, Expr, ExprPath, PathArguments, Stmt, parse_quote_spanned};

/// The errors of a block that ends with `Ok(())` may be of several types, and rustc asks which is meant. It
/// is not worth an answer: each becomes an event, with its text.
///
/// Input: `{ …?; Ok(()) }`. Output: `{ …?; Ok::<(), CleanupError>(()) }`.
pub(super) fn settle_error(block: &mut Block, private: &TokenStream) {
    let Some(Stmt::Expr(Expr::Call(call), None)) = block.stmts.last_mut() else { return };
    let is_unit = matches!(call.args.first(), Some(Expr::Tuple(tuple)) if tuple.elems.is_empty());
    let Expr::Path(ExprPath { qself: None, path, .. }) = &mut *call.func else { return };
    let Some(last) = path.segments.last_mut() else { return };
    if is_unit && call.args.len() == 1 && last.ident == "Ok" && last.arguments.is_empty() {
        let span = last.ident.span();
        last.arguments =
            PathArguments::AngleBracketed(parse_quote_spanned!(span=> ::<(), #private::CleanupError>));
    }
}
