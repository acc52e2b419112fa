//! Who is who: a merge is a pointer, undoing takes it away, and nobody is asked twice.

use crate::house::House;
use crate::make::{Shop, at, lan};
use lara_core::model::{
    Address, AddressId, BrandId, CustomerId, JoinHow, JoinId, Level, Likeness, Lookalike, Order, OrderId,
    OrderStatus, Owner, Suggestion, SuggestionState,
};
use lara_core::ports::{
    Act, ChangeKind, Changes as _, Commit, Desk as _, Directory as _, Identity as _, Joined, Judged,
    Judgement, Lanes as _, NewCode, NewSuggestion, OrderRow, Outbox as _, Person, SecretHash,
    Transcripts as _, Undone,
};

pub(crate) fn act(house: &House, brand: BrandId, when: i64) -> Act {
    Act {
        id: JoinId::new(house.id()),
        brand,
        how: JoinHow::Agent,
        evidence: "merged".to_owned(),
        agent: None,
        at: at(when),
    }
}

/// A customer of the shop.
pub(crate) async fn customer(house: &House, shop: &Shop, external: &str) -> CustomerId {
    let person = Person { external_id: Some(external.to_owned()), ..Person::default() };
    known(house, shop, &person).await
}

pub(crate) async fn known(house: &House, shop: &Shop, person: &Person) -> CustomerId {
    house.store.put_person(shop.brand.id, CustomerId::new(house.id()), person, at(0)).await.unwrap()
}

pub(crate) async fn tied(
    house: &House,
    shop: &Shop,
    external: &str,
    person: &Person,
    level: Level,
) -> Address {
    let ids = (AddressId::new(house.id()), CustomerId::new(house.id()));
    house.store.tie(&shop.web, external, person, level, ids, at(0)).await.unwrap()
}

/// Everything that says who is who, but for the revisions.
async fn who_is_who(house: &House) -> Vec<String> {
    let mut peek = house.peek().await;
    let customers = "SELECT id || ' ' || COALESCE(merged_into, '-') || ' ' || COALESCE(head_id, '-') FROM customers \
                     ORDER BY id";
    let mut all = peek.texts(customers).await;
    let addresses =
        "SELECT id || ' ' || COALESCE(customer_id, '-') || ' ' || level FROM addresses ORDER BY id";
    all.extend(peek.texts(addresses).await);
    all
}

/// Whether each customer's head is where its pointers lead.
async fn heads_follow_the_pointers(house: &House) {
    let wrong = "SELECT COUNT(*) FROM customers c LEFT JOIN customers t ON t.id = c.merged_into \
                 WHERE COALESCE(c.head_id, c.id) <> COALESCE(t.head_id, t.id, c.id)";
    assert_eq!(house.number(wrong).await, 0, "{:#?}", who_is_who(house).await);
}

pub(crate) fn order(house: &House, shop: &Shop, number: &str, customer: &str) -> OrderRow {
    let order = Order {
        id: OrderId::new(house.id()),
        brand: shop.brand.id,
        customer: CustomerId::new(house.id()),
        number: number.to_owned(),
        status: OrderStatus::Shipped,
        ordered_at: at(0),
        due_at: None,
        currency: "VND".to_owned(),
        total_minor: 1,
        items: Vec::new(),
        tracking_url: None,
        shipment: lara_core::model::Shipment::default(),
    };
    OrderRow::imported(order, customer)
}

async fn numbers(house: &House, shop: &Shop, customer: CustomerId) -> Vec<String> {
    let found = house.store.profile(shop.brand.id, customer).await.unwrap().unwrap();
    let mut numbers: Vec<_> = found.1.into_iter().map(|order| order.number).collect();
    numbers.sort();
    numbers
}

