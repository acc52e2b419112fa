//! Two processes on one PostgreSQL are one Lara: what one does, the other shows; what one leaves, the other finishes.

use crate::harness::{Author, Database, Lara};
use crate::order::QUESTIONS;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_at_one_node_and_an_agent_at_the_other_talk_live() {
    let first = Lara::start(Database::fresh_postgres().await).await;
    let second = Lara::start(first.database.clone()).await;
    let mut lan = first.lan().await;
    lan.says("đơn hàng của em tới đâu rồi ạ?").await;
    let mut lan_elsewhere = lan.by_way_of(&second);
    lan_elsewhere.lara_says("MH-").await;

    lan.says("Ly giao tới bị vỡ, làm ăn quá tệ!").await;
    lan_elsewhere.lara_says("").await;
    let mut agent = first.owner().await.by_way_of(&second);
    let open = agent.queue_shows_on_top("Lan").await;
    agent.opens(&open).await;
    agent.takes_over().await;
    lan.says("Có ai ở đó không?").await;
    agent.says("Em đây chị ơi.").await;
    // She listens at the first node; the agent spoke at the second.
    let mut heard = lan.hears().await;
    while heard.author == Author::Lara {
        heard = lan.hears().await;
    }
    assert_eq!((heard.author, heard.text.as_str()), (Author::Agent, "Em đây chị ơi."));
    first.settles_with_every_message_decided_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_share_the_lanes_and_one_finishes_what_the_other_left() {
    let mut first = Lara::start(Database::fresh_postgres().await).await;
    let second = Lara::start(first.database.clone()).await;
    let mut people = tokio::task::JoinSet::new();
    for number in 0..30 {
        let at_first = first.app_customer(&format!("wandering-{number}"));
        let mut at_second = at_first.by_way_of(&second);
        let mut at_first = at_first;
        people.spawn(async move {
            for turn in 0..10 {
                let id = Uuid::now_v7().to_string();
                // Both nodes are given the same delivery; one of them may be dead by now.
                let (one, other) = tokio::join!(
                    at_first.delivers_if_alive(&id, QUESTIONS[turn % 4]),
                    at_second.insists(&id, QUESTIONS[turn % 4])
                );
                assert_eq!(other.status, 202);
                assert!(one.is_none_or(|one| one.status == 202));
            }
        });
    }
    // In the middle of it one node dies.
    second.has_taken(120).await;
    first.kill();
    people.join_all().await;
    second.settles_with_every_message_decided_once().await;
    assert_eq!(second.messages_from_the_app().await, 300, "every message once");
}
