//! What must compile: every file is one accepted form. That they compile is the test.

pub mod awaiting {
    pub mod combinators;
    pub mod futures_and_calls;
    pub mod long_chains;
    pub mod not_send_before_an_await;
    pub mod not_send_between_awaits;
    pub mod places_in_macros;
    pub mod results_of_every_kind;
}
pub mod blocking_call {
    pub mod allowed_with_a_reason;
    pub mod inside_spawn_blocking;
    pub mod inside_the_word;
    pub mod recv_of_tokio;
    pub mod sleep_of_ones_own;
    pub mod sleep_of_tokio;
}
pub mod collections {
    pub mod every_form;
    pub mod spawned_with_a_borrow;
}
pub mod combinators {
    pub mod beside_those_of_others;
    pub mod in_every_place;
    pub mod join_of_every_kind;
    pub mod race_of_every_kind;
    pub mod tasks_in_a_race;
}
pub mod daemon {
    pub mod borrows_what_stands_above;
    pub mod every_form;
    pub mod loops_without_end;
}
pub mod defer {
    pub mod as_the_last_statement;
    pub mod every_form;
    pub mod in_blocks_and_loops;
    pub mod moves_what_it_needs;
    pub mod of_a_transaction;
    pub mod with_loops_of_its_own;
}
pub mod endless_loop {
    pub mod continue_of_an_outer_loop;
    pub mod loop_in_a_closure;
    pub mod loop_that_ends_a_task;
    pub mod loop_that_exits_the_process;
    pub mod loop_that_panics;
    pub mod loop_with_a_break;
    pub mod loop_with_a_labelled_break;
    pub mod loop_with_a_macro_of_ones_own;
    pub mod loop_with_a_return_or_question_mark;
    pub mod loop_with_a_select;
    pub mod loop_with_an_await;
    pub mod while_with_a_condition;
}
pub mod entry {
    pub mod roots;
    pub mod roots_of_an_impl;
    pub mod run_and_block_on;
}
pub mod errors_of_tasks {
    pub mod every_form;
    pub mod of_a_method;
    pub mod of_an_alias;
}
pub mod escaping_task {
    pub mod another_name;
    pub mod field_of_the_same_name;
    pub mod group_handle_passed_on;
    pub mod limit_on_the_call;
    pub mod looked_at_by_reference;
    pub mod task_awaited_in_another_task;
    pub mod value_given_away;
}
pub mod foreign_attribute {
    pub mod condition_that_is_false;
    pub mod inert_above;
    pub mod inert_below;
    pub mod on_members_of_an_impl;
    pub mod on_parameters;
}
pub mod foreign_token {
    pub mod allowed_with_a_reason;
    pub mod awaited_by_itself;
    pub mod branch_of_another_kind;
    pub mod cancel_on_the_call;
}
pub mod forgotten_task {
    pub mod something_else_forgotten;
    pub mod value_of_a_task_forgotten;
}
pub mod functions {
    pub mod body_made_by_a_macro;
    pub mod boxed_calls;
    pub mod callbacks;
    pub mod crate_option;
    pub mod empty_and_tiny_bodies;
    pub mod every_kind_of_parameter;
    pub mod generics;
    pub mod helpers_over_calls;
    pub mod impl_trait;
    pub mod made_by_a_macro;
    pub mod methods_made_by_a_macro;
    pub mod modules_of_known_names;
    pub mod mutual_recursion;
    pub mod names_and_limits_as_expressions;
    pub mod names_of_ones_own;
    pub mod names_of_the_prelude;
    pub mod never_and_unit;
    pub mod operands_made_by_a_macro;
    pub mod raw_identifiers;
    pub mod recursion;
    pub mod recursion_of_methods;
    pub mod references_and_lifetimes;
    pub mod return_type_made_by_a_macro;
    pub mod visibilities_and_nesting;
    pub mod words_made_by_a_macro;
}
pub mod guard_across_spawn {
    pub mod allowed_with_a_reason;
    pub mod lock_dropped_before;
    pub mod lock_in_a_block;
    pub mod lock_in_the_task;
    pub mod lock_of_tokio;
    pub mod lock_on_a_path_of_its_own;
    pub mod read_and_write_of_something_else;
}
pub mod hidden_await {
    pub mod allowed_with_a_reason;
    pub mod beside_a_macro;
    pub mod in_an_async_block_given_to_a_macro;
    pub mod in_assertions;
    pub mod in_format_macros;
    pub mod in_select_and_join_of_tokio;
    pub mod in_vec_and_matches;
    pub mod in_write;
    pub mod macro_that_makes_the_await;
}
pub mod hidden_exit {
    pub mod bail_and_ensure;
    pub mod break_in_a_known_macro_below_a_defer;
    pub mod break_of_select_below_a_defer;
    pub mod exits_in_handlers_of_select;
    pub mod label_that_leaves_no_task;
    pub mod macro_that_only_works;
    pub mod or_patterns_in_handlers_of_select;
    pub mod question_mark_below_a_defer;
    pub mod question_mark_in_a_known_macro;
    pub mod question_mark_of_a_closure;
    pub mod question_mark_where_no_task_is_open;
}
pub mod methods {
    pub mod fields_and_self_types;
    pub mod of_generic_types;
    pub mod receivers;
    pub mod whole_impl;
}
pub mod misplaced_word {
    pub mod macros_of_the_same_name;
    pub mod scope_in_a_closure;
    pub mod scope_in_a_plain_function;
    pub mod words_in_a_handler_without_an_await;
    pub mod words_in_a_nested_scoped_function;
    pub mod words_in_every_block;
    pub mod words_in_handlers_of_select;
    pub mod words_in_the_block_of_a_word;
    pub mod words_of_others_in_closures;
}
pub mod needs_cancelled_error {
    pub mod a_boxed_error;
    pub mod an_alias_of_a_result;
    pub mod an_error_of_ones_own;
    pub mod of_a_method;
    pub mod timeout_of_a_result;
}
pub mod open_sender {
    pub mod a_number_of_messages;
    pub mod clones_and_a_drop;
    pub mod loop_in_the_task;
    pub mod loop_with_another_way_out;
    pub mod sender_given_to_a_call;
    pub mod sender_moved_into_the_task;
}
pub mod pointless_timeout {
    pub mod allowed_with_a_reason;
    pub mod block_that_awaits;
    pub mod block_that_starts_something;
    pub mod block_that_waits_in_a_macro;
    pub mod limit_of_a_call;
    pub mod timeout_of_something_else;
    pub mod timeout_of_tokio_that_waits;
}
pub mod scope {
    pub mod blocks_with_tasks_in_a_task;
    pub mod every_form;
    pub mod in_other_words;
    pub mod results_and_errors;
}
pub mod shutdown {
    pub mod every_form;
}
pub mod spawn_blocking {
    pub mod every_form;
}
pub mod syntax {
    pub mod async_closures;
    pub mod attributes_on_statements;
    pub mod await_in_every_position;
    pub mod closures_and_async_blocks;
    pub mod comments_and_docs;
    pub mod conditions_of_the_build;
    pub mod diverging_ends;
    pub mod dyn_and_pointers;
    pub mod labels_and_loops;
    pub mod labels_around_defers;
    pub mod let_else_and_patterns;
    pub mod macros_at_the_beginning_of_a_statement;
    pub mod macros_in_every_position;
    pub mod nested_items;
    pub mod operators_and_literals;
    pub mod question_mark_at_the_beginning_of_a_statement;
    pub mod question_mark_converts;
    pub mod question_mark_in_every_position;
    pub mod shadowing;
    pub mod statics_and_constants;
    pub mod strings_that_look_like_words;
    pub mod tasks_at_the_beginning_of_a_statement;
    pub mod temporaries;
    pub mod type_annotations_and_turbofish;
}
pub mod self_limit {
    pub mod allowed_with_a_reason;
    pub mod room_outside_of_the_children;
}
pub mod task_group {
    pub mod every_option;
    pub mod handles_in_signatures;
}
pub mod traits {
    pub mod attribute_on_each_method;
    pub mod generic_and_with_lifetimes;
    pub mod implemented_by_hand;
    pub mod local;
    pub mod object_safe;
    pub mod ordinary;
    pub mod private_and_unsafe_impls;
}
pub mod unbound_spawn {
    pub mod a_group_with_a_type;
    pub mod a_mutable_name;
    pub mod a_name;
    pub mod a_name_of_the_task;
    pub mod a_type;
    pub mod awaited_at_once;
    pub mod awaited_at_once_everywhere;
    pub mod awaited_at_once_in_a_call;
    pub mod by_its_full_path;
    pub mod every_bracket;
}
pub mod unresolved_group {
    pub mod a_group_of_groups;
    pub mod allowed_with_a_reason;
    pub mod cancelled;
    pub mod drained_by_a_task;
    pub mod drained_by_is_some;
    pub mod drained_by_let_else;
    pub mod drained_by_match;
    pub mod drained_by_select;
    pub mod drained_by_while_let;
    pub mod handed_over_as_a_parameter;
    pub mod in_a_defer;
    pub mod joined;
    pub mod result_of_next_in_a_name;
    pub mod results_of_children;
    pub mod spawned_into_while_it_is_drained;
    pub mod stopped;
    pub mod stopped_after_a_break;
}
pub mod unresolved_task {
    pub mod allowed_with_a_reason;
    pub mod awaited;
    pub mod awaited_through_question_mark;
    pub mod behind_and_and_or;
    pub mod borrowed_until_awaited;
    pub mod cancelled;
    pub mod cancelled_below_a_defer;
    pub mod ended_before_every_return;
    pub mod ended_in_every_arm;
    pub mod ended_in_every_branch;
    pub mod failing_ways_out;
    pub mod if_let_else;
    pub mod in_a_defer;
    pub mod in_an_unsafe_block_and_nested_blocks;
    pub mod in_both_branches_of_select;
    pub mod in_every_round;
    pub mod in_macros;
    pub mod in_operators_and_calls;
    pub mod in_the_branch_of_a_join;
    pub mod labelled_blocks_and_loops;
    pub mod let_else_that_fails;
    pub mod limited;
    pub mod loop_that_always_runs;
    pub mod loop_that_never_ends;
    pub mod named_like_a_module;
    pub mod nested_match_of_results;
    pub mod none_in_a_block;
    pub mod none_in_a_scope;
    pub mod none_is_a_failure_of_an_option;
    pub mod one_name_in_two_blocks;
    pub mod panicking_ways_out;
    pub mod shadowed_after_its_end;
    pub mod stopped;
    pub mod under_both_conditions_of_the_build;
    pub mod under_the_same_condition_of_the_build;
}
pub mod unscoped_spawn {
    pub mod allowed_with_a_reason;
    pub mod blocking_work_awaited_at_once;
    pub mod blocking_work_beside;
    pub mod in_an_ordinary_function;
    pub mod spawn_of_something_else;
    pub mod threads_of_a_scope_of_std;
}
