//! Every message, in one table. Each names the thing, the place and what to write instead; those of
//! a rule end with its name, by which it can be looked up and, with a reason, allowed.

mod groups;
mod rules;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Error;

pub(crate) use self::groups::*;
pub(crate) use self::rules::*;

/// Errors, all of which are shown in one build.
#[derive(Default)]
pub(crate) struct Diagnostics {
    errors: Option<Error>,
    /// A body that cannot be read, and why.
    unread: Option<Error>,
    /// No code can be made of what is wrong.
    no_code: bool,
}

impl Diagnostics {
    /// A mistake of which no code can be made, or none that would not be refused once more.
    pub(crate) fn push(&mut self, error: Error) {
        self.no_code = true;
        self.note(error);
    }

    /// A mistake of which code can be made all the same, and is: so its imports are used, and the
    /// compiler and editors see the rest of the body.
    pub(crate) fn note(&mut self, error: Error) {
        match &mut self.errors {
            Some(all) => all.combine(error),
            None => self.errors = Some(error),
        }
    }

    /// A body does not parse, of which rustc has told already: it has read the item before the
    /// attribute was given it.
    pub(crate) fn unread(&mut self, error: Error) {
        self.no_code = true;
        self.unread = Some(error);
    }

    /// The attribute does not belong on this item; or the item does not parse, of which rustc has
    /// told already.
    pub(crate) fn bad_item(&mut self, item: &TokenStream, error: Error, attribute: &str) {
        if syn::parse2::<syn::Item>(item.clone()).is_ok() {
            self.push(wrong_item(error.span(), attribute));
        } else {
            self.unread(error);
        }
    }

    pub(crate) fn append(&mut self, other: Self) {
        if let Some(error) = other.errors {
            self.note(error);
        }
        self.no_code |= other.no_code;
        self.unread = self.unread.take().or(other.unread);
    }

    /// Whether code can be made, beside the errors if there are any.
    pub(crate) fn has_code(&self) -> bool {
        !self.no_code
    }

