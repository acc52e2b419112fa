//! An agent at the desk, using the pages as a person without script does: read the page, fill the form, press the button.

use super::html::{Form, forms, links, visible};
use super::{Lara, PATIENCE};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Response, StatusCode};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The first owner's password in tests.
pub(crate) const PASSWORD: &str = "mot mat khau that dai";

/// Somebody logged in at the desk.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    http: reqwest::Client,
    base: String,
    cookies: BTreeMap<String, String>,
    page: String,
    path: String,
}

impl Agent {
    /// The brand's owner: opens the one-time link of the first run and chooses a password.
    pub(crate) async fn first_owner(lara: &Lara) -> Self {
        let link = lara.first_run_link().await;
        let at = link.find("/desk/").unwrap();
        let mut agent = Self {
            http: lara.http.clone(),
            base: lara.base.clone(),
            cookies: BTreeMap::new(),
            page: String::new(),
            path: String::new(),
        };
        agent.goes_to(&link[at..]).await;
        let form = agent.only_form("");
        let mut filled = form.clone().fill("name", "Mai").fill("email", "mai@example.com");
        for secret in &form.secrets {
            filled = filled.fill(secret, PASSWORD);
        }
        agent.sends(&filled).await;
        if agent.path.ends_with("/login") {
            agent.logs_in("mai@example.com", PASSWORD).await;
        }
        agent
    }

    /// Fills the login form in.
    pub(crate) async fn logs_in(&mut self, email: &str, password: &str) {
        self.goes_to("/desk/login").await;
        let form = self.only_form("login").fill("email", email).fill("password", password);
        self.sends(&form).await;
        assert!(!self.path.ends_with("/login"), "logged in: {}", visible(&self.page));
    }

    // -------------------------------------------------------------------------------------------------------- reading

    /// Waits until the conversation on top of the queue shows `words`; the path of its page.
    pub(crate) async fn queue_shows_on_top(&mut self, words: &str) -> String {
        self.finds_in_queue(words, 1).await
    }

    /// Waits until a conversation in the queue shows `words`; the path of its page.
    pub(crate) async fn queue_shows(&mut self, words: &str) -> String {
        self.finds_in_queue(words, usize::MAX).await
    }

