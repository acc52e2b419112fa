//! The desk's pages over a real store, as agents and admins use them.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where something is wrong")]

mod support;

use axum::http::StatusCode;
use lara_core::model::{
    ConversationId, DecisionKind, MessageLanguage, Millis, OrderStatus, Owner, Role, Timestamp,
};
use lara_core::ports::{Agents as _, Brands as _, Desk as _, Saved};
use lara_core::testing::FakeClock;
use std::sync::Arc;
use support::browser::Browser;
use support::{NASTY, Run, World, hash, reading};

struct Stage {
    world: World,
    clock: Arc<FakeClock>,
    conversation: ConversationId,
}

impl Stage {
    /// Lan waits for a human; An (agent), Bình (admin) and Chi (owner) work here.
    async fn set() -> Self {
        let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let world = World::open(clock.clone(), "http://localhost:8080").await;
        let conversation = world.lan_complains().await;
        world.agent("An", "an@example.com", Role::Agent).await;
        world.agent("Bình", "binh@example.com", Role::Admin).await;
        world.agent("Chi", "chi@example.com", Role::Owner).await;
        Self { world, clock, conversation }
    }

    fn browser(&self) -> Browser {
        Browser::new(lara_desk::router(self.world.state.clone()))
    }

    async fn signed_in(&self, email: &str) -> Browser {
        Browser::signed_in(lara_desk::router(self.world.state.clone()), email).await
    }

    fn talk(&self) -> String {
        format!("/desk/c/{}", self.conversation)
    }

    async fn owner(&self) -> Owner {
        self.world.store.conversation(self.conversation).await.unwrap().unwrap().0.owner
    }
}

