//! Proofs: what is looked up of a run, what ties an address, and how often anybody may guess.

use crate::house::House;
use crate::identity::{act, customer, known, order, tied};
use crate::make::{LEASE, Shop, at, lan};
use lara_core::model::{
    Channel, CustomerId, JoinHow, JoinId, Level, Likeness, Lookalike, NodeId, OpenQuestion, Visibility,
};
use lara_core::ports::{
    Claim, Commit, Directory as _, Identity as _, Lanes as _, NewCode, NewInbound, NewJoin, Person, Proof,
    ProofKind, Transcripts as _, Tried, Turn,
};
use lara_core::relate::code::OneTimeCode;
use lara_core::relate::proof::Contacts;
use lara_core::testing::SeqIds;

const MINUTE: i64 = 60_000;

/// Lan, proven on the web, with an order, and a code she was given at minute 0.
struct Known {
    shop: Shop,
    lan: CustomerId,
    code: OneTimeCode,
}

impl Known {
    async fn new(house: &House) -> Self {
        let shop = house.shop().await;
        let address = tied(house, &shop, "lan-web", &lan(), Level::Verified).await;
        house
            .store
            .put_orders(shop.brand.id, vec![order(house, &shop, "MH-10234", "C-1")], at(0))
            .await
            .unwrap();
        let customer = address.customer.unwrap();
        let code = OneTimeCode::mint(&SeqIds::default());
        let new = NewCode { hash: code.hash(), customer, valid_until: at(10 * MINUTE) };
        house.store.put_code(shop.brand.id, address.id, &new).await.unwrap();
        Self { shop, lan: customer, code }
    }
}

fn says(house: &House, channel: &Channel, who: &str, text: &str, when: i64) -> NewInbound {
    let external = format!("{who} {when} {}", house.id());
    NewInbound { text: text.to_owned(), ..house.says(channel, who, &external, when) }
}

/// Hears one message and claims its lane.
async fn heard(house: &House, node: NodeId, channel: &Channel, who: &str, text: &str, when: i64) -> Claim {
    house.heard_and_claimed(node, says(house, channel, who, text, when)).await
}

/// The turn a claim leads to, as the core would take it.
fn turn(house: &House, node: NodeId, claim: &Claim, when: i64) -> Turn {
    let mut turn = house.answers(node, claim, when);
    let person = &mut turn.person;
    let joined = |how, customer, code| NewJoin {
        id: JoinId::new(house.id()),
        customer,
        how,
        code,
        evidence: "test".to_owned(),
    };
    match &claim.memory.proof {
        Proof::Nothing => {}
        Proof::Code { hash, person: whose } => {
            person.join = Some(joined(JoinHow::Code, whose.id, Some(hash.clone())));
            person.tried = Some(Tried { kind: ProofKind::Code, held: true, about: Vec::new() });
        }
        Proof::Order { order, .. } => {
            person.join = Some(joined(JoinHow::OrderProof, order.customer, None));
            person.tried = Some(Tried { kind: ProofKind::Order, held: true, about: Vec::new() });
        }
        Proof::Wrong { kind, about } => {
            person.tried = Some(Tried { kind: *kind, held: false, about: about.clone() });
        }
    }
    turn
}

/// Hears, decides and commits; what the proof was.
async fn tries(house: &House, channel: &Channel, who: &str, text: &str, when: i64) -> Proof {
    let node = house.node();
    let claim = heard(house, node, channel, who, text, when).await;
    let outcome = house.store.commit(vec![turn(house, node, &claim, when)]).await.unwrap();
    assert_eq!(outcome, [Commit::Done]);
    claim.memory.proof
}

async fn level(house: &House, channel: &Channel, who: &str) -> (Option<CustomerId>, Level) {
    let address = house.store.address(channel.id, who).await.unwrap().unwrap();
    (address.customer, address.level)
}

const fn is_wrong(proof: &Proof) -> bool {
    matches!(proof, Proof::Wrong { .. })
}

