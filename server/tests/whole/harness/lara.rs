//! Lara as an operator sees her: a process that can be started, asked whether she is well, killed and started again.

use super::{Agent, Customer, Database, eventually};
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// The token of the app channel that may say who a customer is.
pub(crate) const APP_TOKEN: &str = "app-token-of-the-whole-program-tests";
/// The token of the app channel that may not.
pub(crate) const STRANGERS_TOKEN: &str = "token-of-an-app-that-knows-nobody";
/// The token of the app channel whose replies are posted.
pub(crate) const HOOKED_TOKEN: &str = "token-of-an-app-that-is-called-back";
/// What those posts are signed with.
pub(crate) const WEBHOOK_SECRET: &str = "a secret the app and Lara share, long enough";

const CONFIG: &str = r#"
[channels.app]
kind = "app"
brand = "demo"
token = "app-token-of-the-whole-program-tests"
may_assert_identity = true

[channels.strangers]
kind = "app"
brand = "demo"
token = "token-of-an-app-that-knows-nobody"
"#;

/// A running server with a data folder and a database of its own.
#[derive(Debug)]
pub(crate) struct Lara {
    process: Option<Child>,
    pub(crate) base: String,
    pub(crate) database: Database,
    pub(crate) http: reqwest::Client,
    folder: TempDir,
    port: u16,
    disk: Disk,
    front: Front,
    /// `LARA_LOG`, where it is not as usual.
    log: Option<&'static str>,
}

/// What a command said.
#[derive(Debug, Clone)]
pub(crate) struct Ran {
    /// Whether it ended well.
    pub(crate) well: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// What customers and platforms see of her address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Front {
    /// Her own port.
    Http,
    /// TLS that ends in front of her: some platforms deliver nowhere else.
    Https,
}

/// What the data folder lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Disk {
    Ordinary,
    /// A file system of a few megabytes, of her own.
    Small,
}

/// Mounts the small disk where only she sees it, then becomes her.
const ON_A_SMALL_DISK: &str = r#"mount -t tmpfs -o size=12m tmpfs "$LARA_DATA_DIR" && exec "$0" serve"#;

impl Lara {
    /// Starts on a database, with the demo brand, and waits until she is ready.
    pub(crate) async fn start(database: Database) -> Self {
        Self::start_on(database, Disk::Ordinary, "").await
    }

    /// Starts with a channel more: an app whose replies are posted to `webhook`.
    pub(crate) async fn start_with_webhook(database: Database, webhook: &str) -> Self {
        let channel = format!(
            "[channels.hooked]\nkind = \"app\"\nbrand = \"demo\"\ntoken = \"{HOOKED_TOKEN}\"\n\
             webhook_url = \"{webhook}\"\nwebhook_secret = \"{WEBHOOK_SECRET}\"\n"
        );
        Self::start_on(database, Disk::Ordinary, &channel).await
    }

    /// Starts with more in her configuration.
    pub(crate) async fn start_with(database: Database, channels: &str) -> Self {
        Self::start_on(database, Disk::Ordinary, channels).await
    }

    /// The same, with TLS in front of her.
    pub(crate) async fn start_behind_tls(database: Database, channels: &str) -> Self {
        let mut lara = Self::asleep(Self::free_port(), database, Disk::Ordinary, channels);
        lara.front = Front::Https;
        lara.wake().await;
        lara
    }

    /// The same without TLS, logging what this filter asks for.
    pub(crate) async fn start_logging(database: Database, channels: &str, filter: &'static str) -> Self {
        let mut lara = Self::asleep(Self::free_port(), database, Disk::Ordinary, channels);
        lara.log = Some(filter);
        lara.wake().await;
        lara
    }

    /// The same, where somebody must know her port before she starts.
    pub(crate) async fn start_at(port: u16, database: Database, channels: &str) -> Self {
        Self::start_on_port(port, database, Disk::Ordinary, channels).await
    }

    /// Starts on SQLite with a data folder that holds 12 MB. Needs `unshare`: root, or user namespaces.
    pub(crate) async fn start_on_a_small_disk() -> Self {
        Self::start_on(Database::Sqlite, Disk::Small, "").await
    }