pub(crate) async fn a_merge_undone_leaves_what_came_meanwhile_on_its_side(house: &House) {
    let shop = house.shop().await;
    let brand = shop.brand.id;
    let (lan, chat) = (customer(house, &shop, "C-1").await, customer(house, &shop, "C-2").await);
    let put = async |number, whose| {
        house.store.put_orders(brand, vec![order(house, &shop, number, whose)], at(1)).await.unwrap();
    };
    put("MH-1", "C-1").await;
    let before = who_is_who(house).await;
    let act = act(house, brand, 5);
    assert_eq!(house.store.merge(&act, lan, chat).await.unwrap(), Joined::Done);
    assert_eq!(house.store.merge(&act, chat, lan).await.unwrap(), Joined::Same);
    put("MH-2", "C-2").await;
    for either in [lan, chat] {
        assert_eq!(numbers(house, &shop, either).await, ["MH-1", "MH-2"]);
    }
    // Three months later.
    let later = at(90 * 86_400_000);
    assert_eq!(house.store.undo_join(brand, act.id, None, later).await.unwrap(), Undone::Done);
    assert_eq!(house.store.undo_join(brand, act.id, None, later).await.unwrap(), Undone::Already);
    assert_eq!(who_is_who(house).await, before);
    assert_eq!(numbers(house, &shop, lan).await, ["MH-1"]);
    assert_eq!(numbers(house, &shop, chat).await, ["MH-2"]);
    let joins = house.store.joins_of(brand, chat).await.unwrap();
    assert_eq!((joins[0].merged, joins[0].undone_at), (Some(chat), Some(later)));
}

/// Scripts of merges and ties, undone in all kinds of order.
pub(crate) async fn joins_are_undone_in_any_order(house: &House) {
    let shop = house.shop().await;
    let brand = shop.brand.id;
    let mut people = Vec::new();
    let mut addresses = Vec::new();
    for name in ["A", "B", "C", "D"] {
        people.push(customer(house, &shop, name).await);
        addresses.push(house.hears(house.says(&shop.web, name, name, 0)).await.address);
    }
    let before = who_is_who(house).await;
    for seed in 0..24_usize {
        // A few numbers that follow from the seed, the same on every run.
        let mut dice = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
        let mut roll = |sides: usize| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (dice >> 33) % sides
        };
        let mut done = Vec::new();
        for step in 0..5 {
            let act = act(house, brand, seed as i64 * 100 + step);
            let joined = if roll(2) == 0 {
                house.store.merge(&act, people[roll(4)], people[roll(4)]).await.unwrap()
            } else {
                house.store.tie_by_agent(&act, addresses[roll(4)], people[roll(4)]).await.unwrap()
            };
            if joined == Joined::Done {
                done.push(act.id);
            }
            heads_follow_the_pointers(house).await;
        }
        while !done.is_empty() {
            let id = done.remove(roll(done.len()));
            let undone = house.store.undo_join(brand, id, None, at(seed as i64 * 100 + 50)).await.unwrap();
            assert_eq!(undone, Undone::Done);
            heads_follow_the_pointers(house).await;
        }
        assert_eq!(who_is_who(house).await, before, "seed {seed}");
    }
}

pub(crate) async fn nothing_prepared_before_a_merge_or_its_end_is_said_after(house: &House) {
    let shop = house.shop().await;
    let (brand, node) = (shop.brand.id, house.node());
    let (head, other) = (customer(house, &shop, "C-1").await, customer(house, &shop, "C-2").await);
    let person = |id: &str| Person { external_id: Some(id.to_owned()), ..Person::default() };
    let ids = || (AddressId::new(house.id()), CustomerId::new(house.id()));
    house.store.tie(&shop.push, "one", &person("C-1"), Level::Verified, ids(), at(0)).await.unwrap();
    house.store.tie(&shop.push, "two", &person("C-2"), Level::Verified, ids(), at(0)).await.unwrap();

    let mut claims = Vec::new();
    for who in ["one", "two"] {
        claims.push(house.heard_and_claimed(node, house.says(&shop.push, who, who, 1)).await);
    }
    let act = act(house, brand, 5);
    let number = house.store.last_change().await.unwrap();
    house.store.merge(&act, head, other).await.unwrap();
    let told = house.store.changes(number).await.unwrap();
    assert_eq!(told.iter().filter(|line| line.kind == ChangeKind::Customer).count(), 2);
    assert_eq!(told.iter().filter(|line| line.kind == ChangeKind::Conversation).count(), 2);
    for claim in &claims {
        let turn = house.answers(node, claim, 6);
        assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Stale]);
    }

    let lanes: Vec<_> = claims.iter().map(|claim| claim.conversation.id).collect();
    let again = house.store.reload(node, &lanes).await.unwrap();
    assert!(again.iter().all(|claim| claim.memory.customer.as_ref().unwrap().id == head));
    let (one, two) = (&again[0], &again[1]);
    assert_eq!(house.store.commit(vec![house.answers(node, one, 7)]).await.unwrap(), [Commit::Done]);
    house.store.undo_join(brand, act.id, None, at(8)).await.unwrap();
    let turn = house.answers(node, two, 9);
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Stale]);
    let sends = house.store.claim_sends(node, at(10), crate::make::LEASE, 64).await.unwrap();
    assert!(sends.is_empty(), "what may speak of the other side is not sent");
    let alone = house.store.reload(node, &lanes).await.unwrap();
    assert_eq!(alone[0].memory.customer.as_ref().unwrap().id, other);
}

