//! The contract of the store: every fact holds on SQLite and on PostgreSQL, on a database of its own.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_wrap,
    reason = "a fact that does not hold panics; the house of the facts is no #[test] itself"
)]

mod house;
mod make;

mod agents;
mod alerts;
mod api;
mod attachments;
mod brands;
mod changes;
mod consent;
mod channels;
mod deliveries;
mod desk;
mod endings;
mod directory;
mod files;
mod happenings;
mod identity;
mod lanes;
mod learn;
mod learnt;
mod listen;
mod outbox;
mod passed_on;
mod people;
mod privacy;
mod proofs;
mod races;
mod schema;
mod shops;
mod somebody;
mod transcripts;
mod trouble;
mod turns;

/// Runs each fact on both databases.
macro_rules! on_both {
    ($($file:ident: $($fact:ident),+ $(,)?;)+) => {
        mod sqlite {
            $(mod $file { $(#[tokio::test(flavor = "multi_thread")] async fn $fact() {
                let house = crate::house::House::sqlite().await;
                crate::$file::$fact(&house).await;
                house.leave().await;
            })+ })+
        }
        mod postgres {
            $(mod $file { $(#[tokio::test(flavor = "multi_thread")] async fn $fact() {
                let house = crate::house::House::postgres().await;
                crate::$file::$fact(&house).await;
                house.leave().await;
            })+ })+
        }
    };
}

