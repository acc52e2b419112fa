//! The pages about persons: found by whatever one has of them, seen whole, joined and taken apart, forgotten and erased.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where something is wrong")]

mod support;

use axum::http::StatusCode;
use lara_core::model::{Brand, BrandId, CustomerId, OrderStatus, Role, Timestamp};
use lara_core::ports::{Brands as _, Directory as _, Ids as _, Person};
use lara_core::testing::FakeClock;
use std::sync::Arc;
use support::browser::{Browser, Page};
use support::{NASTY, World};

/// Lan writes on the site and is known to the shop by another record too; Đào has bought, and never wrote.
struct Stage {
    world: World,
    lan: CustomerId,
    work: CustomerId,
    dao: CustomerId,
}

impl Stage {
    async fn set() -> Self {
        let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let world = World::open(clock, "http://localhost:8080").await;
        world.lan_complains().await;
        let lan = world.person("lan").await;
        let work =
            world.record("KH-88", "Lan Nguyễn", Some("lan@work.example"), Some("+84 912 345 678")).await;
        let dao = world.record("KH-407", "Trần Thị Đào", Some("dao@example.com"), Some("0988 111 222")).await;
        world.order(dao, "KH-407", "MH-20777", OrderStatus::Delivered, 9).await;
        world.order(dao, "KH-407", "MH-20778", OrderStatus::Cancelled, 3).await;
        for (name, role) in [("An", Role::Agent), ("Bình", Role::Admin)] {
            world.agent(name, &format!("{role}@example.com"), role).await;
        }
        Self { world, lan, work, dao }
    }

    async fn signed_in(&self, role: Role) -> Browser {
        let router = lara_desk::router(self.world.state.clone());
        Browser::signed_in(router, &format!("{role}@example.com")).await
    }
}

fn person(id: CustomerId) -> String {
    format!("/desk/people/{id}")
}

async fn found(browser: &mut Browser, text: &str) -> Page {
    let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    browser.get(&format!("/desk/people?q={text}")).await
}

#[tokio::test]
async fn a_person_is_found_by_whatever_one_has_of_them() {
    let stage = Stage::set().await;
    let mut an = stage.signed_in(Role::Agent).await;
    let dao = [
        "tran thi dao",
        "TRẦN ĐÀO",
        "đào",
        "111 222",
        "0988",
        "+84 988 111",
        "dao@exa",
        "MH-20777",
        "20777",
        "mh207",
        "KH-407",
        "kh-407",
    ];
    for text in dao {
        let page = found(&mut an, text).await;
        page.shows("Trần Thị Đào");
        page.hides("Nguyễn Thị Lan");
    }
    found(&mut an, "20777").await.shows("order MH-20777");
    for nobody in ["zz", "%", "_", "12", "dao tran thi", "0777777", "MH-999999", "x@y.z"] {
        let page = found(&mut an, nobody).await;
        page.shows("Nobody fits");
        page.hides("Trần Thị Đào");
    }
    let lately = an.get("/desk/people").await;
    lately.shows("Wrote lately");
    lately.shows("Nguyễn Thị Lan");
    lately.shows("Complaint");
    lately.hides("Trần Thị Đào");
    let part = an.get("/desk/people?q=dao&fragment=people").await;
    part.shows("data-fragment=\"people\"");
    part.hides("<html");
}

