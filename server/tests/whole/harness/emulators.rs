//! Third-party servers that stand in for the platforms (`server/tests/emulators`), started for one test and ended with it.

use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A running emulator.
#[derive(Debug)]
pub(crate) struct Emulator {
    /// Killed when dropped. It also ends itself when this process dies: it holds the other end of its input.
    _process: Child,
    places: Value,
    http: reqwest::Client,
}

impl Emulator {
    /// telegram-test-api: places `api` and `people`.
    pub(crate) async fn telegram() -> Self {
        Self::start("telegram.mjs", &[]).await
    }

    /// discord-digital-twin: places `rest`, `gateway`, `token` and `people`.
    pub(crate) async fn discord() -> Self {
        Self::start("discord.mjs", &[]).await
    }

    /// messenger-bot-tester for one page, which calls a webhook and signs with a secret: places `graph` and `people`.
    pub(crate) async fn messenger(page: &str, webhook: &str, app_secret: &str) -> Self {
        let told =
            [("LARA_TEST_PAGE", page), ("LARA_TEST_WEBHOOK", webhook), ("LARA_TEST_APP_SECRET", app_secret)];
        Self::start("messenger.mjs", &told).await
    }

    async fn start(driver: &str, environment: &[(&str, &str)]) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emulators");
        assert!(
            folder.join("node_modules").is_dir(),
            "the platforms' emulators are not installed: run scripts/emulators"
        );
        let mut command = Command::new("node");
        command.args(["--require", "./loopback.cjs", driver]).current_dir(folder);
        command.env("LARA_TEST_TETHERED", "1").envs(environment.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
        let mut process = command.spawn().expect("node starts: scripts/prepare installs it");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let told = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Ok(places @ Value::Object(_)) = serde_json::from_str(&line) {
                    return Some(places);
                }
            }
            None
        };
        let places = tokio::time::timeout(super::PATIENCE, told).await.expect("the emulator starts in time");
        // What it prints afterwards is nobody's business, but must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let places = places.expect("the emulator says where it is");
        Self { _process: process, places, http: super::client() }
    }

    /// Where something is.
    pub(crate) fn place(&self, name: &str) -> &str {
        self.places[name].as_str().unwrap_or_else(|| panic!("{name} in {}", self.places))
    }

    /// Does something on the customers' side; what came back.
    pub(crate) async fn people(&self, what: &str, ask: &Value) -> Value {
        let url = format!("{}/{what}", self.place("people"));
        let answer = self.http.post(url).json(ask).send().await.expect("the emulator answers");
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{what} {ask}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}
