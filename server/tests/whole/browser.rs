//! The story in a real browser: Lan chats in the widget, an agent answers at the desk, and each sees the other live.

use crate::harness::browser::Browser;
use crate::harness::{Database, Lara};
use crate::platforms::shops::{self, Mode};
use crate::platforms::stood_in::OnTelegram;
use crate::platforms::talk::{Shape, Talk};
use crate::stand_in::telegram::BOT_NAME;
use fantoccini::key::Key;

const ASKED: &str = "Đơn hàng của em tới đâu rồi ạ?";
const ANGRY: &str = "Ly giao tới bị vỡ, gọi mãi không ai nghe máy. Làm ăn quá tệ!";
const REPLY: &str = "Chào chị Lan, em là Mai. Em xin lỗi chị, em gửi ly mới ngay hôm nay ạ.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lan_chats_in_the_widget_and_an_agent_answers_her_live() {
    let lara = Lara::start(Database::Sqlite).await;

    // Lan opens the shop's page on her phone's width and chats as herself.
    let lan = Browser::open(430, 860).await;
    lan.goes_to(&lara.url("/demo")).await;
    lan.is_pictured_as("1-shop").await;
    lan.presses("button[data-as=lan]").await;
    lan.writes(ASKED).await;
    lan.reads("MH-").await;
    lan.is_pictured_as("2-answered").await;

    lan.writes(ANGRY).await;
    lan.reads("xin lỗi").await;

    // Mai uses the link of the first run and finds Lan on top of the queue.
    let mai = Browser::open(1360, 860).await;
    mai.signs_in(&lara).await;
    mai.reads("Lan").await;
    mai.is_pictured_as("3-queue").await;
    mai.presses("a[href*='/desk/c/']").await;
    mai.reads(ANGRY).await;
    mai.reads("MH-").await;
    mai.presses("form[action*='take-over'] button").await;
    let reply = mai.sees("form[action*='reply'] textarea").await;
    mai.is_pictured_as("4-taken-over").await;
    reply.send_keys(REPLY).await.unwrap();
    mai.presses("form[action*='reply'] button[type=submit], form[action*='reply'] button:not([type])").await;
    mai.reads(REPLY).await;

    // Each sees the other without touching the page.
    lan.reads(REPLY).await;
    lan.is_pictured_as("5-agent-replied").await;
    lan.writes("Dạ em cảm ơn chị nhiều").await;
    mai.reads("Dạ em cảm ơn chị nhiều").await;
    mai.is_pictured_as("6-live").await;

    lara.settles_with_every_message_decided_once().await;
    lan.closes().await;
    mai.closes().await;
}

/// The demo's Lan and Minh, merged and taken apart again by what is shown and pressed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_are_merged_and_taken_apart_at_the_desk() {
    let lara = Lara::start(Database::Sqlite).await;
    let chi = Browser::open(1360, 860).await;
    chi.signs_in(&lara).await;
    chi.reads("Mai").await;
    chi.turns_to("/desk/people?q=lan").await;
    chi.presses("a.q.one").await;
    chi.sees("#merge-q").await.send_keys("minh").await.unwrap();
    chi.presses("form[action$='/merge'] button").await;
    chi.presses(".boxed a.q.one").await;
    chi.presses("form[method=post][action$='/merge'] button").await;
    chi.sees(".notice.good").await;
    chi.is_pictured_as("7-merged").await;

    chi.presses(".join summary").await;
    chi.presses("form[action$='/undo'] button").await;
    chi.sees(".notice.good").await;
    chi.sees(".join.undone").await;
    chi.turns_to("/desk/people?q=minh").await;
    chi.sees("a.q.one").await;
    chi.closes().await;
}

/// One touch takes her to Telegram, where she is known.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lan_goes_on_on_telegram_from_the_widget() {
    let (telegram, lara) = shops::on_telegram(Database::Sqlite, Mode::Polling).await;
    lara.lan().await.finds_a_way_to("telegram").await;
    let lan = Browser::open(430, 860).await;
    lan.goes_to(&lara.url("/demo")).await;
    lan.presses("button[data-as=lan]").await;
    lan.presses("[aria-controls=lara-elsewhere]").await;
    let link = lan.sees("a.way").await.attr("href").await.unwrap().unwrap();
    lan.is_pictured_as("8-continue-elsewhere").await;
    let (bot, code) = link.split_once("?start=").unwrap();
    assert_eq!(bot, format!("https://t.me/{BOT_NAME}"));
    lan.reads(code).await;

    let mut phone = OnTelegram { telegram: &telegram, person: 77, seen: 0 };
    phone.says(&format!("/start {code}")).await;
    phone.hears(Shape::Text).await;
    phone.says(ASKED).await;
    assert!(phone.hears(Shape::Text).await.text.contains("MH-"), "her order, on her phone");

    // Nobody who is not signed in is offered anything.
    let stranger = Browser::open(430, 860).await;
    stranger.goes_to(&lara.url("/demo")).await;
    stranger.presses(".launcher").await;
    stranger.sees("textarea").await;
    assert!(!stranger.text().await.contains("Telegram"));
    stranger.closes().await;
    lan.closes().await;
}

impl Browser {
    async fn presses(&self, css: &str) {
        self.sees(css).await.click().await.unwrap();
    }

    /// Opens a page of the host she is signed in at: the first link names another than the one Lara listens on.
    async fn turns_to(&self, path: &str) {
        let here = self.page.current_url().await.unwrap();
        self.goes_to(here.join(path).unwrap().as_str()).await;
    }

    async fn writes(&self, text: &str) {
        let field = self.sees("textarea").await;
        field.send_keys(text).await.unwrap();
        field.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
        self.reads(text).await;
    }

    async fn signs_in(&self, lara: &Lara) {
        self.goes_to(&lara.first_run_link().await).await;
        for (field, value) in [("name", "Mai"), ("email", "mai@example.com")] {
            self.sees(&format!("input[name={field}]")).await.send_keys(value).await.unwrap();
        }
        for field in self.all("input[type=password]").await {
            field.send_keys("mot mat khau that dai").await.unwrap();
        }
        self.presses("form button").await;
    }
}
