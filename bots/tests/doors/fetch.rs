//! Attachments fetched from real servers on this machine that behave and misbehave.

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use lara_bots::PrivateTargets;
use lara_bots::fetch::{Fetch, FetchError, Fetcher, LARGEST, Located};
use lara_core::model::{
    AttachmentId, AttachmentSource, BrandId, Channel, ChannelId, ChannelKind, Delivery, MessageId, Millis,
};
use lara_core::ports::{Clock as _, Fetched, ToFetch};
use lara_core::testing::FakeClock;
use secrecy::SecretString;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use url::Url;
use uuid::Uuid;

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\nthe rest of a picture";

/// A server on this machine.
async fn server(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

/// A platform that keeps one file, for whoever shows the token.
struct Platform(String, PrivateTargets);

#[async_trait]
impl Fetch for Platform {
    fn serves(&self, kind: ChannelKind) -> bool {
        kind == ChannelKind::Whatsapp
    }

    async fn locate(&self, _: &Channel, id: &str) -> Result<Located, FetchError> {
        match id {
            "media-1" => Ok(Located {
                url: Url::parse(&self.0).unwrap(),
                bearer: Some(SecretString::from("page token")),
                reach: self.1,
            }),
            "busy" => Err(FetchError::Retry("rate_limited")),
            _ => Err(FetchError::Refused("gone")),
        }
    }
}

fn fetcher(targets: PrivateTargets, finders: Vec<Arc<dyn Fetch>>) -> Fetcher {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Fetcher::with(targets, finders, Arc::new(FakeClock::default())).unwrap()
}

fn wanted(source: AttachmentSource, attempts: i32) -> ToFetch {
    let id = Uuid::from_u128(7);
    let channel =
        Channel::new(ChannelId::new(id), BrandId::new(id), ChannelKind::Whatsapp, "wa", Delivery::Push);
    ToFetch { id: AttachmentId::new(id), message: MessageId::new(id), channel, source, attempts }
}

async fn fetch(targets: PrivateTargets, url: &str) -> Fetched {
    fetcher(targets, Vec::new()).fetch(&wanted(AttachmentSource::Url { url: url.to_owned() }, 1)).await
}

#[tokio::test]
async fn a_file_is_named_by_its_bytes_whatever_the_server_says() {
    let base = server(
        Router::new()
            .route("/a", get(|| async { ([("content-type", "text/html")], PICTURE).into_response() })),
    )
    .await;
    let Fetched::Done(file) = fetch(PrivateTargets::Allowed, &format!("{base}/a")).await else {
        panic!("the picture is fetched")
    };
    assert_eq!((file.mime, file.bytes.as_slice()), ("image/png", PICTURE));
    assert_eq!(file.hash.len(), 64);
}

#[tokio::test]
async fn what_is_too_large_is_not_read_to_its_end() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = sent.clone();
    let endless = move || {
        let counted = counted.clone();
        async move {
            // No length is said, and it never ends.
            let chunks = futures_util::stream::repeat_with(move || {
                counted.fetch_add(64 * 1024, Ordering::Relaxed);
                Ok::<_, std::convert::Infallible>(axum::body::Bytes::from(vec![b'a'; 64 * 1024]))
            });
            Response::new(Body::from_stream(chunks))
        }
    };
    let said = || async { vec![b'a'; LARGEST + 1].into_response() };
    let base = server(Router::new().route("/endless", get(endless)).route("/said", get(said))).await;
    assert_eq!(
        fetch(PrivateTargets::Allowed, &format!("{base}/endless")).await,
        Fetched::Refused("too_large")
    );
    assert!(sent.load(Ordering::Relaxed) < 3 * LARGEST, "reading stopped");
    // One that says its length is not read at all.
    assert_eq!(fetch(PrivateTargets::Allowed, &format!("{base}/said")).await, Fetched::Refused("too_large"));
}