pub(crate) async fn a_code_typed_elsewhere_ties_that_address_once(house: &House) {
    let known = Known::new(house).await;
    let push = &known.shop.push;
    let text = format!("mã đây shop: {}", known.code.shown().to_lowercase());
    let Proof::Code { person, .. } = tries(house, push, "phone", &text, MINUTE).await else { panic!() };
    assert_eq!((person.id, person.name), (known.lan, lan().name));
    assert_eq!(level(house, push, "phone").await, (Some(known.lan), Level::Verified));
    let joins = house.store.joins_of(known.shop.brand.id, known.lan).await.unwrap();
    assert_eq!((joins[0].how, joins[0].tied.unwrap().level_before), (JoinHow::Code, Level::Anonymous));
    assert_eq!(house.number("SELECT COUNT(*) FROM proof_tries WHERE succeeded").await, 1);
    assert!(is_wrong(&tries(house, push, "other", &text, 2 * MINUTE).await), "it is used up");
    // A good code of hers, typed where Minh is proven to be.
    let minh = Person { external_id: Some("C-2".to_owned()), ..Person::default() };
    tied(house, &known.shop, "minh", &minh, Level::Verified).await;
    let node = house.node();
    let claim = heard(house, node, &known.shop.web, "minh", "chào", 3 * MINUTE).await;
    let mut alike = turn(house, node, &claim, 3 * MINUTE);
    alike.person.alike = Some(known.lan);
    house.store.commit(vec![alike]).await.unwrap();
    let open = house.store.suggestions(known.shop.brand.id, 9).await.unwrap();
    assert_eq!(open.iter().map(|one| one.evidence.clone()).collect::<Vec<_>>(), [vec![Likeness::Code]]);
    assert_eq!(level(house, push, "other").await, (None, Level::Anonymous));
    let stored = house.peek().await.texts("SELECT hash FROM link_codes").await.concat();
    assert!(!stored.to_uppercase().contains(&known.code.shown().replace("LARA", "").replace('-', "")));
}

pub(crate) async fn what_one_side_of_a_merge_proved_stays_with_it(house: &House) {
    let known = Known::new(house).await;
    let (shop, brand) = (&known.shop, known.shop.brand.id);
    let other = customer(house, shop, "C-2").await;
    let merge = act(house, brand, 5);
    house.store.merge(&merge, other, known.lan).await.unwrap();
    let by_order = tries(house, &shop.web, "by order", "MH-10234 lan@example.com", 10).await;
    assert!(
        matches!(&by_order, Proof::Order { person, order } if person.id == other && order.customer == known.lan)
    );
    assert!(matches!(tries(house, &shop.push, "by code", &known.code.shown(), 11).await, Proof::Code { .. }));
    house.store.undo_join(brand, merge.id, None, at(20)).await.unwrap();
    for (channel, who) in [(&shop.web, "by order"), (&shop.push, "by code")] {
        assert_eq!(level(house, channel, who).await, (Some(known.lan), Level::Verified), "{who}");
    }
}

/// Whoever sends somebody a link gets nothing of what they said.
pub(crate) async fn a_link_takes_the_address_and_not_what_was_said_there(house: &House) {
    let known = Known::new(house).await;
    let (shop, node) = (&known.shop, house.node());
    let said = Person { name: Some("Minh".to_owned()), ..Person::default() };
    let minh = tied(house, shop, "minh", &said, Level::Claimed).await.customer.unwrap();
    let claim = heard(house, node, &shop.web, "minh", &format!("/start {}", known.code.shown()), 1).await;
    let mut linked = turn(house, node, &claim, 2);
    linked.person.join.as_mut().unwrap().how = JoinHow::Link;
    assert_eq!(house.store.commit(vec![linked]).await.unwrap(), [Commit::Done]);
    assert_eq!(level(house, &shop.web, "minh").await, (Some(known.lan), Level::Verified));
    assert_eq!(house.number("SELECT COUNT(*) FROM customers WHERE head_id IS NOT NULL").await, 0);
    let open = house.store.suggestions_of(shop.brand.id, minh).await.unwrap();
    assert_eq!(open.iter().map(|one| one.evidence.clone()).collect::<Vec<_>>(), [[Likeness::Code]]);
}

/// Whoever was un-tied keeps no way back in.
pub(crate) async fn a_code_ends_with_the_tie_it_was_asked_for_at(house: &House) {
    let known = Known::new(house).await;
    let (shop, node) = (&known.shop, house.node());
    let claim = heard(house, node, &shop.push, "phone", &known.code.shown(), 1).await;
    let minh = Person { external_id: Some("C-2".to_owned()), ..Person::default() };
    tied(house, shop, "lan-web", &minh, Level::Verified).await;
    let outcome = house.store.commit(vec![turn(house, node, &claim, 2)]).await.unwrap();
    assert_eq!(outcome, [Commit::Stale], "decided before, it ties nothing after");
    let again = house.store.reload(node, &[claim.conversation.id]).await.unwrap().remove(0);
    assert!(is_wrong(&again.memory.proof));
}

