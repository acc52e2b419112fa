//! The REST API's tokens and the answers it gave.

use crate::house::House;
use crate::make::{at, lan};
use lara_core::model::{
    ApiToken, BrandId, CustomerId, Preference, PreferenceSource, Scope, Timestamp, TokenId,
};
use lara_core::ports::{
    ApiAnswer, ApiAnswers as _, ApiRequest, ApiTokens as _, Begun, Changes as _, Directory as _, Edit,
    PersonEdit, SecretHash,
};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

fn token(house: &House, brand: BrandId, name: &str) -> ApiToken {
    ApiToken {
        id: TokenId::new(house.id()),
        brand,
        name: name.to_owned(),
        scopes: vec![Scope::Read, Scope::Privacy],
        created_at: at(1),
        used_at: None,
        valid_until: Some(at(1_000)),
        revoked_at: None,
    }
}

fn hash(text: &str) -> SecretHash {
    SecretHash(text.to_owned())
}

pub(crate) async fn a_token_is_found_by_the_hash_of_its_secret(house: &House) {
    let shop = house.shop().await;
    let other = house.shop_called("other").await;
    let crm = token(house, shop.brand.id, "CRM");
    let theirs = token(house, other.brand.id, "theirs");
    house.store.add_token(&hash("a"), &crm).await.unwrap();
    house.store.add_token(&hash("b"), &theirs).await.unwrap();
    assert_eq!(house.store.token(&hash("a")).await.unwrap(), Some(crm.clone()));
    assert_eq!(house.store.token(&hash("c")).await.unwrap(), None);
    assert_eq!(house.store.tokens(shop.brand.id).await.unwrap(), [crm]);
}

pub(crate) async fn a_token_is_revoked_once_and_by_its_own_brand(house: &House) {
    let shop = house.shop().await;
    let other = house.shop_called("other").await;
    let crm = token(house, shop.brand.id, "CRM");
    house.store.add_token(&hash("a"), &crm).await.unwrap();
    assert!(!house.store.revoke_token(other.brand.id, crm.id, at(5)).await.unwrap(), "not theirs");
    assert!(house.store.revoke_token(shop.brand.id, crm.id, at(6)).await.unwrap());
    assert!(!house.store.revoke_token(shop.brand.id, crm.id, at(7)).await.unwrap(), "once");
    let revoked = house.store.token(&hash("a")).await.unwrap().unwrap();
    assert_eq!(revoked.revoked_at, Some(at(6)));
}

pub(crate) async fn a_tokens_use_is_noted_by_the_minute(house: &House) {
    let shop = house.shop().await;
    let crm = token(house, shop.brand.id, "CRM");
    house.store.add_token(&hash("a"), &crm).await.unwrap();
    let used = async |now: Timestamp| {
        house.store.token_used(crm.id, now).await.unwrap();
        house.store.token(&hash("a")).await.unwrap().unwrap().used_at
    };
    assert_eq!(used(at(10)).await, Some(at(10)));
    assert_eq!(used(at(10 + MINUTE - 1)).await, Some(at(10)), "noted already");
    assert_eq!(used(at(10 + MINUTE)).await, Some(at(10 + MINUTE)));
}

fn request<'a>(token: &ApiToken, key: &'a str, digest: &'a str) -> ApiRequest<'a> {
    ApiRequest { token: token.id, brand: token.brand, key, digest }
}

pub(crate) async fn a_key_is_answered_the_same_again(house: &House) {
    let shop = house.shop().await;
    let crm = token(house, shop.brand.id, "CRM");
    let first = request(&crm, "k", "order 1");
    let begin = async |request, now| house.store.begin(&request, now).await.unwrap();
    assert_eq!(begin(first, at(0)).await, Begun::New);
    assert_eq!(begin(first, at(1)).await, Begun::UnderWay);
    let answer = ApiAnswer { status: 201, body: "{\"ok\":\"được\"}".to_owned() };
    house.store.answered(&first, at(0), &answer).await.unwrap();
    assert_eq!(begin(first, at(2)).await, Begun::Answered(answer.clone()));
    assert_eq!(begin(request(&crm, "k", "order 2"), at(3)).await, Begun::Other);
    let another = token(house, shop.brand.id, "ERP");
    assert_eq!(begin(request(&another, "k", "order 2"), at(4)).await, Begun::New, "keys are a token's own");
    assert_eq!(begin(first, at(DAY - 1)).await, Begun::Answered(answer));
    assert_eq!(begin(first, at(DAY)).await, Begun::New, "a day later the key is free");
}

