//! A browser without a screen: keeps cookies, sends forms with the token of the page they stand on.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use std::collections::BTreeMap;
use tower::ServiceExt as _;

/// An answer, read whole.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn location(&self) -> &str {
        self.headers.get("location").map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn shows(&self, text: &str) {
        assert!(self.text.contains(text), "{:?} is not on the page ({}):\n{}", text, self.status, self.text);
    }

    /// The value of a hidden field.
    #[track_caller]
    pub(crate) fn field(&self, name: &str) -> String {
        let rest = self.text.split(&format!("name=\"{name}\" value=\"")).nth(1);
        rest.and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("no field {name}")).to_owned()
    }

    #[track_caller]
    pub(crate) fn hides(&self, text: &str) {
        assert!(!self.text.contains(text), "{text:?} is on the page:\n{}", self.text);
    }
}

/// The browser.
pub(crate) struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    pub(crate) language: &'static str,
}

impl Browser {
    pub(crate) fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new(), language: "en" }
    }

    /// A browser in which the agent of this e-mail has used their link.
    pub(crate) async fn signed_in(router: Router, email: &str) -> Self {
        let mut browser = Self::new(router);
        let link = format!("/desk/welcome/{email}");
        let page = browser.post(&link, &link, &[("password", "một câu dài dễ nhớ")]).await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/desk"), "{}", page.text);
        browser
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    async fn send(&mut self, method: Method, path: &str, body: String) -> Page {
        let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", jar.join("; "))
            .header("accept", "text/html")
            .header("accept-language", self.language)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        for line in parts.headers.get_all("set-cookie") {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let text = String::from_utf8(to_bytes(body, 4 << 20).await.unwrap().to_vec()).unwrap();
        Page { status: parts.status, headers: parts.headers, text }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, String::new()).await
    }

    /// Sends a form that stands on the page `from`.
    pub(crate) async fn post(&mut self, from: &str, to: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get(from).await;
        let token = page.text.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        self.post_with(token.unwrap_or(""), to, fields).await
    }

    /// Sends a form with a token of one's own.
    pub(crate) async fn post_with(&mut self, csrf: &str, to: &str, fields: &[(&str, &str)]) -> Page {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", csrf).extend_pairs(fields);
        self.send(Method::POST, to, body.finish()).await
    }

    /// Sends a form and follows where it leads.
    pub(crate) async fn act(&mut self, from: &str, to: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post(from, to, fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let location = page.location().to_owned();
        self.get(&location).await
    }
}
