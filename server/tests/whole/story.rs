//! The story Lara exists for: asked, she answers; hurt, she calls a human; a human speaks, she is silent.

use crate::harness::{Author, Lara, on_both};

on_both!(
    lan_is_answered_with_her_last_order_and_an_agent_takes_over_when_she_is_angry,
    minh_is_answered_in_english,
    a_stranger_is_answered_from_the_shops_facts,
    stop_means_silence_until_the_customer_wants_to_talk_again,
    a_conversation_handed_back_is_laras_again,
    lara_stops_when_asked_and_remembers_afterwards,
);

async fn lan_is_answered_with_her_last_order_and_an_agent_takes_over_when_she_is_angry(lara: Lara) {
    let mut lan = lara.lan().await;
    lan.says("đơn hàng của em tới đâu rồi ạ?").await;
    let answer = lan.lara_says("MH-").await;
    assert!(answer.contains("Lan"), "by name: {answer}");

    lan.says("Áo giao tới bị rách, em gọi mãi không ai nghe máy. Làm ăn quá tệ, em sẽ đòi lại tiền!").await;
    let caring = lan.lara_says("").await;
    assert!(!caring.contains("MH-10000"), "no order that is not hers: {caring}");

    let mut agent = lara.owner().await;
    let open = agent.queue_shows_on_top("Lan").await;
    agent.opens(&open).await;
    agent.sees("Lan");
    agent.sees("MH-");
    agent.takes_over().await;

    lan.says("Có ai ở đó không?").await;
    agent.says("Chào chị Lan, em là Mai đây. Em gửi áo mới cho chị ngay hôm nay ạ.").await;
    lan.agent_says("Chào chị Lan, em là Mai đây. Em gửi áo mới cho chị ngay hôm nay ạ.").await;
    lara.settles_with_every_message_decided_once().await;

    let after: Vec<_> =
        lan.transcript().await.into_iter().skip_while(|l| l.text != "Có ai ở đó không?").collect();
    assert!(
        after.iter().all(|line| line.author != Author::Lara),
        "Lara is silent after the take-over: {after:#?}"
    );
}

async fn minh_is_answered_in_english(lara: Lara) {
    let mut minh = lara.minh().await;
    minh.says("Hi, where is my order?").await;
    let answer = minh.lara_says("MH-").await;
    assert!(!answer.contains("đơn"), "in English: {answer}");
}

async fn a_stranger_is_answered_from_the_shops_facts(lara: Lara) {
    let mut stranger = lara.stranger().await;
    stranger.says("What are your opening hours?").await;
    stranger.lara_says("").await;
    stranger.says("shop mo cua may gio vay").await;
    stranger.lara_says("").await;
    lara.settles_with_every_message_decided_once().await;
}

async fn stop_means_silence_until_the_customer_wants_to_talk_again(lara: Lara) {
    for (stop, again, question) in
        [("STOP", "START", "What are your opening hours?"), ("dừng", "tiếp tục", "Shop mở cửa lúc mấy giờ?")]
    {
        let mut customer = lara.stranger().await;
        customer.says(stop).await;
        customer.lara_says("").await;
        customer.says(question).await;
        lara.settles_with_every_message_decided_once().await;
        customer.says(again).await;
        let next = customer.hears().await;
        let transcript = customer.transcript().await;
        let asked = transcript.iter().position(|line| line.text == question).unwrap();
        assert_eq!(transcript[asked + 1].text, again, "nothing is said after {stop}: {transcript:#?}");
        assert_eq!(next.author, Author::Lara);
    }
}

async fn a_conversation_handed_back_is_laras_again(lara: Lara) {
    let mut customer = lara.app_customer("returning");
    customer.says("I want to talk to a human").await;
    customer.lara_says("").await;
    let mut agent = lara.owner().await;
    agent.opens(&customer.conversation.clone().unwrap()).await;
    agent.takes_over().await;
    agent.says("Hello, this is Mai.").await;
    customer.agent_says("Hello, this is Mai.").await;
    agent.notes("wants to know the opening hours").await;
    agent.hands_back().await;
    customer.says("What are your opening hours?").await;
    customer.lara_says("").await;
    let transcript = customer.transcript().await;
    assert!(
        transcript.iter().all(|line| !line.text.contains("wants to know")),
        "a note never leaves: {transcript:#?}"
    );
    lara.settles_with_every_message_decided_once().await;
}

async fn lara_stops_when_asked_and_remembers_afterwards(mut lara: Lara) {
    let mut customer = lara.app_customer("patient");
    customer.says("What are your opening hours?").await;
    let before = customer.lara_says("").await;
    // Somebody waits on a long poll meanwhile: that must not hold her up.
    let mut listener = customer.clone();
    let waiting = tokio::spawn(async move { listener.polls(25).await });
    let status = lara.stop().await;
    assert!(status.success(), "she ends well: {status}");
    waiting.abort();
    lara.wake().await;
    let transcript = customer.transcript().await;
    assert!(transcript.iter().any(|line| line.text == before), "{transcript:#?}");
    customer.says("Do you take cards?").await;
    customer.lara_says("").await;
}
