//! One customer: sends its share of the messages on schedule and reads the answers by long poll.

use super::report::Tally;
use super::{Args, DEMO_TOKEN};
use anyhow::{Context, Result, bail};
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// What customers of a shop ask, one thing a message, all of it answered by a brand that has written its facts down: a
/// complaint would call a human, who then keeps Lara from answering the next one.
pub(super) const TEXTS: &[&str] = &[
    "what time do you open on sunday?",
    "shop nhận thanh toán bằng những hình thức nào ạ",
    "can I return something that does not fit?",
    "cửa hàng của shop ở đâu vậy ạ",
    "how long does delivery to Da Nang take?",
    "shop oi dang co khuyen mai gi khong",
    "what delivery options do you have?",
    "mấy giờ shop đóng cửa vậy",
    "which payment methods do you accept?",
    "shop giao hang bang don vi nao vay",
];

/// The way to the server.
pub(super) struct Link {
    client: reqwest::Client,
    base: url::Url,
    token: SecretString,
    run: String,
}

#[derive(Deserialize)]
struct Accepted {
    cursor: String,
}

#[derive(Deserialize)]
struct Replies {
    replies: Vec<Reply>,
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct Reply {
    author: String,
    answers: Option<Range>,
}

#[derive(Deserialize)]
struct Range {
    first: String,
    last: String,
}

impl Link {
    /// A client with time-outs; each run writes from addresses of its own.
    pub(super) fn new(args: &Args) -> Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_mins(1))
            .pool_max_idle_per_host(args.customers.saturating_mul(2))
            .build()
            .context("cannot make an HTTP client")?;
        let mut bytes = [0_u8; 6];
        getrandom::fill(&mut bytes).context("no randomness")?;
        let run = crate::wire::hex(&bytes);
        let token = args.token.clone().unwrap_or_else(|| SecretString::from(DEMO_TOKEN.to_owned()));
        Ok(Self { client, base: args.url.clone(), token, run })
    }

    /// Fails early, with what to do, when nothing listens or the token is wrong.
    pub(super) async fn check(&self) -> Result<()> {
        let answer = self.replies(&format!("load-{}-check", self.run), None, 0).await;
        answer.map(|_| ()).context("cannot use the REST channel of the server")
    }

    async fn post(&self, address: &str, key: &str, text: &str) -> Result<Option<String>> {
        let answer = self
            .client
            .post(self.base.join("app/v1/messages")?)
            .bearer_auth(self.token.expose_secret())
            .header("idempotency-key", key)
            .json(&serde_json::json!({ "address": address, "text": text }))
            .send()
            .await?;
        match answer.status() {
            StatusCode::ACCEPTED => Ok(Some(answer.json::<Accepted>().await?.cursor)),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Ok(None),
            status => {
                bail!("the server refused a message: {status} {}", answer.text().await.unwrap_or_default())
            }
        }
    }

    async fn replies(&self, address: &str, after: Option<&str>, wait: u64) -> Result<Replies> {
        let mut url = self.base.join("app/v1/replies")?;
        url.query_pairs_mut().append_pair("address", address).append_pair("wait", &wait.to_string());
        if let Some(after) = after {
            url.query_pairs_mut().append_pair("after", after);
        }
        let answer = self.client.get(url).bearer_auth(self.token.expose_secret()).send().await?;
        if !answer.status().is_success() {
            bail!("{} {}", answer.status(), answer.text().await.unwrap_or_default());
        }
        Ok(answer.json().await?)
    }

    /// Resident memory of the server, as its metrics say.
    pub(super) async fn resident_mb(&self) -> Option<f64> {
        resident_mb(&self.client, &self.base).await
    }
}

/// Resident memory of the server at `base`, as its metrics say.
pub(super) async fn resident_mb(client: &reqwest::Client, base: &url::Url) -> Option<f64> {
    let text = client.get(base.join("metrics").ok()?).send().await.ok()?.text().await.ok()?;
    let line = text.lines().find(|line| line.starts_with("process_resident_memory_bytes"))?;
    line.split_whitespace().last()?.parse::<f64>().ok().map(|bytes| bytes / 1_048_576.0)
}

/// A sent message that waits for its answer.
struct Open {
    index: usize,
    seq: i64,
    due: Instant,
}

/// What one customer waits for. A reply may be read before the answer to the post that it answers.
struct Waiting {
    open: Vec<Open>,
    answered_up_to: i64,
}

