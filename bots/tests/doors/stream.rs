//! The same talk as server-sent events.

use crate::shop::{Shop, request};
use axum::body::Body;
use axum::http::Method;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// The stream as it stands open.
async fn open(shop: &Shop, visitor: &str, after: &str) -> (axum::http::HeaderMap, Body) {
    let path = format!("/web/moc/stream?after={after}");
    let request = request(Method::GET, &path, visitor).body(Body::empty()).unwrap();
    let response = shop.router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    (parts.headers, body)
}

/// The next piece of the stream; `None` when it has ended.
async fn next(body: &mut Body) -> Option<String> {
    let frame = body.frame().await?.unwrap();
    Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn a_stream_says_that_it_is_open_and_then_what_is_said() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    shop.says(&visitor, 1, "một").await;
    let (headers, mut stream) = open(&shop, &visitor, "").await;
    assert_eq!(headers["x-accel-buffering"], "no");
    assert_eq!(headers["cache-control"], "no-cache");
    assert_eq!(next(&mut stream).await.unwrap(), ": open\n\n");
    assert!(next(&mut stream).await.unwrap().contains("một"));

    let (heard, _) = tokio::join!(next(&mut stream), shop.says(&visitor, 2, "hai"));
    let heard = heard.unwrap();
    assert!(heard.starts_with("event: message\n") && heard.contains("hai"), "{heard}");
    assert!(shop.lara_answers().await > 0);
    assert!(next(&mut stream).await.unwrap().contains("\"author\":\"bot\""));
}

#[tokio::test]
async fn a_stream_goes_on_where_it_broke() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    shop.says(&visitor, 1, "một").await;
    let cursor = shop.get("/web/moc/messages", &visitor).await.str("cursor");
    shop.says(&visitor, 2, "hai").await;
    let (_, mut stream) = open(&shop, &visitor, &cursor).await;
    next(&mut stream).await.unwrap();
    let missed = next(&mut stream).await.unwrap();
    assert!(missed.contains("hai") && !missed.contains("một"), "{missed}");
}

#[tokio::test]
async fn a_stopping_server_ends_the_stream() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    let (_, mut stream) = open(&shop, &visitor, "").await;
    next(&mut stream).await.unwrap();
    shop.shutdown.cancel();
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test]
async fn a_visitor_holds_five_streams_and_gets_a_place_back_by_leaving() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(open(&shop, &visitor, "").await);
    }
    let refused = shop.get("/web/moc/stream", &visitor).await;
    assert_eq!(refused.refusal(), (429, "too_many_requests"));
    assert_eq!(refused.headers["retry-after"], "30");
    let other = shop.stranger().await;
    assert_eq!(next(&mut open(&shop, &other, "").await.1).await.unwrap(), ": open\n\n");
    held.pop();
    let (_, mut stream) = open(&shop, &visitor, "").await;
    assert_eq!(next(&mut stream).await.unwrap(), ": open\n\n");
}

#[tokio::test]
async fn nobody_listens_with_a_wrong_token() {
    let shop = Shop::demo().await;
    assert_eq!(shop.get("/web/moc/stream", "x.y").await.refusal(), (401, "wrong_visitor"));
}