#[tokio::test]
async fn merged_records_are_one_line_and_lead_to_one_page() {
    let stage = Stage::set().await;
    let mut binh = stage.signed_in(Role::Admin).await;
    let both = found(&mut binh, "lan").await;
    both.shows(&person(stage.lan));
    both.shows(&person(stage.work));
    // Both sides are seen before anything is joined, and either may stay.
    let merge = format!("{}/merge", person(stage.lan));
    let search = binh.get(&format!("{merge}?q=work.example")).await;
    search.shows(&format!("with={}", stage.work));
    let sides = binh.get(&format!("{merge}?with={}", stage.work)).await;
    for text in [
        "Merge these two?",
        "lan@example.com",
        "lan@work.example",
        "KH-88",
        "Bought for",
        "The other way round",
    ] {
        sides.shows(text);
    }
    let with = stage.work.to_string();
    let page = binh.act(&merge, &merge, &[("with", &with)]).await;
    for text in
        ["Merged.", "Lan Nguyễn was merged into Nguyễn Thị Lan", "by Bình", "Un-merge", "lan@work.example"]
    {
        page.shows(text);
    }
    let one = found(&mut binh, "lan").await;
    one.shows("2 records joined");
    one.hides(&person(stage.work));
    assert_eq!(binh.get(&person(stage.work)).await.location(), person(stage.lan));
    // The conversation's card and the queue's search know them as one, too.
    let queue = binh.get("/desk?q=lan%40work.example").await;
    queue.shows("Nguyễn Thị Lan");
    binh.act(&merge, &merge, &[("with", &with)]).await.shows("one person already");

    let undo = format!("{}/undo", person(stage.lan));
    let join = page.field("join");
    let page = binh.act(&person(stage.lan), &undo, &[("join", &join)]).await;
    page.shows("Both sides are what they were");
    page.shows("taken back by Bình");
    page.hides("KH-88");
    binh.get(&person(stage.work)).await.shows("Lan Nguyễn");
    binh.act(&person(stage.lan), &undo, &[("join", &join)]).await.shows("decided or changed meanwhile");
}

#[tokio::test]
async fn everything_about_a_person_is_on_their_page() {
    let stage = Stage::set().await;
    let mut an = stage.signed_in(Role::Agent).await;
    let page = an.get(&person(stage.lan)).await;
    for text in [
        "Nguyễn Thị Lan",
        "lan@example.com",
        "0912 345 678",
        "verified",
        "signed by your site",
        "MH-10234",
        "689.000 ₫",
        "Address as",
        "chị",
        "from the shop",
        "Forget",
        "May be written to.",
        "Complaint",
        "shop ơi đơn của mình",
        "waiting 22 min",
    ] {
        page.shows(text);
    }
    let dao = an.get(&person(stage.dao)).await;
    dao.shows("250.000 ₫");
    dao.shows("Cancelled");
    dao.hides("500.000 ₫");
    an.language = "vi";
    let page = an.get(&person(stage.lan)).await;
    for text in
        ["trang của bạn đã ký xác nhận", "Xưng hô", "Quên", "Đồng ý nhận tin", "Đơn hàng", "từ cửa hàng"]
    {
        page.shows(text);
    }
}