/// One customer of the load.
pub(super) struct Lane {
    /// Which customer.
    pub(super) number: usize,
    /// How many customers share the messages.
    pub(super) step: usize,
    /// How many messages in all.
    pub(super) total: usize,
    /// Time between two messages of the whole load.
    pub(super) gap: Duration,
    /// When the first message is due.
    pub(super) begin: Instant,
    /// How long to wait for an answer.
    pub(super) patience: Duration,
    /// The way to the server.
    pub(super) link: Arc<Link>,
    /// Where results go.
    pub(super) tally: Arc<Mutex<Tally>>,
    /// Shown on a terminal.
    pub(super) bar: indicatif::ProgressBar,
}

impl Lane {
    /// Sends and reads until everything is answered or patience ends.
    pub(super) async fn run(self) {
        let address = format!("load-{}-{}", self.link.run, self.number);
        let open = Mutex::new(Waiting { open: Vec::new(), answered_up_to: i64::MIN });
        let sent_all = tokio::sync::watch::Sender::new(false);
        let sending = async {
            self.send(&address, &open).await;
            sent_all.send_replace(true);
        };
        tokio::join!(sending, self.read(&address, &open, sent_all.subscribe()));
    }

    async fn send(&self, address: &str, open: &Mutex<Waiting>) {
        let mut index = self.number;
        while index < self.total {
            let due = self.begin + self.gap.mul_f64(f64::from(u32::try_from(index).unwrap_or(u32::MAX)));
            tokio::time::sleep_until(due).await;
            self.send_one(address, index, due, open).await;
            index += self.step;
        }
    }

    /// Sends one message, again while the server says it is busy: the idempotency key makes that safe.
    async fn send_one(&self, address: &str, index: usize, due: Instant, open: &Mutex<Waiting>) {
        // Nobody asks the same thing twice in a row: Lara would take it as not having been understood.
        let text = TEXTS.get((index / self.step + self.number) % TEXTS.len()).copied().unwrap_or_default();
        let key = format!("{}-{index}", self.link.run);
        let give_up = Instant::now() + self.patience;
        self.tally().sent += 1;
        loop {
            match self.link.post(address, &key, text).await {
                Ok(Some(cursor)) => {
                    let seq = cursor.rsplit('.').next().and_then(|seq| seq.parse().ok()).unwrap_or(0);
                    self.tally().accepted(due.elapsed());
                    self.wait_for(Open { index, seq, due }, &mut lock(open));
                    return;
                }
                Ok(None) => self.tally().busy += 1,
                Err(error) => self.tally().refused(&error),
            }
            if Instant::now() > give_up {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn wait_for(&self, message: Open, waiting: &mut Waiting) {
        if message.seq > waiting.answered_up_to {
            waiting.open.push(message);
        } else {
            self.tally().answered(message.index, message.due.elapsed());
            self.bar.inc(1);
        }
    }

    async fn read(&self, address: &str, open: &Mutex<Waiting>, sent_all: tokio::sync::watch::Receiver<bool>) {
        let mut cursor: Option<String> = None;
        let mut last_news = Instant::now();
        loop {
            if *sent_all.borrow() && lock(open).open.is_empty() {
                return;
            }
            if *sent_all.borrow() && last_news.elapsed() > self.patience {
                return;
            }
            match self.link.replies(address, cursor.as_deref(), 5).await {
                Ok(page) => {
                    if !page.replies.is_empty() || !*sent_all.borrow() {
                        last_news = Instant::now();
                    }
                    for reply in page.replies.iter().filter(|reply| reply.author == "bot") {
                        self.take(reply, &mut lock(open));
                    }
                    cursor = page.cursor.or(cursor);
                }
                Err(error) => {
                    self.tally().refused(&error);
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
    }

    /// Books one reply: which messages it answers, whether twice, whether out of order.
    fn take(&self, reply: &Reply, waiting: &mut Waiting) {
        let Some(range) = &reply.answers else { return };
        let seq_of =
            |cursor: &str| cursor.rsplit('.').next().and_then(|seq| seq.parse::<i64>().ok()).unwrap_or(0);
        let (first, last) = (seq_of(&range.first), seq_of(&range.last));
        let now = Instant::now();
        let mut tally = self.tally();
        if last <= waiting.answered_up_to {
            tally.duplicates += 1;
            return;
        }
        if first <= waiting.answered_up_to {
            tally.out_of_order += 1;
        }
        waiting.answered_up_to = last;
        waiting.open.retain(|message| {
            if message.seq > last {
                return true;
            }
            tally.answered(message.index, now.saturating_duration_since(message.due));
            self.bar.inc(1);
            false
        });
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        lock(&self.tally)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
