//! Within a conversation everything comes out in the order it went in, however many talk at once.

use crate::harness::{Customer, Lara, on_both};
use std::collections::BTreeMap;
use uuid::Uuid;

on_both!(fifty_conversations_of_twenty_messages_at_once_come_out_in_order);

const CONVERSATIONS: usize = 50;
const MESSAGES: usize = 20;

/// Questions that are answered from facts, however often they are asked.
pub(crate) const QUESTIONS: [&str; 4] = [
    "What are your opening hours?",
    "Shop mở cửa lúc mấy giờ?",
    "Which payment methods do you accept?",
    "Shop có những hình thức thanh toán nào?",
];

async fn fifty_conversations_of_twenty_messages_at_once_come_out_in_order(lara: Lara) {
    let mut customers = tokio::task::JoinSet::new();
    for name in 0..CONVERSATIONS {
        let customer = lara.app_customer(&format!("customer-{name}"));
        customers.spawn(writes_twenty(customer));
    }
    let sent: Vec<Sent> = customers.join_all().await;
    lara.settles_with_every_message_decided_once().await;
    assert_eq!(lara.messages_from_the_app().await, i64::try_from(CONVERSATIONS * MESSAGES).unwrap());

    // Replies carry the place of the messages they answer: within a conversation those only grow.
    let backwards = "SELECT COUNT(*) FROM messages a JOIN messages b ON a.conversation_id = b.conversation_id \
         AND a.seq < b.seq WHERE a.author = 'bot' AND b.author = 'bot' AND a.answers_first > b.answers_first";
    assert_eq!(lara.count(backwards).await, 0, "replies out of order");
    let before_the_question = "SELECT COUNT(*) FROM messages WHERE author = 'bot' AND answers_last IS NOT NULL AND seq < answers_last";
    assert_eq!(lara.count(before_the_question).await, 0, "a reply before its message");

    for Sent { customer, cursors } in sent {
        let places: Vec<u64> = cursors.values().copied().collect();
        let mut sorted = places.clone();
        sorted.sort_unstable();
        assert_eq!(places, sorted, "messages were given places in the order they were sent");
        let replies = customer.transcript().await;
        assert!(!replies.is_empty(), "everybody is answered");
        let seqs: Vec<u64> = replies.iter().map(|line| place(line.raw["cursor"].as_str().unwrap())).collect();
        assert!(seqs.is_sorted_by(|a, b| a < b), "a transcript is in order: {seqs:?}");
    }
}

struct Sent {
    customer: Customer,
    cursors: BTreeMap<usize, u64>,
}

/// One after the other, each as soon as the one before was accepted.
async fn writes_twenty(mut customer: Customer) -> Sent {
    let mut cursors = BTreeMap::new();
    for number in 0..MESSAGES {
        let receipt =
            customer.delivers(&Uuid::now_v7().to_string(), QUESTIONS[number % QUESTIONS.len()]).await;
        assert_eq!(receipt.status, 202, "{}", receipt.body);
        cursors.insert(number, place(receipt.body["cursor"].as_str().unwrap()));
    }
    Sent { customer, cursors }
}

/// The place in a cursor `<conversation>.<seq>`.
fn place(cursor: &str) -> u64 {
    cursor.rsplit_once('.').unwrap().1.parse().unwrap()
}