/// Whoever reads it there could type it in private: it is worth nothing any more.
pub(crate) async fn a_code_said_before_everybody_ends(house: &House) {
    let known = Known::new(house).await;
    let push = &known.shop.push;
    let text = format!("mã của mình là {} nhé shop", known.code.shown());
    let node = house.node();
    let public =
        NewInbound { visibility: Visibility::Public, ..says(house, push, "group:phone", &text, MINUTE) };
    let claim = house.heard_and_claimed(node, public).await;
    assert_eq!(claim.memory.proof, Proof::Nothing, "it is not even tried there");
    assert!(is_wrong(&tries(house, push, "reader", &text, 2 * MINUTE).await));
    assert_eq!(level(house, push, "reader").await, (None, Level::Anonymous));
}

pub(crate) async fn two_nodes_that_use_one_code_at_once_tie_one_address(house: &House) {
    let known = Known::new(house).await;
    let push = &known.shop.push;
    let (one, two) = (house.node(), house.node());
    let first = heard(house, one, push, "one", &known.code.shown(), 1).await;
    let second = heard(house, two, push, "two", &known.code.shown(), 2).await;
    for claim in [&first, &second] {
        assert!(matches!(claim.memory.proof, Proof::Code { .. }));
    }
    let (a, b) = tokio::join!(
        house.store.commit(vec![turn(house, one, &first, 3)]),
        house.store.commit(vec![turn(house, two, &second, 3)])
    );
    let outcomes = [a.unwrap()[0], b.unwrap()[0]];
    assert!(outcomes.contains(&Commit::Done) && outcomes.contains(&Commit::Stale), "{outcomes:?}");
    let (loser, claim) = if outcomes[0] == Commit::Stale { (one, first) } else { (two, second) };
    let again = house.store.reload(loser, &[claim.conversation.id]).await.unwrap().remove(0);
    assert!(is_wrong(&again.memory.proof), "decided again, it proves nothing");
    let verified = "SELECT COUNT(*) FROM addresses WHERE level = 'verified'";
    assert_eq!(house.number(verified).await, 2, "Lan's own and one of the two");

    // And of two in one batch.
    let new = NewCode {
        hash: lara_core::ports::SecretHash("x".to_owned()),
        customer: known.lan,
        valid_until: at(MINUTE),
    };
    house.store.commit(vec![turn(house, loser, &again, 4)]).await.unwrap();
    let web = house.store.address(known.shop.web.id, "lan-web").await.unwrap().unwrap();
    house.store.put_code(known.shop.brand.id, web.id, &new).await.unwrap();
    let node = house.node();
    let mut turns = Vec::new();
    for who in ["three", "four"] {
        let claim = heard(house, node, push, who, "chào", 10).await;
        let mut turn = turn(house, node, &claim, 11);
        turn.person.join = Some(NewJoin {
            id: JoinId::new(house.id()),
            customer: known.lan,
            how: JoinHow::Code,
            code: Some(new.hash.clone()),
            evidence: "code".to_owned(),
        });
        turns.push(turn);
    }
    let mut outcomes = house.store.commit(turns).await.unwrap();
    outcomes.sort_by_key(|outcome| *outcome == Commit::Stale);
    assert_eq!(outcomes, [Commit::Done, Commit::Stale]);
}

pub(crate) async fn a_code_ends_and_belongs_to_its_brand(house: &House) {
    let known = Known::new(house).await;
    let other = house.shop_called("other").await;
    let code = known.code.shown();
    assert!(is_wrong(&tries(house, &other.web, "phone", &code, MINUTE).await), "another brand's");
    assert!(
        is_wrong(&tries(house, &known.shop.web, "late", &code, 10 * MINUTE).await),
        "ten minutes are over"
    );
    assert!(matches!(tries(house, &known.shop.web, "phone", &code, 9 * MINUTE).await, Proof::Code { .. }));
}