#[tokio::test]
async fn the_first_owner_makes_the_account_once() {
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
    let world = World::open(clock, "https://desk.example").await;
    let until = world.clock.now().plus(Millis::minutes(5));
    world.store.add_invitation(&hash("one-time"), None, until).await.unwrap();
    let mut browser = Browser::new(lara_desk::router(world.state.clone()));
    let link = "/desk/welcome/one-time";
    browser.get(link).await.shows("Make the owner account");
    let wrong = browser.post(link, link, &[("name", " "), ("email", "lan"), ("password", "short")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.shows("Write a name of 1 to 80 characters.");
    wrong.shows("Write an e-mail address");
    wrong.shows("Use at least 10");
    let fields = [("name", "Chủ Shop"), ("email", "Chu@Example.com "), ("password", "một câu dài dễ nhớ")];
    let made = browser.post(link, link, &fields).await;
    assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/desk"));
    let cookie = made.headers.get("set-cookie").unwrap().to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=1209600"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    browser.get("/desk").await.shows("Chủ Shop");
    let again = Browser::new(lara_desk::router(world.state.clone())).post(link, link, &fields).await;
    assert_ne!(again.status, StatusCode::SEE_OTHER);
    let agents = world.store.agents().await.unwrap();
    assert_eq!(agents.len(), 1);
    assert_eq!((agents[0].email.as_str(), agents[0].role), ("chu@example.com", Role::Owner));
}

#[tokio::test]
async fn guessing_passwords_gets_slower_and_tells_nothing() {
    let stage = Stage::set().await;
    stage.signed_in("an@example.com").await;
    let mut texts = Vec::new();
    for email in ["an@example.com", "nobody@example.com"] {
        let mut browser = stage.browser();
        let mut said = Vec::new();
        for _ in 0..6 {
            let page = browser
                .post("/desk/login", "/desk/login", &[("email", email), ("password", "guess guess")])
                .await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            let notice =
                page.text.split("role=\"alert\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
            said.push(notice);
        }
        texts.push(said);
    }
    assert_eq!(texts[0], texts[1], "a known and an unknown e-mail are answered alike");
    assert!(
        texts[0][0].starts_with("E-mail and password") && texts[0][5].starts_with("Too many tries"),
        "{texts:?}"
    );
    // Even the right password has to wait, and then does.
    let mut browser = stage.browser();
    let right = [("email", "AN@example.com"), ("password", "một câu dài dễ nhớ"), ("next", "//evil.example")];
    browser.post("/desk/login", "/desk/login", &right).await.shows("Too many tries");
    stage.clock.advance(Millis::seconds(31));
    let page = browser.post("/desk/login", "/desk/login", &right).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/desk"), "{}", page.text);
}

#[tokio::test]
async fn an_email_nobody_could_have_is_answered_like_a_wrong_password() {
    let stage = Stage::set().await;
    let mut browser = stage.browser();
    let long = format!("{}@example.com", "a".repeat(200));
    for email in ["nobody@example.com", "no e-mail at all", "", &long] {
        let fields = [("email", email), ("password", "guess guess")];
        let page = browser.post("/desk/login", "/desk/login", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        page.shows("E-mail and password");
    }
}

#[tokio::test]
async fn guesses_sent_at_once_are_locked_out_too() {
    let stage = Stage::set().await;
    stage.signed_in("an@example.com").await;
    let router = lara_desk::router(stage.world.state.clone());
    let guesses = (0..16).map(|_| {
        let mut browser = Browser::new(router.clone());
        async move {
            let fields = [("email", "an@example.com"), ("password", "guess guess")];
            browser.post("/desk/login", "/desk/login", &fields).await.text
        }
    });
    let answers = futures_util::future::join_all(guesses).await;
    let tried = answers.iter().filter(|text| text.contains("E-mail and password")).count();
    assert!((5..=8).contains(&tried), "{tried} of 16 were worked on");
}

#[tokio::test]
async fn who_is_not_signed_in_is_sent_to_the_door_and_back() {
    let stage = Stage::set().await;
    let mut browser = stage.browser();
    let page = browser.get("/desk/c/x?a=b").await;
    assert_eq!(page.location(), "/desk/login?next=%2Fdesk%2Fc%2Fx%3Fa%3Db");
    assert_eq!(browser.get("/desk?fragment=queue").await.status, StatusCode::UNAUTHORIZED);
    let problem = browser.get("/api/v1/queue").await;
    assert_eq!(problem.status, StatusCode::UNAUTHORIZED);
    assert_eq!(problem.headers.get("content-type").unwrap(), "application/problem+json");
    problem.shows("\"code\":\"no_token\"");
    let mut signed = stage.signed_in("an@example.com").await;
    let login = signed.cookie("lara_desk").unwrap().to_owned();
    signed.post("/desk", "/desk/logout", &[]).await;
    assert!(stage.world.store.login(&hash(&login), stage.world.clock.now()).await.unwrap().is_none());
}

#[tokio::test]
async fn lan_is_on_top_of_the_queue_and_found_without_accents() {
    let stage = Stage::set().await;
    let mut an = stage.signed_in("an@example.com").await;
    let queue = an.get("/desk").await;
    for text in ["Nguyễn Thị Lan", "Complaint", "quá thất vọng", "waiting 22 min", "7 min late"] {
        queue.shows(text);
    }
    for search in ["nguyen thi lan", "NGUYỄN", "mh-10234", "345678", "0912 345"] {
        let path = format!(
            "/desk?q={}",
            url::form_urlencoded::byte_serialize(search.as_bytes()).collect::<String>()
        );
        an.get(&path).await.shows("Nguyễn Thị Lan");
    }
    for nothing in ["%25", "_", "zzz", "12"] {
        let page = an.get(&format!("/desk?q={nothing}")).await;
        page.hides("Nguyễn Thị Lan");
        page.shows("Nothing found");
    }
    an.get("/desk?tab=mine").await.shows("Nothing is on your desk");
    let json = an.get("/api/v1/queue").await;
    let json: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(json["conversations"][0]["escalation"]["reason"], "complaint");
}

#[tokio::test]
async fn an_agent_takes_over_answers_notes_and_hands_back() {
    let stage = Stage::set().await;
    let talk = stage.talk();
    let mut an = stage.signed_in("an@example.com").await;
    let page = an.get(&talk).await;
    for text in [
        "Late delivery",
        "93%",
        "Complaint",
        "A complaint: a human must see it",
        "chưa giao",
        "Poor service 4%",
        "MH-10234",
        "689.000 ₫",
        "Đầm linen xanh rêu, 2 × Khăn lụa",
        "verified",
        "class=\"spark\"",
        "<b>MH-10234</b>",
    ] {
        page.shows(&text.replace("<b>", "<strong>").replace("</b>", "</strong>"));
    }
    an.act(&talk, &format!("{talk}/reply"), &[("text", "trước khi tiếp quản")])
        .await
        .shows("take over first");
    an.act(&talk, &format!("{talk}/take-over"), &[]).await.shows("You have it now");
    assert_eq!(stage.owner().await, Owner::Agent);
    let page = an.act(&talk, &format!("{talk}/reply"), &[("text", "Chào chị *Lan* <b>ạ</b>")]).await;
    page.shows("Chào chị *Lan* &lt;b&gt;ạ&lt;/b&gt;");
    an.act(&talk, &format!("{talk}/reply"), &[("text", "  \n ")]).await.shows("nothing written");
    let long = "x".repeat(2_001);
    an.act(&talk, &format!("{talk}/reply"), &[("text", &long)]).await.shows("longer than 2000");
    an.act(&talk, &format!("{talk}/note"), &[("text", "gọi GHN")]).await.shows("m note agent");

    let mut binh = stage.signed_in("binh@example.com").await;
    let page = binh.act(&talk, &format!("{talk}/reply"), &[("text", "tôi nữa")]).await;
    page.shows("An has taken over this conversation");
    binh.act(&talk, &format!("{talk}/take-over"), &[]).await.shows("You have it now");
    an.act(&talk, &format!("{talk}/reply"), &[("text", "x")])
        .await
        .shows("Bình has taken over this conversation");
    binh.act(&talk, &format!("{talk}/hand-back"), &[]).await.shows("Lara has it again");
    assert_eq!(stage.owner().await, Owner::Bot);
    binh.act(&talk, &format!("{talk}/take-over"), &[]).await;
    let seen = binh.get(&talk).await.field("seen");
    binh.act(&talk, &format!("{talk}/resolve"), &[("seen", &seen)]).await.shows("Resolved.");
    assert_eq!(stage.owner().await, Owner::Closed);
    binh.act(&talk, &format!("{talk}/take-over"), &[]).await.shows("this conversation is closed");
    binh.get("/desk?tab=closed").await.shows("Nguyễn Thị Lan");
    let missing = binh.get("/desk/c/00000000-0000-7000-8000-00000000ffff").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nothing_is_resolved_over_a_message_the_agent_has_not_seen() {
    let stage = Stage::set().await;
    let (talk, resolve) = (stage.talk(), format!("{}/resolve", stage.talk()));
    let mut an = stage.signed_in("an@example.com").await;
    an.act(&talk, &format!("{talk}/take-over"), &[]).await;
    let seen = an.get(&talk).await.field("seen");
    let heard = Run {
        address: "lan",
        says: &["chờ đã, còn một chuyện nữa"],
        reading: reading(MessageLanguage::Vietnamese, "poor_service", -0.3, 0.4),
        kind: DecisionKind::Silent,
        policy: "quiet",
        reason: "agent_has_it",
        reply: None,
        template: "",
        queue: None,
        minutes_ago: 0,
    };
    stage.world.run(heard).await;
    for (language, word) in [("en", "the customer has just written"), ("vi", "khách vừa nhắn thêm")] {
        an.language = language;
        for read in [&[("seen", seen.as_str())][..], &[]] {
            let page = an.act(&talk, &resolve, read).await;
            page.shows(word);
            page.shows("chờ đã, còn một chuyện nữa");
            assert_eq!(stage.owner().await, Owner::Agent);
        }
    }
    let fresh = an.get(&format!("{talk}?fragment=talk")).await.field("seen");
    assert_ne!(fresh, seen, "the live page keeps up");
    an.act(&talk, &resolve, &[("seen", &fresh)]).await.shows("Đã hoàn tất");
    assert_eq!(stage.owner().await, Owner::Closed);
}

#[tokio::test]
async fn what_lara_still_has_to_answer_is_not_called_resolved() {
    let stage = Stage::set().await;
    let talk = stage.talk();
    stage.world.say("lan", "alo?", stage.world.clock.now()).await;
    let mut an = stage.signed_in("an@example.com").await;
    let seen = an.get(&talk).await.field("seen");
    let page = an.act(&talk, &format!("{talk}/resolve"), &[("seen", &seen)]).await;
    assert_eq!(stage.owner().await, Owner::Bot);
    page.shows("Lara has the conversation");
    page.hides("Resolved.");
}

#[tokio::test]
async fn a_fragment_is_the_part_alone() {
    let stage = Stage::set().await;
    let mut an = stage.signed_in("an@example.com").await;
    for (path, name) in [
        ("/desk?fragment=queue".to_owned(), "queue"),
        (format!("{}?fragment=talk", stage.talk()), "talk"),
        (format!("{}?fragment=card", stage.talk()), "card"),
    ] {
        let page = an.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.shows(&format!("data-fragment=\"{name}\""));
        page.hides("<html");
    }
}

/// Everything a page may show of people, with words that try to act.
async fn nasty_stage() -> (Stage, ConversationId) {
    let stage = Stage::set().await;
    stage.world.customer("evil", NASTY, "<b>MH", OrderStatus::Shipped).await;
    let now = stage.world.clock.now();
    let conversation = stage.world.say("evil", NASTY, now).await;
    let mut agent = stage.world.store.agents().await.unwrap().into_iter().find(|a| a.name == "An").unwrap();
    "<i>An".clone_into(&mut agent.name);
    stage.world.store.save_agent(agent.id, &agent.name, agent.role, None).await.unwrap();
    stage.world.state.desk.take_over(&agent, conversation).await.unwrap();
    stage.world.state.desk.reply(&agent, conversation, NASTY).await.unwrap();
    stage.world.state.desk.note(&agent, conversation, NASTY).await.unwrap();
    let mut brand = stage.world.brand.clone();
    brand.name = format!("Mộc {}", &NASTY[..25]);
    brand.facts.0.values_mut().for_each(|sheet| sheet.address = Some(NASTY.to_owned()));
    assert_eq!(stage.world.store.save_brand(&brand, now).await.unwrap(), Saved::Done);
    (stage, conversation)
}

#[tokio::test]
async fn words_that_try_to_act_are_only_words_on_every_page() {
    let (stage, conversation) = nasty_stage().await;
    let mut chi = stage.signed_in("chi@example.com").await;
    let talk = format!("/desk/c/{conversation}");
    let paths = [
        "/",
        "/desk",
        "/desk?tab=open",
        "/desk?q=<script>alert(1)</script>",
        &talk,
        "/desk/templates",
        "/desk/facts",
        "/desk/shop",
        "/desk/agents",
        "/desk/templates/edit?key=track_order&language=vi",
        "/desk/templates/edit?key=store_location&language=en&find=%3Cscript%3E",
        "/desk/facts?said=made&name=%3Cscript%3Ealert(1)%3C/script%3E",
    ];
    for path in paths {
        let page = chi.get(&path.replace('<', "%3C").replace('>', "%3E")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for live in ["<script>alert", "<img src=x", "<i>An", "<b>MH", "href=\"javascript:"] {
            assert!(!page.text.contains(live), "{live} is live on {path}");
        }
        assert!(
            !page.text.contains(" style=\"") && !page.text.contains(" onclick="),
            "inline style or script on {path}"
        );
    }
    chi.get(&talk).await.shows("&lt;script&gt;");
    let api = chi.get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(api.headers.get("content-type").unwrap(), "application/json");
    let json: serde_json::Value = serde_json::from_str(&api.text).unwrap();
    assert_eq!(json["messages"][0]["text"], NASTY);
}

#[tokio::test]
async fn every_page_speaks_both_languages() {
    let stage = Stage::set().await;
    let mut chi = stage.signed_in("chi@example.com").await;
    let talk = stage.talk();
    for (path, english, vietnamese) in [
        ("/", "Try the demo", "Dùng thử"),
        ("/desk", "Nguyễn Thị Lan", "Phàn nàn"),
        (talk.as_str(), "Take over", "Tiếp quản"),
        ("/desk/templates", "Where is my order", "Đơn hàng đến đâu"),
        ("/desk/templates/edit?key=track_order&language=vi", "Publish", "Xuất bản"),
        ("/desk/facts", "Opening hours", "Giờ mở cửa"),
        ("/desk/shop", "Put Lara on your website", "Đặt Lara lên trang web"),
        ("/desk/agents", "Invite somebody", "Mời một người"),
        ("/desk/people", "Wrote lately", "Nhắn gần đây"),
        ("/desk/people?q=zzz", "Nobody fits", "Không có ai khớp"),
        ("/desk/suggestions", "Nothing to decide", "Không có gì cần quyết định"),
        ("/nowhere-under-the-desk", "", ""),
    ] {
        if english.is_empty() {
            assert_eq!(chi.get(path).await.status, StatusCode::NOT_FOUND);
            continue;
        }
        chi.language = "en-GB,en";
        let page = chi.get(path).await;
        page.shows("<html lang=\"en\"");
        page.shows(english);
        chi.language = "vi-VN,vi;q=0.9";
        let page = chi.get(path).await;
        page.shows("<html lang=\"vi\"");
        page.shows(vietnamese);
    }
    // What the reader chose counts more than what the browser says.
    let answer = chi.get("/desk/look?language=en&theme=dark&back=/desk").await;
    assert_eq!(answer.location(), "/desk");
    chi.get("/desk").await.shows("<html lang=\"en\" data-theme=\"dark\"");
}

#[tokio::test]
async fn an_invited_agent_gets_in_once_and_a_disabled_one_gets_out() {
    let stage = Stage::set().await;
    let mut binh = stage.signed_in("binh@example.com").await;
    let fields = [("name", "Dũng"), ("email", "dung@example.com"), ("role", "agent")];
    let page = binh.post("/desk/agents", "/desk/agents", &fields).await;
    page.shows("Give this link to Dũng");
    let link = page.text.split("/desk/welcome/").nth(1).unwrap().split('<').next().unwrap().to_owned();
    binh.get("/desk/agents").await.hides(&link);
    binh.post("/desk/agents", "/desk/agents", &fields).await.shows("It is taken.");
    let too_high = [("name", "Em"), ("email", "em@example.com"), ("role", "owner")];
    assert_eq!(binh.post("/desk/agents", "/desk/agents", &too_high).await.status, StatusCode::FORBIDDEN);

    let mut dung = stage.signed_in(&link).await;
    dung.get("/desk").await.shows("Dũng");
    assert_eq!(stage.browser().get(&format!("/desk/welcome/{link}")).await.status, StatusCode::GONE);
    let agents = stage.world.store.agents().await.unwrap();
    let id = |name: &str| agents.iter().find(|agent| agent.name == name).unwrap().id;
    let disable = format!("/desk/agents/{}/disable", id("Dũng"));
    assert_eq!(binh.post("/desk/agents", &disable, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(dung.get("/desk").await.location().starts_with("/desk/login"));
    let above = format!("/desk/agents/{}/disable", id("Chi"));
    binh.post("/desk/agents", &above, &[]).await.shows("only an owner may change");
}
