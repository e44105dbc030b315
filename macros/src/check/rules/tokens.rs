//! `foreign_token`: a `select!` branch that waits for a cancellation token.

use syn::{Expr, Macro};

use super::Rules;
use crate::diag;
use crate::others::{Family, Select, family};
use crate::paths::RACE;
use crate::words::word;

impl Rules<'_> {
    pub(super) fn tokens(&mut self, mac: &Macro) {
        let selects = match word(&mac.path) {
            Some(word) => word == RACE,
            None => matches!(family(mac), Family::Select),
        };
        if !selects || self.options.allows("foreign_token") {
            return;
        }
        let Ok(select) = mac.parse_body::<Select>() else { return };
        for branch in select.branches {
            let Ok(Expr::MethodCall(call)) = syn::parse2::<Expr>(branch.future) else { continue };
            let waits = call.method == "cancelled" || call.method == "cancelled_owned";
            if waits && call.args.is_empty() {
                self.diagnostics.note(diag::foreign_token(&call));
            }
        }
    }
}