pub(crate) async fn what_was_said_at_an_address_follows_it_and_records_do_not(house: &House) {
    let shop = house.shop().await;
    let brand = shop.brand.id;
    let head = known(house, &shop, &lan()).await;
    // Only what was said here: it is hers now.
    let said = Person { phone: Some("0901 234 567".to_owned()), ..Person::default() };
    let chat = tied(house, &shop, "chat", &said, Level::Claimed).await;
    let own = chat.customer.unwrap();
    // Merely claims to be somebody the shop has records of.
    let minh = Person { external_id: Some("C-2".to_owned()), ..Person::default() };
    let liar = tied(house, &shop, "liar", &minh, Level::Claimed).await;
    let before = who_is_who(house).await;

    let first = act(house, brand, 5);
    assert_eq!(house.store.tie_by_agent(&first, chat.id, head).await.unwrap(), Joined::Done);
    assert_eq!(house.store.tie_by_agent(&first, chat.id, head).await.unwrap(), Joined::Same);
    let joins = house.store.joins_of(brand, head).await.unwrap();
    assert_eq!((joins[0].merged, joins[0].tied.unwrap().level_before), (Some(own), Level::Claimed));
    let second = act(house, brand, 6);
    assert_eq!(house.store.tie_by_agent(&second, liar.id, head).await.unwrap(), Joined::Done);
    assert_eq!(house.store.joins_of(brand, head).await.unwrap()[0].merged, None, "nobody proved to be Minh");
    assert_eq!(house.number("SELECT COUNT(*) FROM customers WHERE head_id IS NOT NULL").await, 1);

    for id in [first.id, second.id] {
        assert_eq!(house.store.undo_join(brand, id, None, at(9)).await.unwrap(), Undone::Done);
    }
    assert_eq!(who_is_who(house).await, before);
}

pub(crate) async fn whoever_proves_later_keeps_the_address(house: &House) {
    let shop = house.shop().await;
    let brand = shop.brand.id;
    let wrong = customer(house, &shop, "C-2").await;
    let heard = house.hears(house.says(&shop.web, "phone", "m1", 0)).await;
    let act = act(house, brand, 5);
    assert_eq!(house.store.tie_by_agent(&act, heard.address, wrong).await.unwrap(), Joined::Done);
    let (lane, _) = house.store.conversation(heard.conversation).await.unwrap().unwrap();
    assert_eq!((lane.owner, lane.rev), (Owner::Bot, 1), "what is being prepared is stale");
    let signed = tied(house, &shop, "phone", &lan(), Level::Verified).await;
    house.store.undo_join(brand, act.id, None, at(9)).await.unwrap();
    let after = house.store.address(shop.web.id, "phone").await.unwrap().unwrap();
    assert_eq!((after.customer, after.level), (signed.customer, Level::Verified));
}

pub(crate) async fn another_brand_touches_nothing(house: &House) {
    let (shop, other) = (house.shop().await, house.shop_called("other").await);
    let (one, two) = (customer(house, &shop, "C-1").await, customer(house, &shop, "C-2").await);
    let theirs = customer(house, &other, "C-1").await;
    let foreign = act(house, other.brand.id, 1);
    assert_eq!(house.store.merge(&foreign, one, two).await.unwrap(), Joined::Missing);
    assert_eq!(house.store.merge(&foreign, theirs, one).await.unwrap(), Joined::Missing);
    let own = act(house, shop.brand.id, 1);
    house.store.merge(&own, one, two).await.unwrap();
    let undone = house.store.undo_join(other.brand.id, own.id, None, at(2)).await.unwrap();
    assert_eq!(undone, Undone::Missing);
    assert_eq!(house.store.joins_of(other.brand.id, one).await.unwrap(), []);
}

