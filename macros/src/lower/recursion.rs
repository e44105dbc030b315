//! Whether a body names its own function. Such a function is boxed where it calls itself, and
//! promises `Send`, because a future cannot contain itself.

use syn::{Expr, Path, Signature};

/// The function being lowered, as its own body would name it.
pub(super) struct Itself {
    name: String,
    /// Has a receiver, and so many arguments besides.
    method: Option<usize>,
    arguments: usize,
}

impl Itself {
    pub(super) fn of(signature: &Signature) -> Self {
        let arguments = signature.inputs.len();
        let method = signature.receiver().map(|_| arguments - 1);
        Self { name: signature.ident.to_string(), method, arguments }
    }

    /// Whether `expr`, which is awaited or started, is a call of the function, maybe with some of
    /// the methods of `Scoped` behind it.
    ///
    /// Of a method call only the name and the number of arguments are known: a call that goes to
    /// another type's method is boxed without need, which costs an allocation.
    pub(super) fn is_called_by(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => call.args.len() == self.arguments && self.is_named(&path.path),
                _ => false,
            },
            Expr::MethodCall(call) if call.method == self.name => self.method == Some(call.args.len()),
            Expr::MethodCall(call) => {
                matches!(*call.receiver, Expr::Call(_) | Expr::MethodCall(_))
                    && self.is_called_by(&call.receiver)
            }
            Expr::Paren(inner) => self.is_called_by(&inner.expr),
            _ => false,
        }
    }

    /// `visit`, `self::visit`, `Self::visit`, `Tree::visit`
    fn is_named(&self, path: &Path) -> bool {
        let Some(last) = path.segments.last() else { return false };
        if last.ident != self.name {
            return false;
        }
        match path.segments.len() {
            1 => self.method.is_none(),
            2 => {
                let first = &path.segments[0].ident;
                first == "Self" || first == "self" || self.method.is_some()
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(signature: &str, expr: &str, expected: bool) {
        let signature = syn::parse_str(signature).expect("a signature");
        let expr = syn::parse_str(expr).expect("an expression");
        assert_eq!(Itself::of(&signature).is_called_by(&expr), expected);
    }

    #[test]
    fn a_function() {
        check("async fn visit(n: u32)", "visit(n - 1)", true);
        check("async fn visit(n: u32)", "self::visit(n - 1).timeout(d)", true);
        check("async fn visit(n: u32)", "other(n - 1)", false);
        check("async fn visit(n: u32)", "node.visit(n)", false);
        check("async fn visit(n: u32)", "other::visit(n)", false);
    }

    #[test]
    fn a_method() {
        check("async fn visit(&self, n: u32)", "self.visit(n - 1)", true);
        check("async fn visit(&self, n: u32)", "self.left.visit(n - 1)", true);
        check("async fn visit(&self, n: u32)", "Self::visit(self, 1)", true);
        check("async fn get(&self)", "map.get(key)", false);
        check("async fn visit(&self)", "visit()", false);
    }
}