    /// A statement for the body that stands in for one that cannot be read: an error that shows
    /// only where rustc had nothing to say about it, and so goes on to make code.
    pub(crate) fn late_error(&self) -> TokenStream {
        let Some(error) = &self.unread else { return TokenStream::new() };
        let text = format!("rejoin cannot read the body of this function: {error}");
        quote_spanned! {error.span()=>
            #[used]
            static UNREAD: fn() = {
                fn unread<T>() {
                    const { if ::core::mem::size_of::<T>() == 0 { ::core::panic!(#text) } }
                }
                unread::<()>
            };
        }
    }

    /// The same as an item.
    pub(crate) fn late_item(&self) -> TokenStream {
        let late = self.late_error();
        if late.is_empty() { late } else { quote::quote!(const _: () = { #late };) }
    }

    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.errors.map(Error::into_compile_error).unwrap_or_default()
    }
}

/// A message over the whole of `tokens`, with a paragraph that says what to write.
fn over(tokens: &impl ToTokens, message: &str, help: &str) -> Error {
    Error::new_spanned(tokens, text(message, help))
}

fn at(span: Span, message: &str, help: &str) -> Error {
    Error::new(span, text(message, help))
}

fn text(message: &str, help: &str) -> String {
    format!("{message}\nhelp: {help}")
}

// Options

pub(crate) fn unknown_option(span: Span, name: &str) -> Error {
    at(
        span,
        &format!("`#[scoped]` has no option `{name}`"),
        "the options are `timeout = EXPR`, `name = EXPR`, `dyn`, `local`, `allow(rule, reason = \"…\")` and \
         `crate = path`",
    )
}

pub(crate) fn no_option(span: Span) -> Error {
    at(
        span,
        "this is no option of `#[scoped]`",
        "the options are `timeout = EXPR`, `name = EXPR`, `dyn`, `local`, `allow(rule, reason = \"…\")` and \
         `crate = path`",
    )
}

pub(crate) fn wrong_item(span: Span, attribute: &str) -> Error {
    let help = match attribute {
        "scoped" => "put it on an `async fn`, or on an `impl` block or a trait with async functions",
        _ => "put it on an `async fn`, or on an `impl` block with async functions",
    };
    at(span, &format!("`#[{attribute}]` does not belong on this item"), help)
}

pub(crate) fn option_twice(span: Span, name: &str) -> Error {
    Error::new(span, format!("the option `{name}` is given twice"))
}

pub(crate) fn allow_form(span: Span) -> Error {
    at(
        span,
        "this is not the form of an allowed rule",
        "write `allow(rule, reason = \"why it is right here\")`",
    )
}

pub(crate) fn allow_without_reason(rule: &syn::Ident) -> Error {
    over(
        rule,
        &format!("`{rule}` is allowed without a reason"),
        &format!("write `allow({rule}, reason = \"why it is right here\")`"),
    )
}

pub(crate) fn unknown_rule(rule: &syn::Ident, known: &[&str]) -> Error {
    over(rule, &format!("there is no rule `{rule}`"), &format!("the rules are {}", list(known)))
}

pub(crate) fn fixed_rule(rule: &syn::Ident) -> Error {
    over(
        rule,
        &format!("`{rule}` cannot be allowed: there is no code that could be made of what it rejects"),
        "write what the error of the rule says",
    )
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

// The item

pub(crate) fn not_async(signature: &syn::Signature, attribute: &str) -> Error {
    over(
        &signature.fn_token,
        &format!("`{}` is not an `async fn`", signature.ident),
        &format!("`#[{attribute}]` stands on an `async fn`: write `async fn {}`", signature.ident),
    )
}

pub(crate) fn const_or_extern(span: Span) -> Error {
    at(
        span,
        "a scoped function is neither `const` nor `extern`",
        "remove the word: a scoped function runs in a tokio runtime",
    )
}

pub(crate) fn variadic(span: Span) -> Error {
    at(span, "a scoped function is not variadic", "remove the `...`")
}

pub(crate) fn no_body(signature: &syn::Signature) -> Error {
    over(
        &signature.ident,
        "a scoped function needs a body",
        "write one, or put `#[scoped]` on the whole trait",
    )
}

pub(crate) fn option_on_container(span: Span, name: &str) -> Error {
    at(
        span,
        &format!("the option `{name}` is for single functions"),
        "put `#[scoped(…)]` with it on the method, and none on the block around it",
    )
}

pub(crate) fn foreign_attribute(attribute: &syn::Attribute, below: &str) -> Error {
    let name = crate::text::of(attribute.path().to_token_stream());
    over(
        attribute,
        &format!("`#[{name}]` would be given code that only rejoin may see [foreign_attribute]"),
        &format!("put `#[{name}]` above `#[{below}]`, or on a function that calls this one"),
    )
}

pub(crate) fn foreign_attribute_inside(attribute: &syn::Attribute) -> Error {
    let name = crate::text::of(attribute.path().to_token_stream());
    over(
        attribute,
        &format!("`#[{name}]` would be given code that only rejoin may see [foreign_attribute]"),
        "move what it is for into a function of its own",
    )
}

pub(crate) fn instrument_needs_feature(attribute: &syn::Attribute) -> Error {
    over(
        attribute,
        "`#[instrument]` on a scoped function is applied by rejoin, with its feature `tracing`",
        "write `rejoin = { version = \"…\", features = [\"tracing\"] }` in Cargo.toml",
    )
}

pub(crate) fn instrument_option(name: &syn::Ident) -> Error {
    over(
        name,
        &format!("`#[instrument]` has no option `{name}` that rejoin knows"),
        "the options are `name`, `level`, `target`, `parent`, `follows_from`, `skip`, `skip_all`, `fields`, `err` and \
         `ret`",
    )
}

pub(crate) fn instrument_above(span: Span) -> Error {
    at(
        span,
        "`#[instrument]` above `#[scoped]` has put the body into a block that rejoin cannot see into",
        "put `#[instrument]` below `#[scoped]`, which applies it, with rejoin's feature `tracing`",
    )
}

pub(crate) fn linked_needs_result(place: &crate::lower::Place, function: &str) -> Error {
    at(
        place.span,
        &format!("`?` on a task needs a `Result` to return the error in, and `{function}` returns none"),
        "let the function return a `Result`, or take the task's own result: leave out the `?`",
    )
}

pub(crate) fn timeout_needs_result(output: &impl ToTokens) -> Error {
    over(
        output,
        "a function with `timeout` must be able to say that it was cancelled [needs_cancelled_error]",
        "return a `Result<_, E>` with `E: From<rejoin::Cancelled>`, or put `.timeout(…)` on the call",
    )
}

// Roots

pub(crate) fn unknown_setting(name: &syn::Ident, attribute: &str, known: &[&str]) -> Error {
    over(
        name,
        &format!("`#[{attribute}]` has no option `{name}`"),
        &format!("the options are {}", list(known)),
    )
}

pub(crate) fn option_needs_value(name: &syn::Ident) -> Error {
    over(name, &format!("the option `{name}` needs a value"), &format!("write `{name} = …`"))
}

pub(crate) fn option_is_a_word(value: &impl ToTokens, name: &syn::Ident) -> Error {
    over(value, &format!("the option `{name}` takes no value"), &format!("write `{name}`"))
}

pub(crate) fn flavor(value: &impl ToTokens) -> Error {
    over(
        value,
        "there is no such flavor of runtime",
        "write `flavor = \"multi_thread\"` or `flavor = \"current_thread\"`",
    )
}

pub(crate) fn paused_and_threads(name: &syn::Ident) -> Error {
    over(name, "a paused clock needs a single thread", "write `paused` or `multi_thread`, not both")
}

pub(crate) fn repeated_and_threads(threads: &syn::Ident, option: &syn::Ident) -> Error {
    over(
        threads,
        &format!(
            "`{option}` needs a single thread, on which the same run passes the same awaits in the same order"
        ),
        &format!("write `{option}` or `multi_thread`, not both"),
    )
}

pub(crate) fn test_twice(attribute: &syn::Attribute) -> Error {
    over(attribute, "`#[rejoin::test]` makes the function a test already", "remove this `#[test]`")
}

pub(crate) fn entry_takes_arguments(arguments: &impl ToTokens, attribute: &str) -> Error {
    over(arguments, &format!("a function with `#[{attribute}]` takes nothing"), "remove the parameters")
}

pub(crate) fn root_borrows(ty: &impl ToTokens, name: &str) -> Error {
    over(
        ty,
        &format!("a root may outlive its caller, so `{name}` must not be borrowed"),
        "take an owned value or an `Arc`; or put `#[scoped]` on the function and call it from a scoped one",
    )
}

pub(crate) fn root_takes_mut_self(token: &impl ToTokens) -> Error {
    over(
        token,
        "a root may outlive its caller, so it cannot change it through `&mut self`",
        "take `&self`, of which a clone is used, or `self`",
    )
}

pub(crate) fn root_on_trait(head: &impl ToTokens) -> Error {
    over(head, "`#[rejoin::root]` stands on a function or an `impl` block", "put it on the trait's `impl`")
}

// Words

pub(crate) fn unbound_spawn(mac: &syn::Macro) -> Error {
    over(
        mac,
        "a task needs a name, so that it can be awaited or cancelled [unbound_spawn]",
        "write `let task = spawn!(…);`, or `daemon!(…);` for a task that serves the statements below it, or \
         `group.spawn(…)` with `let group = task_group!();`",
    )
}

pub(crate) fn unbound_group(mac: &syn::Macro) -> Error {
    over(
        mac,
        "a task group needs a name, so that it can be drained or stopped [unbound_spawn]",
        "write `let group = task_group!();`",
    )
}

pub(crate) fn word_as_expression(mac: &syn::Macro, name: &str) -> Error {
    over(
        mac,
        &format!("`{name}!` is a statement and has no value [misplaced_word]"),
        &format!("write `{name}!(…);` on a line of its own"),
    )
}

pub(crate) fn nothing_to_join(mac: &syn::Macro, name: &str) -> Error {
    over(
        mac,
        &format!("`{name}!` has nothing to wait for"),
        &format!(
            "name what to wait for: `{name}!(first, second)`, where each is a scoped call, a future, a task or \
                  an `async` block"
        ),
    )
}

pub(crate) fn nothing_to_race(mac: &syn::Macro) -> Error {
    over(
        mac,
        "`race!` has no branch that could be first",
        "write `race! { value = call => …, other = another_call => … }`",
    )
}

pub(crate) fn misplaced_word(word: &syn::Ident, name: &str, place: &str) -> Error {
    over(
        word,
        &format!("`{name}!` cannot stand in {place} [misplaced_word]"),
        "words of rejoin belong into the body of a `#[scoped]` function, or into an `async` block that is itself \
         the argument of one; for any other place, make a scoped call with `scope!(async { … })`",
    )
}

pub(crate) fn word_outside(span: Span, name: &str) -> Error {
    at(
        span,
        &format!("`{name}!` belongs into a scoped body [misplaced_word]"),
        "put `#[scoped]` on the enclosing `async fn`, or stand it in `scope!(async { … })`; it cannot stand in \
         the argument of another macro",
    )
}

pub(crate) fn spawn_arguments(span: Span, name: &str) -> Error {
    at(
        span,
        &format!("`{name}!` takes one call, future or `async` block"),
        &format!("write `{name}!(call)`, `{name}!(call?)` or `{name}!(name = \"…\", call)`"),
    )
}

pub(crate) fn blocking_arguments(span: Span) -> Error {
    at(
        span,
        "`spawn_blocking!` takes one closure",
        "write `spawn_blocking!(|cancel| …)` or `spawn_blocking!(|| …)`, with `move` where it takes what it needs \
         along",
    )
}

pub(crate) fn blocking_parameters(parameters: &impl ToTokens) -> Error {
    over(
        parameters,
        "the closure of `spawn_blocking!` is given one thing, the flag by which it sees that it is cancelled",
        "write `|cancel|` or `||`; what else it needs it takes from around it, with `move`",
    )
}

pub(crate) fn blocking_of_async(work: &impl ToTokens) -> Error {
    over(
        work,
        "`spawn_blocking!` runs a closure that blocks its thread, and awaits nothing",
        "start async work with `spawn!(…)`",
    )
}

pub(crate) fn unknown_blocking_argument(key: &syn::Ident) -> Error {
    over(key, &format!("there is no option `{key}`"), "the options are `abandon` and `name = \"…\"`")
}

pub(crate) fn unbound_blocking(mac: &syn::Macro) -> Error {
    over(
        mac,
        "a task needs a name, so that it can be awaited or cancelled [unbound_spawn]",
        "write `let task = spawn_blocking!(…);`, or `spawn_blocking!(…).await`; for many, `group.spawn(async { \
         spawn_blocking!(…).await })` with `let group = task_group!();`",
    )
}

pub(crate) fn one_operand(span: Span) -> Error {
    at(span, "this word starts one task", "write another `spawn!` for this one, or a group: `group.spawn(…)`")
}

pub(crate) fn unknown_argument(key: &syn::Ident) -> Error {
    over(key, &format!("there is no option `{key}`"), "the one option is `name = \"…\"`")
}

pub(crate) fn defer_arguments(span: Span) -> Error {
    at(span, "`defer!` takes a block", "write `defer!({ … });`, or `defer!(timeout = limit, { … });`")
}

pub(crate) fn exit_in_defer(span: Span, word: &str) -> Error {
    at(
        span,
        &format!("`{word}` cannot leave a `defer!`"),
        "the function has been left already when the clean-up runs; use `if`, or `?` to leave the clean-up early",
    )
}

pub(crate) fn scope_arguments(span: Span) -> Error {
    at(span, "`scope!` takes one block or future", "write `scope!(async { … })` or `scope!(future)`")
}

// Macros of others

pub(crate) fn hidden_await(span: Span, macro_name: &str) -> Error {
    at(
        span,
        &format!(
            "rejoin cannot see into `{macro_name}!`, so this `.await` is no cancellation point [hidden_await]"
        ),
        "await it in a `let` before the macro, and give the macro the value",
    )
}

pub(crate) fn hidden_exit(span: Span, macro_name: &str, what: &str) -> Error {
    at(
        span,
        &format!(
            "this `{what}` in `{macro_name}!` would leave tasks behind: rejoin cannot see into the macro [hidden_exit]"
        ),
        "move it out: take the value in a `let` before the macro",
    )
}

pub(crate) fn hidden_label(label: &syn::Ident, macro_name: &str) -> Error {
    at(
        label.span(),
        &format!(
            "a jump to `'{label}` in `{macro_name}!` would leave tasks behind: rejoin cannot see into the macro \
             [hidden_exit]"
        ),
        "move it out: write the `break` or `continue` beside the macro",
    )
}

pub(crate) fn hidden_task(span: Span, macro_name: &str, task: &str) -> Error {
    at(
        span,
        &format!(
            "`{task}` cannot be awaited inside `{macro_name}!`, which rejoin cannot see into [hidden_await]"
        ),
        &format!("write `let value = {task}.await;` before the macro, and give the macro the value"),
    )
}

#[cfg(test)]
impl Diagnostics {
    /// The texts, in order.
    pub(crate) fn messages(self) -> Vec<String> {
        self.errors.into_iter().flatten().map(|error| error.to_string()).collect()
    }
}