pub(crate) async fn a_code_guessed_twenty_times_is_not_believed_when_it_is_right(house: &House) {
    let known = Known::new(house).await;
    let push = &known.shop.push;
    for guess in 0..19 {
        let text = format!("LARA-0000-00{guess:02}");
        assert!(is_wrong(&tries(house, push, "guesser", &text, guess * 1_000).await));
    }
    let right = tries(house, push, "guesser", &known.code.shown(), 20_000).await;
    assert!(is_wrong(&right), "{right:?}");
    assert_eq!(level(house, push, "guesser").await, (None, Level::Anonymous));
    let elsewhere = tries(house, push, "lan", &known.code.shown(), 21_000).await;
    assert!(matches!(elsewhere, Proof::Code { .. }), "she herself is not held up");
    assert!(
        matches!(tries(house, push, "guesser", "LARA-0000-0000", 61 * MINUTE).await, Proof::Wrong { about, .. } if !about.is_empty())
    );
}

pub(crate) async fn a_brand_that_is_guessed_at_from_everywhere_closes_its_codes(house: &House) {
    let known = Known::new(house).await;
    let push = &known.shop.push;
    for guess in 0..200_i64 {
        let text = format!("LARA-0000-0{guess:03}");
        tries(house, push, &format!("guesser {}", guess / 4), &text, guess * 100).await;
    }
    assert!(is_wrong(&tries(house, push, "lan", &known.code.shown(), 30_000).await));
}

pub(crate) async fn an_order_with_its_email_or_phone_proves_who_bought_it(house: &House) {
    let known = Known::new(house).await;
    for (who, text) in [
        ("mail", "MH-10234 LAN@example.com"),
        ("phone", "đơn mh 10234, sđt 0901 234 567"),
        ("hash", "#mh10234 / +84901234567"),
    ] {
        let Proof::Order { person, order } = tries(house, &known.shop.web, who, text, 1_000).await else {
            panic!("{text}")
        };
        assert_eq!((person.id, order.number.as_str(), order.customer), (known.lan, "MH-10234", known.lan));
        assert_eq!(level(house, &known.shop.web, who).await, (Some(known.lan), Level::Verified));
    }
    let joins = house.store.joins_of(known.shop.brand.id, known.lan).await.unwrap();
    assert!(joins.iter().all(|join| join.how == JoinHow::OrderProof));
    // A second record of hers has the phone, the first the order.
    let brand = known.shop.brand.id;
    let second = Person {
        phone: Some("0977 000 111".to_owned()),
        external_id: Some("C-7".to_owned()),
        ..Person::default()
    };
    let second = self::known(house, &known.shop, &second).await;
    house.store.merge(&act(house, brand, 5), known.lan, second).await.unwrap();
    let proof = tries(house, &known.shop.web, "second", "MH-10234 0977000111", 2_000).await;
    assert!(is_wrong(&proof), "only how the buyer's own record is reached counts");
    let digits = tries(house, &known.shop.web, "digits", "10234 lan@example.com", 3_000).await;
    assert!(matches!(digits, Proof::Order { .. }), "people remember the digits");
}

pub(crate) async fn whatever_is_wrong_with_an_order_looks_the_same(house: &House) {
    let known = Known::new(house).await;
    customer(house, &known.shop, "C-2").await;
    house
        .store
        .put_orders(known.shop.brand.id, vec![order(house, &known.shop, "MH-2", "C-2")], at(0))
        .await
        .unwrap();
    for (who, text) in [
        ("no such order", "MH-99999 lan@example.com"),
        ("wrong e-mail", "MH-10234 minh@example.com"),
        ("somebody else's", "MH-200 lan@example.com"),
        ("wrong phone", "MH-10234 0901234568"),
    ] {
        let proof = tries(house, &known.shop.web, who, text, 1_000).await;
        assert!(matches!(proof, Proof::Wrong { kind: ProofKind::Order, .. }), "{who}: {proof:?}");
        assert_eq!(level(house, &known.shop.web, who).await.1, Level::Anonymous);
    }
    let half = tries(house, &known.shop.web, "half", "MH-10234", 1_000).await;
    assert_eq!(half, Proof::Nothing, "half a proof is none, and no try");
    let lan = tries(house, &known.shop.web, "lan-web", "MH-2 minh@example.com", 1_000).await;
    assert_eq!(lan, Proof::Nothing, "who is proven proves nothing more");
    let subjects = house.peek().await.texts("SELECT subject FROM proof_tries").await.concat();
    assert!(!subjects.contains('@') && !subjects.contains("901234568"), "{subjects}");
}