pub(crate) async fn a_dead_request_is_taken_over_by_one(house: &House) {
    let shop = house.shop().await;
    let crm = token(house, shop.brand.id, "CRM");
    let first = request(&crm, "k", "order 1");
    let begin = async |now| house.store.begin(&first, now).await.unwrap();
    assert_eq!(begin(at(0)).await, Begun::New);
    assert_eq!(begin(at(MINUTE - 1)).await, Begun::UnderWay);
    assert_eq!(begin(at(MINUTE)).await, Begun::New, "the first has died");
    assert_eq!(begin(at(MINUTE + 1)).await, Begun::UnderWay);
    let late = ApiAnswer { status: 500, body: "late".to_owned() };
    house.store.answered(&first, at(0), &late).await.unwrap();
    assert_eq!(begin(at(MINUTE + 2)).await, Begun::UnderWay, "the dead answer nothing any more");
    house.store.not_done(&first, at(0)).await.unwrap();
    assert_eq!(begin(at(MINUTE + 3)).await, Begun::UnderWay, "nor do they let go");
    house.store.not_done(&first, at(MINUTE)).await.unwrap();
    assert_eq!(begin(at(MINUTE + 4)).await, Begun::New);
}

pub(crate) async fn of_twenty_with_one_key_one_begins(house: &House) {
    let shop = house.shop().await;
    let crm = token(house, shop.brand.id, "CRM");
    let mut tries = tokio::task::JoinSet::new();
    for n in 0..20 {
        let (store, crm) = (house.store.clone(), crm.clone());
        tries.spawn(async move { store.begin(&request(&crm, "k", "order 1"), at(n)).await.unwrap() });
    }
    let mut begun = 0;
    for one in tries.join_all().await {
        match one {
            Begun::New => begun += 1,
            other => assert_eq!(other, Begun::UnderWay),
        }
    }
    assert_eq!(begun, 1);
}

pub(crate) async fn old_answers_are_forgotten(house: &House) {
    let shop = house.shop().await;
    let crm = token(house, shop.brand.id, "CRM");
    house.store.begin(&request(&crm, "old", "x"), at(0)).await.unwrap();
    house.store.begin(&request(&crm, "new", "x"), at(10)).await.unwrap();
    assert_eq!(house.store.prune_answers(at(10)).await.unwrap(), 1);
    assert_eq!(house.number("SELECT COUNT(*) FROM api_answers").await, 1);
}

pub(crate) async fn a_correction_changes_what_it_names(house: &House) {
    let shop = house.shop().await;
    let other = house.shop_called("other").await;
    let id = CustomerId::new(house.id());
    house.store.put_customers(shop.brand.id, vec![(id, lan(), Vec::new())], at(0)).await.unwrap();
    let edit = PersonEdit {
        name: Edit::Set("Đào".to_owned()),
        email: Edit::Clear,
        phone: Edit::Set("0912 345 678".to_owned()),
        ..PersonEdit::default()
    };
    let done = async |brand| house.store.edit_person(brand, id, &edit, at(9)).await.unwrap();
    assert_eq!(done(other.brand.id).await, None, "not theirs");
    let number = house.store.last_change().await.unwrap();
    assert_eq!(done(shop.brand.id).await, Some((id, true)));
    assert!(house.store.last_change().await.unwrap() > number, "everybody who watches is told");
    let (known, _, _) = house.store.profile(shop.brand.id, id).await.unwrap().unwrap();
    assert_eq!((known.name.as_deref(), known.email, known.language), (Some("Đào"), None, lan().language));
    assert!(known.rev > 0, "replies in preparation are stale");
    assert_eq!(
        house.peek().await.texts("SELECT folded || ' ' || digits FROM customers").await,
        ["dao 84912345678"]
    );
    assert_eq!(done(shop.brand.id).await, Some((id, false)), "the same again is no change");
}

pub(crate) async fn what_the_brand_says_they_like_stands_even_when_it_was_forgotten(house: &House) {
    let shop = house.shop().await;
    let other = house.shop_called("other").await;
    let id = CustomerId::new(house.id());
    let likes = vec![Preference::imported("size", "M")];
    house.store.put_customers(shop.brand.id, vec![(id, lan(), likes)], at(0)).await.unwrap();
    let size = Preference { source: PreferenceSource::Agent, ..Preference::imported("size", "L") };
    let put = async |brand| house.store.put_preference(brand, id, &size, at(5)).await.unwrap();
    assert_eq!(put(other.brand.id).await, None, "not theirs");
    assert!(house.store.forget_preference(shop.brand.id, id, "size", at(4)).await.unwrap());
    assert_eq!(put(shop.brand.id).await, Some(true));
    assert_eq!(put(shop.brand.id).await, Some(false), "the same again is no change");
    let (_, _, known) = house.store.profile(shop.brand.id, id).await.unwrap().unwrap();
    assert_eq!(known, [Preference { at: at(5), ..size }]);
}