#[tokio::test]
async fn private_addresses_are_never_asked_not_even_after_a_redirect() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let secret = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        async { "the metadata of the cloud" }
    };
    let base = server(Router::new().route("/latest/meta-data", get(secret))).await;
    let port = base.rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "localhost", "[::1]", "0x7f000001", "[::ffff:127.0.0.1]", "10.0.0.1"] {
        let url = format!("http://{host}:{port}/latest/meta-data");
        assert_eq!(fetch(PrivateTargets::Refused, &url).await, Fetched::Refused("private_address"), "{url}");
    }
    assert_eq!(
        fetch(PrivateTargets::Refused, "file:///etc/passwd").await,
        Fetched::Refused("private_address")
    );
    // The operator's own address leads there: the guard stands at every step.
    let inner = format!("{base}/latest/meta-data");
    let leads =
        server(Router::new().route("/f", get(move || async move { Redirect::temporary(&inner) }))).await;
    let platform = Arc::new(Platform(format!("{leads}/f"), PrivateTargets::Allowed));
    let source = AttachmentSource::Platform { id: "media-1".to_owned() };
    let fetched = fetcher(PrivateTargets::Refused, vec![platform]).fetch(&wanted(source, 1)).await;
    assert_eq!(fetched, Fetched::Refused("private_address"));
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_token_is_shown_to_the_platform_and_to_nobody_it_leads_to() {
    let shown = |headers: &HeaderMap| headers.get("authorization").is_some();
    let other = server(Router::new().route(
        "/cdn",
        get(move |headers: HeaderMap| async move {
            if shown(&headers) { StatusCode::IM_A_TEAPOT.into_response() } else { PICTURE.into_response() }
        }),
    ))
    .await;
    let to = format!("{other}/cdn");
    let media = move |headers: HeaderMap| async move {
        match headers.get("authorization").and_then(|value| value.to_str().ok()) {
            Some("Bearer page token") => Redirect::temporary(&to).into_response(),
            _ => StatusCode::UNAUTHORIZED.into_response(),
        }
    };
    let platform = server(Router::new().route("/media", get(media))).await;
    let finder: Arc<dyn Fetch> = Arc::new(Platform(format!("{platform}/media"), PrivateTargets::Allowed));
    let fetcher = fetcher(PrivateTargets::Allowed, vec![finder]);
    let by = |id: &str, attempts| wanted(AttachmentSource::Platform { id: id.to_owned() }, attempts);
    assert!(matches!(fetcher.fetch(&by("media-1", 1)).await, Fetched::Done(file) if file.bytes == PICTURE));
    assert_eq!(fetcher.fetch(&by("media-2", 1)).await, Fetched::Refused("gone"));
    assert!(matches!(fetcher.fetch(&by("busy", 1)).await, Fetched::Retry(_, "rate_limited")));
}

#[tokio::test]
async fn a_server_that_fails_is_asked_later_and_not_for_ever() {
    let statuses = Router::new()
        .route("/500", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .route("/429", get(|| async { (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "90")]) }))
        .route("/403", get(|| async { StatusCode::FORBIDDEN }))
        .route("/empty", get(|| async { "" }))
        .route("/round", get(|| async { Redirect::temporary("/round") }));
    let base = server(statuses).await;
    let fetcher = fetcher(PrivateTargets::Allowed, Vec::new());
    let of = |path: &str, attempts| wanted(AttachmentSource::Url { url: format!("{base}{path}") }, attempts);
    let now = FakeClock::default().now();
    assert_eq!(
        fetcher.fetch(&of("/500", 1)).await,
        Fetched::Retry(now.plus(Millis::seconds(10)), "unreachable")
    );
    assert_eq!(fetcher.fetch(&of("/429", 1)).await, Fetched::Retry(now.plus(Millis::seconds(90)), "busy"));
    assert_eq!(fetcher.fetch(&of("/500", 5)).await, Fetched::Refused("unreachable"));
    assert_eq!(fetcher.fetch(&of("/403", 1)).await, Fetched::Refused("gone"));
    assert_eq!(fetcher.fetch(&of("/empty", 1)).await, Fetched::Refused("empty"));
    assert_eq!(fetcher.fetch(&of("/round", 1)).await, Fetched::Refused("redirects"));
    // Claimed again and again and never settled: whoever fetches it falls over.
    assert_eq!(fetcher.fetch(&of("/empty", 6)).await, Fetched::Refused("given_up"));
}