    async fn finds_in_queue(&mut self, words: &str, among: usize) -> String {
        let mut agent = self.clone();
        let deadline = Instant::now() + PATIENCE;
        loop {
            agent.goes_to("/desk").await;
            let rows = links(&agent.page).into_iter().filter(|(path, _)| conversation_of(path).is_some());
            if let Some((path, _)) = rows.take(among).find(|(_, row)| row.contains(words)) {
                return path;
            }
            assert!(Instant::now() < deadline, "{words:?} is not in the queue: {}", visible(&agent.page));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Opens a conversation: by the path of its page or by its id.
    pub(crate) async fn opens(&mut self, conversation: &str) {
        let path = if conversation.starts_with('/') {
            conversation.to_owned()
        } else {
            format!("/desk/c/{conversation}")
        };
        self.goes_to(&path).await;
    }

    /// The same login, whose next request goes to another node.
    pub(crate) fn by_way_of(&self, node: &Lara) -> Self {
        Self { base: node.base.clone(), http: node.http.clone(), ..self.clone() }
    }

    /// The page shows this.
    pub(crate) fn sees(&self, words: &str) {
        let text = visible(&self.page);
        assert!(text.contains(words), "the page shows {words:?}: {text}");
    }

    /// Whether the page shows this.
    pub(crate) fn page_says(&self, words: &str) -> bool {
        visible(&self.page).contains(words)
    }

    // --------------------------------------------------------------------------------------------------------- acting

    /// Opens the conversation, so that taking over is one press.
    pub(crate) async fn prepares(&mut self, conversation: &str) {
        self.opens(conversation).await;
    }

    /// Presses "take over" on the open conversation, and is told that it is theirs.
    pub(crate) async fn takes_over(&mut self) {
        let form = self.only_form("take-over");
        self.sends(&form).await;
        assert!(self.form("reply").is_some(), "may reply now: {}", visible(&self.page));
    }

    /// Replies in the open conversation.
    pub(crate) async fn says(&mut self, text: &str) {
        let form = self.only_form("reply").fill("text", text);
        self.sends(&form).await;
    }

    /// Leaves a note for colleagues.
    pub(crate) async fn notes(&mut self, text: &str) {
        let form = self.only_form("note").fill("text", text);
        self.sends(&form).await;
    }

    /// Gives the conversation back to Lara.
    pub(crate) async fn hands_back(&mut self) {
        let form = self.only_form("hand-back");
        self.sends(&form).await;
    }

    /// Ends the conversation.
    pub(crate) async fn resolves(&mut self) {
        let form = self.only_form("resolve");
        self.sends(&form).await;
    }

    /// Publishes a template; whether the desk took it.
    pub(crate) async fn publishes(&mut self, key: &str, language: &str, body: &str) -> bool {
        self.goes_to(&format!("/desk/templates/edit?key={key}&language={language}")).await;
        let form = self.only_form("publish").fill("body", body);
        self.posts(&form).await.is_success()
    }

    /// Goes back to the text that shipped.
    pub(crate) async fn rolls_back_to_the_shipped_text(&mut self, key: &str, language: &str) {
        self.goes_to(&format!("/desk/templates/edit?key={key}&language={language}")).await;
        let shipped = forms(&self.page).into_iter().find(|form| {
            form.action.contains("roll-back") && form.fields.contains(&("to".to_owned(), "0".to_owned()))
        });
        self.sends(&shipped.expect("the shipped text can be had back")).await;
    }

    // ------------------------------------------------------------------------------------------------------- the pages

    fn form(&self, action: &str) -> Option<Form> {
        forms(&self.page).into_iter().find(|form| form.action.contains(action))
    }

    fn only_form(&self, action: &str) -> Form {
        self.form(action)
            .unwrap_or_else(|| panic!("a form {action:?} on {}: {}", self.path, visible(&self.page)))
    }

    /// Opens a page of the desk.
    pub(crate) async fn goes_to(&mut self, path: &str) {
        let answer =
            self.http.get(format!("{}{path}", self.base)).header(COOKIE, self.cookie()).send().await.unwrap();
        path.clone_into(&mut self.path);
        let status = self.arrives(answer).await;
        assert_eq!(status, StatusCode::OK, "{}: {}", self.path, visible(&self.page));
    }

    async fn sends(&mut self, form: &Form) {
        let status = self.posts(form).await;
        assert_eq!(status, StatusCode::OK, "{}: {}", self.path, visible(&self.page));
    }

    /// Sends a form, whatever the desk says to it.
    async fn posts(&mut self, form: &Form) -> StatusCode {
        let path = if form.action.is_empty() { self.path.clone() } else { form.action.clone() };
        let request = self.http.post(format!("{}{path}", self.base)).header(COOKIE, self.cookie());
        let answer = request.header("Origin", &self.base).form(&form.fields).send().await.unwrap();
        self.arrives(answer).await
    }

    /// Keeps the cookies and follows where the answer points.
    async fn arrives(&mut self, mut answer: Response) -> StatusCode {
        for _ in 0..5 {
            for cookie in answer.headers().get_all(SET_COOKIE) {
                let pair = cookie.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            if !answer.status().is_redirection() {
                break;
            }
            let target = answer.headers()[LOCATION].to_str().unwrap().to_owned();
            let target = target.strip_prefix(&self.base).unwrap_or(&target).to_owned();
            answer = self
                .http
                .get(format!("{}{target}", self.base))
                .header(COOKIE, self.cookie())
                .send()
                .await
                .unwrap();
            target.split(['?', '#']).next().unwrap_or_default().clone_into(&mut self.path);
        }
        let status = answer.status();
        self.page = answer.text().await.unwrap();
        status
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

/// The conversation a link leads to, if it leads to one.
fn conversation_of(link: &str) -> Option<uuid::Uuid> {
    link.split(['?', '#']).next()?.rsplit('/').next()?.parse().ok()
}