pub(crate) async fn a_pair_is_asked_about_once(house: &House) {
    let shop = house.shop().await;
    let brand = shop.brand.id;
    let (one, two) = (customer(house, &shop, "C-1").await, customer(house, &shop, "C-2").await);
    let suggest = async |customer, other, evidence| {
        let new = NewSuggestion { customer, other: Lookalike::Customer(other), evidence };
        house.store.suggest(brand, &new, at(3)).await.unwrap()
    };
    assert!(!suggest(one, one, Likeness::SameEmail).await, "nobody is like themselves");
    assert!(suggest(one, two, Likeness::SameEmail).await);
    assert!(suggest(two, one, Likeness::SamePhone).await);
    let open = house.store.suggestions(brand, 10).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].evidence, [Likeness::SameEmail, Likeness::SamePhone]);
    for person in [one, two] {
        assert_eq!(house.store.suggestions_of(brand, person).await.unwrap(), open);
    }
    let act = act(house, brand, 4);
    let decide = async |judgement| house.store.decide_suggestion(open[0].id, judgement, &act).await.unwrap();
    assert_eq!(decide(Judgement::Refuse).await, Judged::Done);
    assert_eq!(decide(Judgement::Confirm).await, Judged::Already);
    assert!(!suggest(one, two, Likeness::SamePhone).await, "an agent said no");
    assert_eq!(house.store.suggestions(brand, 10).await.unwrap(), []);
}

pub(crate) async fn a_confirmed_suggestion_joins_in_the_same_breath(house: &House) {
    let shop = house.shop().await;
    let brand = shop.brand.id;
    let shops = known(house, &shop, &lan()).await;
    let guest = Person { email: None, external_id: None, ..lan() };
    let chat = tied(house, &shop, "chat", &guest, Level::Claimed).await;
    let open = house.store.suggestions(brand, 10).await.unwrap();
    assert_eq!(open[0].evidence, [Likeness::SamePhone], "a shared contact is a hint, no proof");

    let join = act(house, brand, 4);
    let judged = house.store.decide_suggestion(open[0].id, Judgement::Confirm, &join).await.unwrap();
    assert_eq!(judged, Judged::Done);
    let joins = house.store.joins_of(brand, shops).await.unwrap();
    assert_eq!((joins[0].customer, joins[0].merged), (shops, chat.customer), "the shop's own record leads");
    let after = house.store.address(shop.web.id, "chat").await.unwrap().unwrap();
    assert_eq!(after.level, Level::Claimed, "that the two are one does not prove who sits at an address");

    let heard = house.hears(house.says(&shop.web, "stranger", "m9", 5)).await;
    let other = Lookalike::Address(heard.address);
    let new = NewSuggestion { customer: shops, other, evidence: Likeness::SaidPhone };
    house.store.suggest(brand, &new, at(5)).await.unwrap();
    let asked = house.store.suggestions_of(brand, shops).await.unwrap();
    let act = act(house, brand, 6);
    house.store.decide_suggestion(asked[0].id, Judgement::Confirm, &act).await.unwrap();
    let after = house.store.address(shop.web.id, "stranger").await.unwrap().unwrap();
    assert_eq!((after.customer, after.level), (Some(shops), Level::Verified));
}

pub(crate) async fn a_suggestion_ends_when_the_two_are_one_anyway(house: &House) {
    let shop = house.shop().await;
    let brand = shop.brand.id;
    let (one, two) = (customer(house, &shop, "C-1").await, customer(house, &shop, "C-2").await);
    let other = Lookalike::Customer(two);
    let new = NewSuggestion { customer: one, other, evidence: Likeness::SameEmail };
    house.store.suggest(brand, &new, at(1)).await.unwrap();
    house.store.merge(&act(house, brand, 2), two, one).await.unwrap();
    assert_eq!(house.store.suggestions(brand, 10).await.unwrap(), Vec::<Suggestion>::new());
    let states = house.peek().await.texts("SELECT state FROM suggestions").await;
    assert_eq!(states, [SuggestionState::Moot.as_str()]);
}

