//! A real Chromium, driven through chromedriver as a person drives it: by what is shown.

use super::{PATIENCE, eventually};
use fantoccini::elements::Element;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A browser window of its own, with nothing remembered.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) page: Client,
    driver: Child,
    _profile: TempDir,
}

impl Browser {
    /// Opens a window of this size.
    pub(crate) async fn open(width: u32, height: u32) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .env("TZ", "Asia/Ho_Chi_Minh")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts: run the tests with ./scripts/test, which installs it");
        let port = printed_port(&mut driver);
        let profile = TempDir::with_prefix("lara-browser-").unwrap();
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            "--lang=vi".to_owned(),
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".to_owned(), json!({ "args": arguments }));
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
        let page = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("Chromium starts");
        // The window's frame takes a part of the height, even when nobody sees it.
        let inner = page.execute("return innerHeight", Vec::new()).await.unwrap().as_u64().unwrap();
        let frame = u64::from(height).saturating_sub(inner);
        page.set_window_size(width, height + u32::try_from(frame).unwrap()).await.unwrap();
        Self { page, driver, _profile: profile }
    }

    /// Opens an address.
    pub(crate) async fn goes_to(&self, url: &str) {
        self.page.goto(url).await.unwrap();
    }

    /// Waits until an element is there and can be seen. `css` also finds what is inside open shadow roots.
    pub(crate) async fn sees(&self, css: &str) -> Element {
        eventually(&format!("the page shows {css}"), async || {
            let found = self.page.execute(FIND, vec![json!(css)]).await.ok()?;
            let element = Element::from_element_id(
                self.page.clone(),
                serde_json::from_value::<ElementId>(found).ok()?.into(),
            );
            element.is_displayed().await.ok()?.then_some(element)
        })
        .await
    }

    /// Waits until the page, or what is inside its shadow roots, shows these words.
    pub(crate) async fn reads(&self, words: &str) {
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            let text = self.text().await;
            if text.contains(words) {
                return;
            }
            assert!(std::time::Instant::now() < deadline, "the page never shows {words:?}; it shows: {text}");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    /// Everything the page shows.
    pub(crate) async fn text(&self) -> String {
        let text = self.page.execute(TEXT, Vec::new()).await.unwrap_or_default();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Keeps a picture of the window in `target/screenshots`.
    pub(crate) async fn is_pictured_as(&self, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), self.page.screenshot().await.unwrap()).unwrap();
    }

    /// All such elements outside shadow roots.
    pub(crate) async fn all(&self, css: &str) -> Vec<Element> {
        self.page.find_all(Locator::Css(css)).await.unwrap()
    }

    /// Closes the window.
    pub(crate) async fn closes(self) {
        self.page.clone().close().await.ok();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}

/// The `WebDriver` form of an element.
#[derive(serde::Deserialize)]
struct ElementId {
    #[serde(rename = "element-6066-11e4-a52e-4f735466cecf")]
    id: String,
}

impl From<ElementId> for fantoccini::elements::ElementRef {
    fn from(element: ElementId) -> Self {
        element.id.into()
    }
}

/// chromedriver prints the port it took.
fn printed_port(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let (_, rest) = line.split_once("started successfully on port ")?;
        rest.trim_end_matches('.').parse().ok()
    });
    // Whatever it prints later must not fill the pipe and stop it.
    std::thread::spawn(move || lines.for_each(drop));
    port.expect("chromedriver says which port it took")
}

/// Finds an element by CSS in the page and in every open shadow root.
const FIND: &str = "
    const look = root => {
        const found = [...root.querySelectorAll(arguments[0])].find(e => e.getClientRects().length);
        if (found) return found;
        for (const e of root.querySelectorAll('*')) {
            if (e.shadowRoot) { const inside = look(e.shadowRoot); if (inside) return inside; }
        }
        return null;
    };
    return look(document);";

/// The visible text of the page and of every open shadow root.
const TEXT: &str = "
    let text = document.body.innerText;
    const walk = root => { for (const e of root.querySelectorAll('*')) if (e.shadowRoot) {
        for (const child of e.shadowRoot.children) text += '\\n' + (child.innerText || '');
        walk(e.shadowRoot);
    } };
    walk(document);
    return text;";
