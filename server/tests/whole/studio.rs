//! What an admin writes is what Lara says next; what is broken is never published.

use crate::harness::{Lara, on_both};

on_both!(
    a_published_template_is_the_next_reply_until_it_is_rolled_back,
    a_broken_template_is_refused_where_it_breaks
);

async fn a_published_template_is_the_next_reply_until_it_is_rolled_back(lara: Lara) {
    let mut admin = lara.owner().await;
    let mut customer = lara.app_customer("curious");
    customer.says("What are your opening hours?").await;
    let shipped = customer.lara_says("").await;

    assert!(admin.publishes("opening_hours", "en", "We are open *{{facts.hours}}* <3").await);
    customer.says("What are your opening hours?").await;
    let published = customer.lara_says("We are open").await;
    assert!(published.ends_with("<3"), "as written, unescaped and whole: {published}");

    admin.rolls_back_to_the_shipped_text("opening_hours", "en").await;
    customer.says("What are your opening hours?").await;
    let again = customer.lara_says("").await;
    // The first reply also said hello.
    assert!(shipped.ends_with(&again), "{again:?} as before: {shipped:?}");
}

async fn a_broken_template_is_refused_where_it_breaks(lara: Lara) {
    let mut admin = lara.owner().await;
    let nested = format!("{}x{}", "{{#if facts}}".repeat(1_600), "{{/if}}".repeat(1_600));
    for (broken, told) in [
        ("We are open {{facts.huors}}", "facts.hours"),
        ("We are open {{#if facts.hours}}", "1"),
        ("{{{facts.hours}}}", "1"),
        ("{{> opening_hours}}", "1"),
        ("   ", ""),
        (nested.as_str(), ""),
    ] {
        let shown: String = broken.chars().take(30).collect();
        assert!(!admin.publishes("opening_hours", "en", broken).await, "{shown:?} must not be published");
        assert!(admin.page_says(told), "{shown:?} is refused with {told:?}");
    }
    let mut customer = lara.app_customer("curious");
    customer.says("What are your opening hours?").await;
    customer.lara_says("").await;
}