pub(crate) async fn orders_are_guessed_at_only_so_often(house: &House) {
    let known = Known::new(house).await;
    let web = &known.shop.web;
    // One address.
    for guess in 0..5 {
        tries(house, web, "guesser", &format!("MH-10234 a{guess}@example.com"), guess * 1_000).await;
    }
    assert!(is_wrong(&tries(house, web, "guesser", "MH-10234 lan@example.com", 6_000).await));
    // One order, from many addresses: five of its ten a day are used.
    for guess in 0..5 {
        tries(house, web, &format!("many {guess}"), &format!("MH-10234 b{guess}@example.com"), 7_000).await;
    }
    assert!(is_wrong(&tries(house, web, "fresh", "MH-10234 lan@example.com", 8_000).await));
    assert!(matches!(
        tries(house, web, "next day", "MH-10234 lan@example.com", 25 * 60 * MINUTE).await,
        Proof::Order { .. }
    ));
    // One e-mail, whose orders are counted through.
    for guess in 0..10 {
        tries(
            house,
            web,
            &format!("counts {guess}"),
            &format!("MH-{} lan@example.com", 10_300 + guess),
            26 * 60 * MINUTE,
        )
        .await;
    }
    assert!(is_wrong(&tries(house, web, "lucky", "MH-10234 lan@example.com", 26 * 60 * MINUTE).await));
}

pub(crate) async fn two_halves_complete_each_other_while_lara_waits_for_them(house: &House) {
    let known = Known::new(house).await;
    let (web, node) = (&known.shop.web, house.node());
    let claim = heard(house, node, web, "who", "đơn MH-10234 đâu rồi", 0).await;
    let mut asks = turn(house, node, &claim, 1);
    let since = claim.run[0].seq;
    asks.open_question =
        Some(OpenQuestion::Prove { intent: lara_core::model::Intent::from_static("track_order"), since });
    house.store.commit(vec![asks.clone()]).await.unwrap();
    let claim = heard(house, node, web, "who", "sai@example.com", 1_000).await;
    assert!(is_wrong(&claim.memory.proof));
    let mut again = turn(house, node, &claim, 1_001);
    again.open_question = asks.open_question;
    house.store.commit(vec![again]).await.unwrap();
    assert!(matches!(tries(house, web, "who", "lan@example.com", 2_000).await, Proof::Order { .. }));
    assert_eq!(tries(house, web, "nobody asked", "lan@example.com", 3_000).await, Proof::Nothing);
}

pub(crate) async fn what_somebody_says_of_themselves_is_a_hint_for_agents(house: &House) {
    let known = Known::new(house).await;
    let (web, node) = (&known.shop.web, house.node());
    let says = async |who: &str, said: Contacts, when| {
        let claim = heard(house, node, web, who, "chào shop", when).await;
        let mut turn = turn(house, node, &claim, when);
        turn.person.said = said;
        assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
        claim.memory.address.id
    };
    let mail = |mail: &str| Contacts { emails: vec![mail.to_owned()], phones: Vec::new() };
    let here = says("a", mail("lan@example.com"), 0).await;
    says("b", mail("nobody@example.com"), 1).await;
    let both = Contacts { emails: Vec::new(), phones: vec!["84901234567".to_owned()] };
    says("a", both, 2).await;
    let open = house.store.suggestions(known.shop.brand.id, 10).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].customer, open[0].other), (known.lan, Lookalike::Address(here)));
    assert_eq!(open[0].evidence, [Likeness::SaidEmail, Likeness::SaidPhone]);
    assert_eq!(level(house, web, "a").await, (None, Level::Anonymous), "a hint ties nobody");
    // An e-mail two people share points to nobody.
    let twin = Person { external_id: Some("C-9".to_owned()), email: lan().email, ..Person::default() };
    self::known(house, &known.shop, &twin).await;
    let before = house.number("SELECT COUNT(*) FROM suggestions").await;
    says("c", mail("lan@example.com"), 3).await;
    assert_eq!(house.number("SELECT COUNT(*) FROM suggestions").await, before);
    let claims = house.store.claim(node, at(9), LEASE, 64).await.unwrap();
    assert!(claims.is_empty());
}