pub(crate) async fn lookalikes_are_found_by_email_and_phone_and_never_by_name(house: &House) {
    let shop = house.shop().await;
    let brand = shop.brand.id;
    let first = known(house, &shop, &lan()).await;
    let twin = Person { external_id: Some("C-2".to_owned()), name: None, ..lan() };
    let namesake = Person { external_id: Some("C-3".to_owned()), name: lan().name, ..Person::default() };
    known(house, &shop, &namesake).await;
    let twin = known(house, &shop, &twin).await;
    house.store.suggest_lookalikes(brand, first, at(1)).await.unwrap();
    let found = house.store.suggestions_of(brand, first).await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].evidence, [Likeness::SameEmail, Likeness::SamePhone]);
    let pair = [Lookalike::Customer(found[0].customer), found[0].other];
    assert!(pair.contains(&Lookalike::Customer(first)) && pair.contains(&Lookalike::Customer(twin)));
}

pub(crate) async fn a_shared_email_identifies_nobody(house: &House) {
    let shop = house.shop().await;
    let brand = shop.brand.id;
    let wife = known(house, &shop, &lan()).await;
    let husband = Person { external_id: Some("C-2".to_owned()), email: lan().email, ..Person::default() };
    let husband = known(house, &shop, &husband).await;
    let mail = Person { email: lan().email, ..Person::default() };
    let who = tied(house, &shop, "mail", &mail, Level::Verified).await.customer.unwrap();
    assert!(who != wife && who != husband);
    assert_eq!(tied(house, &shop, "mail", &mail, Level::Verified).await.customer, Some(who));
    assert_eq!(known(house, &shop, &mail).await, who, "and nobody is made again");
    assert_eq!(house.number("SELECT COUNT(*) FROM customers").await, 3);
    let open = house.store.suggestions_of(brand, who).await.unwrap();
    assert_eq!(open.len(), 2);
    assert!(open.iter().all(|one| one.evidence == [Likeness::SameEmail]));
}

pub(crate) async fn a_member_who_signs_in_as_the_head_is_nobody_else(house: &House) {
    let shop = house.shop().await;
    let brand = shop.brand.id;
    let (head, member) = (known(house, &shop, &lan()).await, customer(house, &shop, "C-2").await);
    let second = Person { external_id: Some("C-2".to_owned()), ..Person::default() };
    let phone = tied(house, &shop, "phone", &second, Level::Verified).await;
    let talk = house.hears(house.says(&shop.web, "phone", "m1", 0)).await;
    house.store.merge(&act(house, brand, 1), head, member).await.unwrap();
    let again = tied(house, &shop, "phone", &lan(), Level::Verified).await;
    assert_eq!((phone.customer, again.customer), (Some(member), Some(head)));
    let (lane, _) = house.store.conversation(talk.conversation).await.unwrap().unwrap();
    assert_eq!(lane.owner, Owner::Bot, "their talk goes on");
    let by_email = Person { email: lan().email, ..Person::default() };
    let mail = tied(house, &shop, "mail", &by_email, Level::Verified).await;
    assert_eq!(mail.customer, Some(head), "one person's two records share nothing with others");
}

pub(crate) async fn only_a_proven_address_gets_a_code(house: &House) {
    let shop = house.shop().await;
    let brand = shop.brand.id;
    let proven = tied(house, &shop, "lan", &lan(), Level::Verified).await;
    let claims = tied(house, &shop, "liar", &lan(), Level::Claimed).await;
    let stranger = house.hears(house.says(&shop.web, "who", "m1", 0)).await.address;
    assert_eq!(house.store.proven(brand, proven.id).await.unwrap(), proven.customer);
    for nobody in [claims.id, stranger] {
        assert_eq!(house.store.proven(brand, nobody).await.unwrap(), None);
    }
    let hash = SecretHash("abc".to_owned());
    let code = NewCode { hash, customer: proven.customer.unwrap(), valid_until: at(600_000) };
    house.store.put_code(brand, proven.id, &code).await.unwrap();
    assert_eq!(house.store.prune_proofs(at(500_000)).await.unwrap(), 0);
    assert_eq!(house.store.prune_proofs(at(600_001)).await.unwrap(), 1);
}