    async fn start_on(database: Database, disk: Disk, more: &str) -> Self {
        Self::start_on_port(Self::free_port(), database, disk, more).await
    }

    async fn start_on_port(port: u16, database: Database, disk: Disk, more: &str) -> Self {
        let mut lara = Self::asleep(port, database, disk, more);
        lara.wake().await;
        lara
    }

    fn asleep(port: u16, database: Database, disk: Disk, more: &str) -> Self {
        let http = super::client();
        let folder = TempDir::with_prefix("lara-whole-").unwrap();
        std::fs::write(folder.path().join("lara.toml"), format!("{CONFIG}\n{more}")).unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let base = format!("http://127.0.0.1:{port}");
        Self { process: None, base, database, http, folder, port, disk, front: Front::Http, log: None }
    }

    /// Starts the process (again) and waits until it is ready.
    pub(crate) async fn wake(&mut self) {
        self.spawn();
        self.is_ready().await;
    }

    /// Starts the process (again) without waiting.
    pub(crate) fn spawn(&mut self) {
        let log = File::options().create(true).append(true).open(self.log_path()).unwrap();
        let mut command = self.command();
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("RUST_BACKTRACE", "1")
            .env("LARA_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("LARA_DATA_DIR", self.folder.path().join("data"))
            .env("LARA_CONFIG", self.folder.path().join("lara.toml"))
            .env("LARA_ALLOW_PRIVATE_WEBHOOKS", "true")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        if let Database::Postgres(url) = &self.database {
            command.env("LARA_DATABASE_URL", url);
        }
        if let Some(filter) = self.log {
            command.env("LARA_LOG", filter);
        }
        if self.front == Front::Https {
            command.env("LARA_PUBLIC_URL", format!("https://127.0.0.1:{}", self.port));
        }
        self.process = Some(command.spawn().expect("the lara binary starts"));
    }

    fn command(&self) -> Command {
        let lara = env!("CARGO_BIN_EXE_lara");
        if self.disk == Disk::Ordinary {
            let mut command = Command::new(lara);
            command.arg("serve");
            return command;
        }
        let mut command = Command::new("unshare");
        // As root this gives her mounts of her own; as anybody else a name space in which she may mount.
        command.args(["--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK, lara]);
        command
    }

    /// Runs a command beside her, on the same data and database: what it printed, or what it complained of.
    pub(crate) fn runs(&self, arguments: &[&str]) -> Result<String, String> {
        let ran = self.runs_whole(arguments);
        if ran.well { Ok(ran.out) } else { Err(ran.err) }
    }

    /// The same, with all it said.
    pub(crate) fn runs_whole(&self, arguments: &[&str]) -> Ran {
        let done = self.beside(arguments).output().unwrap();
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { well: done.status.success(), out: said(&done.stdout), err: said(&done.stderr) }
    }

    /// Starts a command beside her, and leaves it to itself.
    pub(crate) fn starts(&self, arguments: &[&str]) -> Child {
        self.beside(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn beside(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lara"));
        command
            .args(arguments)
            .env_clear()
            .env("LARA_DATA_DIR", self.folder.path().join("data"))
            .env("LARA_CONFIG", self.folder.path().join("lara.toml"))
            .stdin(Stdio::null())
            .current_dir(self.folder.path());
        if let Database::Postgres(url) = &self.database {
            command.env("LARA_DATABASE_URL", url);
        }
        command
    }

    /// What a file there holds.
    pub(crate) fn reads(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// Who may read a file there.
    pub(crate) fn mode(&self, name: &str) -> u32 {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(self.folder.path().join(name)).unwrap().permissions().mode() & 0o777
    }

    /// A file in the folder she and her commands are started in.
    pub(crate) fn writes(&self, name: &str, content: &[u8]) {
        std::fs::write(self.folder.path().join(name), content).unwrap();
    }

    /// Waits until she says she is ready.
    pub(crate) async fn is_ready(&mut self) {
        eventually("Lara is ready", async || {
            if let Some(status) = self.process.as_mut().and_then(|process| process.try_wait().unwrap()) {
                panic!("Lara ended at the start ({status}):\n{}", self.log());
            }
            self.answers_ready().await.then_some(())
        })
        .await;
    }

    /// Whether `/readyz` says yes right now.
    pub(crate) async fn answers_ready(&self) -> bool {
        let answer = self.http.get(self.url("/readyz")).timeout(Duration::from_secs(5)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// `kill -9`: no warning, nothing flushed.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().ok();
            process.wait().ok();
        }
    }

    /// Asks her to stop, as an operator or a service manager does, and waits until she has.
    pub(crate) async fn stop(&mut self) -> std::process::ExitStatus {
        let mut process = self.process.take().expect("Lara runs");
        let asked = Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
        assert!(asked.success());
        eventually("Lara stops when asked", async || process.try_wait().unwrap()).await
    }

    /// The address of a page.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Everything she printed and logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// A file in her data folder, as this process can reach it.
    pub(crate) fn data_file(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join("data").join(name);
        match (self.disk, &self.process) {
            (Disk::Small, Some(process)) => {
                Path::new(&format!("/proc/{}/root", process.id())).join(path.strip_prefix("/").unwrap())
            }
            _ => path,
        }
    }

    /// A copy of the database on a disk that only she can see: SQLite follows links, and would look on ours.
    pub(crate) fn copied_from_the_small_disk(&self) -> Option<TempDir> {
        if self.disk == Disk::Ordinary {
            return None;
        }
        let copy = TempDir::with_prefix("lara-copy-").unwrap();
        for name in ["lara.db", "lara.db-wal"] {
            std::fs::copy(self.data_file(name), copy.path().join(name)).ok();
        }
        Some(copy)
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("printed.log")
    }

    /// The one-time link for the first owner, as printed on the console.
    pub(crate) async fn first_run_link(&self) -> String {
        eventually("the console shows the owner's one-time link", async || {
            let log = self.log();
            let words = log.split(|c: char| c.is_whitespace() || c == '"');
            words
                .into_iter()
                .find(|word| word.starts_with("http") && word.contains("/desk/"))
                .map(ToOwned::to_owned)
        })
        .await
    }

    /// A port that nobody uses, below the range that outgoing connections are given: it stays free while she is down.
    pub(crate) fn free_port() -> u16 {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let own = u16::try_from(std::process::id() % 1_000).unwrap() * 17;
        for _ in 0..2_000 {
            let port = 12_000 + (own + NEXT.fetch_add(1, Ordering::Relaxed)) % 8_000;
            if TcpListener::bind(("127.0.0.1", port)).is_ok() {
                return port;
            }
        }
        panic!("no free port");
    }

    // -------------------------------------------------------------------------------------------- who talks to her

    /// A stranger in the web chat.
    pub(crate) async fn stranger(&self) -> Customer {
        Customer::on_the_web(self, None).await
    }

    /// Lan, a customer of the demo brand, in the web chat.
    pub(crate) async fn lan(&self) -> Customer {
        Customer::on_the_web(self, Some("lan")).await
    }

    /// Minh, another one.
    pub(crate) async fn minh(&self) -> Customer {
        Customer::on_the_web(self, Some("minh")).await
    }

    /// Somebody unknown in the brand's app.
    pub(crate) fn app_customer(&self, address: &str) -> Customer {
        Customer::in_the_app(self, address)
    }

    /// Somebody unknown in the app whose replies are posted.
    pub(crate) fn hooked_customer(&self, address: &str) -> Customer {
        Customer::with_token(self, address, HOOKED_TOKEN)
    }

    /// The brand's owner, who used the one-time link of the first run and sits at the desk.
    pub(crate) async fn owner(&self) -> Agent {
        Agent::first_owner(self).await
    }
}

impl Drop for Lara {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(60).collect();
            eprintln!("--- the end of what Lara printed ---");
            for line in tail.into_iter().rev() {
                eprintln!("{line}");
            }
        }
    }
}
