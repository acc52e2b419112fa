//! A database that is gone, or held by somebody else.

use crate::house::{House, Kind};
use lara_core::model::ConversationId;
use lara_core::ports::{Acceptance, Desk as _, Inbox as _, StoreError};

pub(crate) async fn a_closed_store_is_unavailable(house: &House) {
    house.store.close().await;
    let error = house.store.conversation(ConversationId::new(house.id())).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
}

pub(crate) async fn a_locked_database_is_unavailable_and_comes_back(house: &House) {
    let shop = house.shop().await;
    let mut other = house.peek().await;
    let lock = match house.kind {
        Kind::Sqlite(_) => "BEGIN IMMEDIATE",
        Kind::Postgres { .. } => "BEGIN; LOCK TABLE conversations",
    };
    other.run(lock).await;
    let message = house.says(&shop.web, "lan", "m1", 0);
    let error = house.store.accept(vec![message.clone()]).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");

    other.run("ROLLBACK").await;
    let answers = house.accepts(vec![message]).await;
    assert!(matches!(answers[0], Acceptance::New { seq: 1, .. }), "{answers:?}");
}