on_both! {
    api:
        a_token_is_found_by_the_hash_of_its_secret,
        a_token_is_revoked_once_and_by_its_own_brand,
        a_tokens_use_is_noted_by_the_minute,
        a_key_is_answered_the_same_again,
        a_dead_request_is_taken_over_by_one,
        of_twenty_with_one_key_one_begins,
        old_answers_are_forgotten,
        a_correction_changes_what_it_names,
        what_the_brand_says_they_like_stands_even_when_it_was_forgotten;
    listen:
        a_new_message_gets_the_next_place_of_its_lane,
        text_comes_back_letter_by_letter,
        equal_messages_of_one_batch_are_one,
        a_duplicate_moves_nothing_of_its_lane,
        a_duplicate_of_a_closed_conversation_opens_no_new_one,
        a_batch_with_duplicates_stores_the_rest,
        a_message_after_the_close_opens_a_new_conversation,
        a_run_waits_for_silence_but_not_for_ever,
        an_agents_customer_is_heard_at_once,
        a_message_of_a_removed_brand_is_refused_alone;
    lanes:
        only_closed_runs_are_claimed,
        an_ended_lease_is_claimed_again_and_counted,
        a_released_lane_waits_until_its_time,
        the_next_ready_lane_is_known,
        memory_holds_the_person_and_their_latest_orders,
        memory_knows_what_was_said_before,
        memory_counts_how_fast_a_pushed_talk_goes,
        reload_gives_only_what_the_node_still_holds,
        a_lane_that_cannot_be_read_holds_up_nobody,
        an_outage_is_no_attempt,
        a_lane_that_owes_an_answer_is_never_put_to_sleep;
    turns:
        a_turn_is_stored_whole,
        a_message_costs_at_most_five_rows,
        a_reply_of_a_push_channel_is_queued,
        newer_messages_stay_ready_by_their_own_silence,
        a_turn_is_stale_after_a_take_over,
        a_turn_is_stale_after_the_customer_moved,
        a_turn_without_lease_is_lost,
        a_run_is_decided_once,
        one_bad_lane_does_not_hold_up_the_others,
        the_graver_escalation_stays,
        opting_out_cancels_what_is_queued_but_not_its_own_confirmation,
        a_change_of_owner_moves_epoch_and_rev;
    desk:
        a_take_over_silences_the_bot,
        a_take_over_counts_what_is_on_its_way,
        another_agents_conversation_can_be_taken_over,
        only_the_owner_replies_but_anybody_notes,
        handing_back_resolves_and_forgets,
        a_resolved_conversation_is_closed,
        a_message_that_crosses_the_agents_click_goes_to_lara,
        nothing_is_resolved_that_the_agent_has_not_read,
        what_is_not_there_is_missing;
    outbox:
        replies_leave_in_the_order_of_their_conversation,
        a_retry_holds_up_only_its_own_conversation,
        a_settled_send_remembers_its_receipt,
        an_ended_send_is_uncertain_and_never_repeated,
        a_reply_in_pieces_goes_on_behind_those_that_are_done,
        the_reply_window_is_that_of_the_person,
        only_who_lara_answers_sees_her_typing,
        a_lost_send_is_left_alone,
        a_bot_reply_is_not_sent_into_an_agents_conversation,
        a_reply_that_cannot_be_read_holds_up_nobody,
        no_retry_says_a_bot_word_after_a_take_over,
        no_retry_says_a_bot_word_after_an_opt_out,
        a_resolved_conversation_says_nothing_more,
        an_agent_does_not_wait_for_a_bot_reply_that_may_not_go,
        an_app_is_sent_again_what_nobody_knows_the_fate_of;
    deliveries:
        a_long_reply_is_said_once_whatever_the_platform_answers,
        a_server_killed_between_two_pieces_repeats_none,
        after_a_take_over_no_further_piece_is_said;
    transcripts:
        a_customer_reads_on_from_their_cursor,
        notes_and_unsent_replies_are_never_read,
        the_latest_messages_come_oldest_first;
    directory:
        a_signed_person_is_made_once_and_tied,
        the_same_word_again_writes_nothing,
        a_tie_makes_prepared_replies_stale,
        a_weaker_word_takes_nobodys_address,
        a_person_is_found_by_email_when_the_shop_gave_no_id,
        customers_are_imported_by_the_shops_id,
        orders_of_unknown_customers_are_named,
        nobody_erased_gets_an_order,
        products_are_imported_by_stock_keeping_unit,
        a_profile_is_what_is_known,
        a_return_goes_on_and_never_back,
        a_changed_order_is_told_of_its_buyer_and_makes_replies_stale,
        a_file_of_orders_is_not_told_row_by_row,
        another_persons_conversation_ends_with_them;
    identity:
        a_merge_undone_leaves_what_came_meanwhile_on_its_side,
        joins_are_undone_in_any_order,
        nothing_prepared_before_a_merge_or_its_end_is_said_after,
        what_was_said_at_an_address_follows_it_and_records_do_not,
        whoever_proves_later_keeps_the_address,
        another_brand_touches_nothing,
        a_pair_is_asked_about_once,
        a_confirmed_suggestion_joins_in_the_same_breath,
        a_suggestion_ends_when_the_two_are_one_anyway,
        lookalikes_are_found_by_email_and_phone_and_never_by_name,
        a_shared_email_identifies_nobody,
        a_member_who_signs_in_as_the_head_is_nobody_else,
        only_a_proven_address_gets_a_code;
    passed_on:
        what_somebody_said_stays_theirs_when_their_address_passes_on,
        a_tie_taken_back_gives_back_what_was_said,
        joins_undone_out_of_order_leave_no_words_with_the_wrong_one;
    files:
        a_dry_run_counts_and_stores_nothing,
        a_file_says_since_when_and_who_wants_no_messages,
        an_order_is_its_buyers_by_e_mail_when_one_person_has_it,
        a_file_without_a_column_forgets_nothing_of_an_order,
        pages_hold_each_row_once_and_nothing_of_another_brand,
        a_conversation_is_exported_with_what_was_said_and_decided;
    endings:
        what_has_gone_quiet_ends_and_what_waits_does_not,
        what_has_ended_is_summed_up_once,
        a_notice_is_sent_until_it_arrives;
    shops:
        a_shop_system_keeps_its_secret_sealed,
        an_order_that_is_told_is_there_once,
        nothing_of_an_event_that_is_refused_is_stored,
        a_shop_brings_no_erased_order_back,
        what_a_shop_cannot_mean_is_not_believed,
        an_order_keeps_what_others_told_of_it_and_its_buyer,
        a_guest_order_with_somebodys_email_is_not_theirs,
        parcels_and_returns_find_their_order,
        whom_their_shop_wants_forgotten_is_erased_once;
    proofs:
        a_code_said_before_everybody_ends,
        a_code_ends_with_the_tie_it_was_asked_for_at,
        what_one_side_of_a_merge_proved_stays_with_it,
        a_link_takes_the_address_and_not_what_was_said_there,
        a_code_typed_elsewhere_ties_that_address_once,
        two_nodes_that_use_one_code_at_once_tie_one_address,
        a_code_ends_and_belongs_to_its_brand,
        a_code_guessed_twenty_times_is_not_believed_when_it_is_right,
        a_brand_that_is_guessed_at_from_everywhere_closes_its_codes,
        an_order_with_its_email_or_phone_proves_who_bought_it,
        whatever_is_wrong_with_an_order_looks_the_same,
        orders_are_guessed_at_only_so_often,
        two_halves_complete_each_other_while_lara_waits_for_them,
        what_somebody_says_of_themselves_is_a_hint_for_agents;
    brands:
        a_slug_is_taken_once,
        a_brand_that_moved_is_not_overwritten,
        a_channel_keeps_its_id_and_changes_its_settings,
        a_removed_brand_leaves_nothing_and_touches_nobody_else,
        the_highest_version_of_a_template_is_live,
        a_version_is_published_once;
    agents:
        a_link_works_once,
        the_first_owner_comes_by_a_link_without_an_agent,
        an_email_is_taken_once,
        failures_count_and_are_forgotten,
        a_login_ends,
        a_disabled_agent_is_out,
        guesses_at_once_count_each_other,
        using_a_link_ends_the_others_of_the_agent,
        there_is_one_first_owner,
        what_has_ended_is_deleted;
    alerts:
        what_nobody_has_taken_is_found,
        what_became_urgent_by_what_was_said_since_is_found,
        an_alert_is_raised_once_whoever_raises_it,
        an_alert_that_may_have_arrived_is_never_sent_again,
        an_alert_is_tried_again_when_it_is_due,
        a_channel_that_dies_again_is_alerted_about_again;
    attachments:
        a_picture_is_claimed_once_fetched_and_told,
        a_fetch_nobody_settled_is_claimed_again_and_counted,
        a_fetch_is_tried_again_when_it_is_due_and_refused_for_good,
        equal_files_are_kept_once_and_until_nobody_has_them,
        what_was_taken_back_while_it_was_fetched_is_not_kept,
        a_removed_brand_takes_its_files_along,
        a_file_that_comes_while_it_goes_is_there;
    learn:
        a_lesson_comes_back_as_it_was_taught,
        a_second_label_replaces_the_first_and_is_told,
        thousands_of_lessons_are_taught_at_once,
        a_text_is_pinned_to_one_label,
        messages_nobody_understood_are_found_newest_first,
        one_model_of_a_brand_is_live,
        a_promotion_that_crosses_another_changes_nothing,
        old_models_keep_their_history_and_lose_their_bytes,
        two_who_train_at_once_get_two_numbers,
        what_a_removed_brand_taught_is_gone;
    learnt:
        what_a_stranger_tells_makes_a_customer_they_claim_to_be,
        what_was_told_before_signing_in_is_theirs,
        what_is_told_is_kept_with_its_source_and_can_be_forgotten,
        what_is_forgotten_is_said_anew_but_never_observed,
        an_unproven_address_changes_only_what_was_stated_there,
        what_was_told_at_an_unproven_address_is_used_only_there,
        what_follows_from_orders_is_forgotten_too,
        what_waits_elsewhere_is_known_at_proven_addresses,
        what_goes_back_is_known_with_its_order;
    changes:
        readers_follow_the_numbers,
        old_lines_are_forgotten_and_numbers_go_on;
    races:
        one_delivery_a_hundred_times_at_once_is_one_message,
        fifty_lanes_of_twenty_messages_are_decided_in_order_by_two_nodes,
        two_nodes_never_hold_one_lane,
        no_bot_word_follows_a_take_over,
        senders_never_overtake_each_other,
        a_person_proved_ten_times_at_once_is_one_customer;
    channels:
        a_secret_is_sealed_in_the_database,
        a_lost_key_costs_the_channel_its_secrets_and_nobody_else_theirs,
        an_account_belongs_to_one_channel,
        a_paused_channel_keeps_what_it_has,
        a_paused_channel_sends_nothing_until_it_goes_on,
        a_removed_channel_leaves_its_talks_and_nothing_to_speak_with,
        one_node_listens_at_a_time,
        of_nodes_that_ask_at_once_one_listens,
        a_mark_stands_where_it_was_set,
        health_moves_with_what_is_seen,
        a_channel_that_dies_is_told_once,
        an_event_nobody_understood_is_kept_for_a_while,
        nothing_of_a_removed_brands_channels_is_left;
    happenings:
        a_correction_before_the_decision_is_what_is_decided,
        a_correction_after_the_decision_asks_nothing_again,
        what_was_taken_back_is_erased,
        a_receipt_never_goes_back,
        a_receipt_settles_what_nobody_knew,
        a_receipt_of_one_piece_does_not_speak_for_all,
        a_reply_refused_after_all_is_failed,
        a_watermark_covers_what_was_sent_until_then,
        a_human_elsewhere_takes_over,
        our_own_echo_is_no_take_over,
        a_human_who_writes_first_begins_a_conversation,
        an_agent_of_the_desk_keeps_what_a_colleague_answers_elsewhere,
        what_was_handed_away_comes_back,
        a_human_who_went_quiet_gives_it_back,
        who_cannot_be_reached_is_marked_until_they_write,
        what_waits_for_somebody_who_is_gone_fails,
        a_person_keeps_their_talk_when_their_id_changes,
        a_place_moves_with_all_who_are_in_it;
    privacy:
        nothing_of_an_erased_person_is_left_anywhere,
        what_is_counted_is_kept_when_somebody_is_erased,
        whoever_erases_twice_is_answered_the_same,
        who_is_erased_in_the_middle_of_a_talk_is_told_nothing_more,
        a_reply_that_arrived_while_somebody_was_erased_brings_no_id_back,
        somebody_with_very_many_words_is_erased_in_steps,
        messages_that_come_while_somebody_is_erased_are_erased_or_a_strangers,
        a_file_about_a_person_holds_all_of_them_and_nobody_else,
        silence_counts_for_every_proven_address_at_once,
        words_older_than_a_brand_keeps_go_and_counts_stay;
    consent:
        stop_on_one_channel_is_stop_on_every_channel,
        who_only_says_to_be_somebody_silences_nobody_else,
        of_two_who_are_one_person_the_silence_counts,
        a_brand_writes_first_where_its_customer_wrote_last,
        nobody_is_written_to_first_where_they_never_proved_who_they_are,
        of_twenty_written_at_once_as_many_as_the_cap_are,
        stop_takes_back_what_waits_for_the_morning,
        what_waits_for_the_morning_holds_up_no_answer_and_meets_no_agent;
    people:
        a_person_is_found_by_what_any_of_their_records_says,
        a_long_list_of_people_is_read_in_pages_each_once,
        a_profile_is_of_the_whole_person;
    schema:
        every_statement_can_be_prepared,
        a_newer_database_is_refused,
        rows_survive_every_migration,
        opening_again_changes_nothing;
    trouble:
        a_closed_store_is_unavailable,
        a_locked_database_is_unavailable_and_comes_back;
}
