//! What a message says beyond one request in one of Lara's languages: a second one, an order's number, another language.

use crate::harness::{Lara, on_both};

on_both!(
    two_requests_are_both_answered_and_the_agent_sees_what_was_read,
    another_language_is_not_guessed_at_and_goes_to_a_human_the_second_time,
);

async fn two_requests_are_both_answered_and_the_agent_sees_what_was_read(lara: Lara) {
    let mut lan = lara.lan().await;
    lan.says("shop mở cửa mấy giờ, có nhận chuyển khoản không").await;
    let answer = lan.lara_says("9:00").await;
    assert!(answer.contains("MoMo"), "both: {answer}");

    lan.says("Hàng giao tới vỡ hết, làm ăn quá tệ!!! Gọi em số 0912 345 678 ngay trước ngày mai").await;
    lan.lara_says("").await;
    let mut agent = lara.owner().await;
    let open = agent.queue_shows_on_top("Lan").await;
    agent.opens(&open).await;
    agent.sees("Also asked");
    agent.sees("+84912345678");
    lara.settles_with_every_message_decided_once().await;
}

async fn another_language_is_not_guessed_at_and_goes_to_a_human_the_second_time(lara: Lara) {
    let mut stranger = lara.stranger().await;
    stranger.says("Bonjour, vous livrez à Paris ?").await;
    let offer = stranger.lara_says("English").await;
    assert!(offer.contains("tiếng Việt"), "which languages: {offer}");
    stranger.says("Je voudrais un renseignement sur la livraison").await;
    stranger.lara_says("Nhân viên").await;
    stranger.says("Bonjour ?").await;
    lara.settles_with_every_message_decided_once().await;
}
