//! Waking a human: each target once about each thing, whatever dies meanwhile, and with nothing of the customer in it.

use crate::harness::{Customer, Database, Lara, Receiver, WEBHOOK_SECRET, eventually, on_both};
use crate::stand_in::Fault;
use crate::stand_in::mail::MailServer;
use crate::stand_in::telegram::Telegram;
use std::time::Duration;

on_both!(a_target_that_does_not_exist_is_named);

/// What nobody may overhear: the words of a customer in danger.
const DANGER: &str = "My daughter cut her hand on your broken glass, she is bleeding, I am calling a lawyer!";

/// The targets, as an operator writes them.
struct Targets {
    telegram: Telegram,
    mail: MailServer,
    app: Receiver,
}

impl Targets {
    async fn all() -> Self {
        Self {
            telegram: Telegram::start().await,
            mail: MailServer::start().await,
            app: Receiver::listening(Duration::ZERO).await,
        }
    }

    fn config(&self) -> String {
        let (telegram, token) = (&self.telegram.url, &self.telegram.token);
        let (mail, app) = (&self.mail.url, &self.app.url);
        format!(
            "[alerts.night]\nkind = \"telegram\"\nbrand = \"demo\"\nrules = [\"urgent\"]\nlanguage = \"vi\"\n\
             chat_id = 4711\ntoken = \"{token}\"\napi_url = \"{telegram}\"\n\
             [alerts.office]\nkind = \"email\"\nbrand = \"demo\"\nrules = [\"urgent\"]\nlanguage = \"en\"\n\
             smtp_url = \"{mail}\"\nfrom = \"Lara <lara@shop.example>\"\nto = [\"an@shop.example\", \"binh@shop.example\"]\n\
             [alerts.pager]\nkind = \"webhook\"\nbrand = \"demo\"\nafter_minutes = 0\nurl = \"{app}\"\n\
             secret = \"{WEBHOOK_SECRET}\"\n"
        )
    }

    /// How many times each target was told about a conversation: Telegram, mail, webhook.
    fn told(&self, conversation: &str) -> [usize; 3] {
        let telegram = self.telegram.sends.taken();
        let telegram =
            telegram.iter().filter(|one| one.body["text"].as_str().unwrap().contains(conversation));
        let mails = self.mail.took();
        let posts = self.app.got();
        [
            telegram.count(),
            mails.iter().filter(|mail| mail.data.contains(conversation)).count(),
            posts.iter().filter(|post| post.body.contains(conversation)).count(),
        ]
    }

    /// Waits until each was told: the webhook about both rules.
    async fn hear_of(&self, conversation: &str) {
        eventually("everybody is woken", async || {
            let told = self.told(conversation);
            (told[0] >= 1 && told[1] >= 1 && told[2] >= 2).then_some(())
        })
        .await;
    }
}

async fn in_danger(lara: &Lara, name: &str) -> Customer {
    let mut customer = lara.app_customer(name);
    customer.says(DANGER).await;
    customer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_in_danger_wakes_everybody_once_on_sqlite() {
    somebody_in_danger_wakes_everybody_once(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_in_danger_wakes_everybody_once_on_postgres() {
    somebody_in_danger_wakes_everybody_once(Database::fresh_postgres().await).await;
}

async fn somebody_in_danger_wakes_everybody_once(database: Database) {
    let targets = Targets::all().await;
    let mut lara = Lara::start_with(database, &targets.config()).await;
    // On PostgreSQL a second node looks for the same fires.
    let second = match lara.database.clone() {
        Database::Sqlite => None,
        postgres @ Database::Postgres(_) => Some(Lara::start_with(postgres, &targets.config()).await),
    };
    // One is busy at first: it is asked again, and told once.
    targets.app.refuses(0);
    let customer = in_danger(&lara, "in-danger").await;
    let conversation = customer.conversation.clone().unwrap();
    targets.hear_of(&conversation).await;

    let telegram = targets.telegram.sends.taken();
    let text =
        telegram.iter().map(|one| one.body["text"].as_str().unwrap()).find(|t| t.contains(&conversation));
    let text = text.unwrap();
    assert!(text.contains("khẩn cấp") && text.contains(&format!("/desk/c/{conversation}")), "{text}");
    let mails = targets.mail.took();
    let mail = mails.iter().find(|mail| mail.data.contains(&conversation)).unwrap();
    assert_eq!(mail.to, ["an@shop.example", "binh@shop.example"]);
    for header in ["Auto-Submitted: auto-generated", "Message-ID: <", "From: Lara <lara@shop.example>"] {
        assert!(mail.data.contains(header), "{}", mail.data);
    }
    for post in targets.app.got() {
        assert!(post.is_signed_with(WEBHOOK_SECRET), "{post:?}");
        assert!(!post.body.contains("bleeding") && !post.body.contains("in-danger"), "{}", post.body);
    }
    assert!(!mail.data.contains("bleeding") && !text.contains("bleeding"));

    // Whoever starts again finds what it said before.
    lara.kill();
    lara.wake().await;
    let next = in_danger(&lara, "in-danger-too").await.conversation.unwrap();
    targets.hear_of(&next).await;
    assert_eq!(targets.told(&conversation), [1, 1, 2], "each once about each rule");
    assert_eq!(targets.told(&next), [1, 1, 2]);
    drop(second);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_sending_and_the_receipt_she_wakes_nobody_twice() {
    let targets = Targets::all().await;
    let mut lara = Lara::start_with(Database::Sqlite, &targets.config()).await;
    // They take it, and never say so.
    targets.telegram.sends.plan(&[Fault::Silent]);
    targets.mail.falls_silent();
    let conversation = in_danger(&lara, "in-danger").await.conversation.unwrap();
    eventually("both have it", async || {
        let told = targets.told(&conversation);
        (told[0] == 1 && told[1] == 1).then_some(())
    })
    .await;
    lara.kill();
    lara.wake().await;
    let next = in_danger(&lara, "in-danger-too").await.conversation.unwrap();
    targets.hear_of(&next).await;
    assert_eq!(targets.told(&conversation)[..2], [1, 1], "what may have arrived is not sent again");
    let sent = "SELECT COUNT(*) FROM alerts WHERE state = 'sent' AND target = 'night' AND attempts > 1";
    assert_eq!(lara.count(sent).await, 0);
}

async fn a_target_that_does_not_exist_is_named(lara: Lara) {
    let error = lara.runs(&["alert", "test", "nigth"]).unwrap_err();
    assert!(error.contains("lara.toml has no [alerts.nigth]"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_goes_to_one_target_and_says_what_became_of_it() {
    let targets = Targets::all().await;
    let lara = Lara::start_with(Database::Sqlite, &targets.config()).await;
    let said = lara.runs(&["alert", "test", "night"]).unwrap();
    assert!(said.starts_with("sent"), "{said}");
    let telegram = targets.telegram.sends.taken();
    assert!(telegram.last().unwrap().body["text"].as_str().unwrap().contains("tin thử"), "{telegram:?}");
    targets.telegram.sends.plan(&[Fault::Gone]);
    let error = lara.runs(&["alert", "test", "night"]).unwrap_err();
    assert!(error.contains("it was refused (forbidden)"), "{error}");
}