#[tokio::test]
async fn a_suggestion_is_confirmed_or_refused_by_an_agent() {
    let stage = Stage::set().await;
    let mut an = stage.signed_in(Role::Agent).await;
    // Looking at her finds the record with the same phone.
    let page = an.get(&person(stage.lan)).await;
    for text in ["May be the same person", "the same phone number", "Lan Nguyễn"] {
        page.shows(text);
    }
    let list = an.get("/desk/suggestions").await;
    list.shows("the same phone number");
    list.shows("id=\"suggestions-count\">1<");
    let confirm = list.text.split("action=\"").find(|part| part.contains("/confirm\"")).unwrap();
    let confirm = confirm.split('"').next().unwrap().to_owned();
    let refuse = confirm.replace("/confirm", "/refuse");
    an.act("/desk/suggestions", &refuse, &[]).await.shows("not the same person");
    an.get("/desk/suggestions").await.shows("Nothing to decide");
    let late = an.act("/desk/suggestions", &confirm, &[]).await;
    late.shows("decided or changed meanwhile");
    assert!(stage.world.store.pages().person_joins(stage.lan).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_agent_says_who_writes_and_what_is_forgotten_and_agreed() {
    let stage = Stage::set().await;
    let talk = stage.world.say("stranger", "cho hỏi đơn của em", stage.world.clock.now()).await;
    let mut an = stage.signed_in(Role::Agent).await;
    let tie = format!("/desk/c/{talk}/tie");
    an.get(&format!("/desk/c/{talk}")).await.shows(&tie);
    an.get(&format!("{tie}?q=dao")).await.shows(&format!("with={}", stage.dao));
    an.get(&format!("{tie}?with={}", stage.dao)).await.shows("Be sure.");
    let page = an.act(&tie, &tie, &[("with", &stage.dao.to_string())]).await;
    page.shows("knows who writes here");
    page.shows("Trần Thị Đào");
    page.shows("An confirmed it");
    let page = an.get(&person(stage.dao)).await;
    page.shows("was tied to Trần Thị Đào");
    // What she said herself she takes back; another agent does not, an admin could.
    let (dao, undo, join) = (person(stage.dao), format!("{}/undo", person(stage.dao)), page.field("join"));
    stage.world.agent("Em", "em@example.com", Role::Agent).await;
    let mut em = Browser::signed_in(lara_desk::router(stage.world.state.clone()), "em@example.com").await;
    em.get(&dao).await.hides("/undo");
    assert_eq!(em.post("/desk", &undo, &[("join", &join)]).await.status, StatusCode::FORBIDDEN);
    an.act(&dao, &undo, &[("join", &join)]).await.shows("Both sides are what they were");

    let lan = person(stage.lan);
    let page = an.act(&lan, &format!("{lan}/forget"), &[("key", "size")]).await;
    page.shows("Forgotten.");
    page.hides("value=\"size\"");
    an.act(&lan, &format!("{lan}/forget"), &[("key", "nothing_known")]).await.shows("was so already");
    let page = an.act(&lan, &format!("{lan}/stop"), &[]).await;
    page.shows("no messages any more");
    page.shows("on any channel");
    an.act(&lan, &format!("{lan}/go"), &[]).await.shows("May be written to.");
}

#[tokio::test]
async fn admins_alone_merge_take_apart_export_and_erase() {
    let stage = Stage::set().await;
    let mut an = stage.signed_in(Role::Agent).await;
    let page = an.get(&person(stage.lan)).await;
    for text in ["/merge", "/undo", "/export", "/erase"] {
        page.hides(text);
    }
    for path in ["/merge", "/erase", "/export"] {
        let path = format!("{}{path}", person(stage.lan));
        assert_eq!(an.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in ["/merge", "/erase"] {
        let path = format!("{}{path}", person(stage.lan));
        assert_eq!(an.post("/desk", &path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }

    let mut binh = stage.signed_in(Role::Admin).await;
    let export = format!("{}/export", person(stage.lan));
    let json = binh.get(&format!("{export}?as=json")).await;
    assert_eq!(json.headers.get("content-type").unwrap(), "application/json");
    assert!(json.headers.get("content-disposition").unwrap().to_str().unwrap().starts_with("attachment"));
    let file: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(file["orders"][0]["number"], "MH-10234");
    let readable = binh.get(&format!("{export}?as=page")).await;
    for text in ["Nguyễn Thị Lan", "MH-10234", "quá thất vọng", "lan@example.com"] {
        readable.shows(text);
    }

    let erase = format!("{}/erase", person(stage.lan));
    binh.get(&erase).await.shows("What stays says nothing about anybody");
    let wrong = binh.post(&erase, &erase, &[("word", "yes")]).await;
    wrong.shows("the word does not match");
    let gone = binh.act(&erase, &erase, &[("word", "nguyen thi lan")]).await;
    gone.shows("Erased.");
    gone.hides("lan@example.com");
    gone.hides("MH-10234");
    found(&mut binh, "lan@example.com").await.shows("Nobody fits");
}

#[tokio::test]
async fn what_no_text_can_hold_is_left_out_of_a_search() {
    let stage = Stage::set().await;
    let talk = stage.world.say("stranger", "cho hỏi", stage.world.clock.now()).await;
    let mut binh = stage.signed_in(Role::Admin).await;
    let merge = format!("{}/merge", person(stage.lan));
    let (merge, tie) = (merge.as_str(), format!("/desk/c/{talk}/tie"));
    for page in ["/desk/people", merge, &tie, "/desk"] {
        // PostgreSQL takes no NUL: the pages never ask for one.
        let found = binh.get(&format!("{page}?q=%00da%00o%1b")).await;
        assert_eq!(found.status, StatusCode::OK, "{page}");
        found.shows("value=\"dao\"");
        found.hides("\0");
        assert_eq!(binh.get(&format!("{page}?q=%00")).await.status, StatusCode::OK, "{page}");
    }
}

#[tokio::test]
async fn nobody_of_another_brand_is_there() {
    let stage = Stage::set().await;
    let other = Brand {
        id: BrandId::new(stage.world.ids.next()),
        slug: "khac".to_owned(),
        name: "Khác".to_owned(),
        ..stage.world.brand.clone()
    };
    stage.world.store.add_brand(&other, stage.world.clock.now()).await.unwrap();
    let id = CustomerId::new(stage.world.ids.next());
    let theirs = Person {
        external_id: Some("X".to_owned()),
        name: Some("Người Khác".to_owned()),
        ..Person::default()
    };
    stage
        .world
        .store
        .put_customers(other.id, vec![(id, theirs, Vec::new())], stage.world.clock.now())
        .await
        .unwrap();
    let mut binh = stage.signed_in(Role::Admin).await;
    binh.act("/desk", "/desk/brand", &[("brand", "moc-mien"), ("back", "/desk")]).await;
    for act in ["", "/merge", "/export", "/erase"] {
        let page = binh.get(&format!("{}{act}", person(id))).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{act}");
    }
    let with = id.to_string();
    for (act, fields) in
        [("merge", vec![("with", with.as_str())]), ("stop", vec![]), ("forget", vec![("key", "size")])]
    {
        for (mine, fields) in [(id, vec![]), (stage.lan, fields)] {
            if mine == stage.lan && act != "merge" {
                continue;
            }
            let to = format!("{}/{act}", person(mine));
            assert_eq!(binh.post("/desk", &to, &fields).await.status, StatusCode::NOT_FOUND, "{to}");
        }
    }
    found(&mut binh, "người khác").await.shows("Nobody fits");
    for bad in ["x", "00000000-0000-7000-8000-00000000ffff"] {
        assert_eq!(binh.get(&format!("/desk/people/{bad}")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn names_that_try_to_act_are_only_words() {
    let stage = Stage::set().await;
    let evil = stage.world.customer("evil", NASTY, "<b>MH", OrderStatus::Shipped).await;
    stage.world.say("evil", NASTY, stage.world.clock.now()).await;
    stage.world.told(evil, "KH-<b>MH", "note", NASTY).await;
    let mut binh = stage.signed_in(Role::Admin).await;
    let merge = format!("{}/merge", person(stage.lan));
    binh.act(&merge, &merge, &[("with", &evil.to_string())]).await;
    for path in [
        "/desk/people".to_owned(),
        "/desk/people?q=%3Cscript%3E".to_owned(),
        "/desk/people?q=script".to_owned(),
        "/desk/suggestions".to_owned(),
        person(stage.lan),
        format!("{}/merge?q=%3Cscript%3E", person(stage.dao)),
        format!("{}/merge?with={}", person(stage.dao), stage.lan),
        format!("{}/erase", person(stage.lan)),
        format!("{}/export?as=page", person(stage.lan)),
    ] {
        let page = binh.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for live in ["<script>alert", "<img src=x", "<b>MH", "href=\"javascript:"] {
            assert!(!page.text.contains(live), "{live} is live on {path}");
        }
        assert!(!page.text.contains(" style=\""), "inline style on {path}");
    }
}

#[tokio::test]
async fn who_bought_very_much_is_read_in_pages() {
    let stage = Stage::set().await;
    for n in 0..60 {
        stage.world.order(stage.dao, "KH-407", &format!("BIG-{n}"), OrderStatus::Delivered, 30 + n).await;
    }
    let mut an = stage.signed_in(Role::Agent).await;
    let mut path = person(stage.dao);
    let mut seen = 0;
    loop {
        let page = an.get(&path).await;
        let shown = page.text.matches("class=\"order\"").count();
        assert!((1..=8).contains(&shown), "{shown} on {path}");
        seen += shown;
        let more = page
            .text
            .split("href=\"")
            .find(|part| part.contains("?orders=") && part.contains("rel=\"next\""));
        let Some(next) = more else { break };
        path = next.split('"').next().unwrap().to_owned();
    }
    assert_eq!(seen, 62, "each once");
    // Nor does a search for their orders give them more than one line.
    let page = found(&mut an, "big").await;
    page.shows("Nobody fits");
    assert_eq!(found(&mut an, "big1").await.text.matches("class=\"q one\"").count(), 1);
}
